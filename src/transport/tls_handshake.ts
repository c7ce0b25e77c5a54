import { milliseconds } from "../options/mod.ts";
import { AcceptError, tlsMessageOf } from "./errors.ts";
import { type Clock, Timer } from "../runtime/mod.ts";
import { alpnProblem, type ShakingSocket } from "./network/mod.ts";

/** The TLS handshake of one connection of a server. */
export class TlsHandshake {
  readonly #conn: ShakingSocket;
  #cutFor: string | undefined;

  /** Takes a connection that was accepted; nothing happens before `run`. */
  constructor(conn: ShakingSocket) {
    this.#conn = conn;
  }

  /**
   * Shakes hands, and checks that HTTP/2 was agreed on.
   *
   * @param limit The milliseconds that it may take.
   * @param clock Whose milliseconds they are.
   * @throws {AcceptError} If it fails; the socket is closed then.
   */
  async run(limit: number, clock: Clock): Promise<void> {
    const timer = new Timer(clock, true);
    timer.plan(
      limit,
      () =>
        this.cut(
          `the TLS handshake was not over within ${milliseconds(limit)}`,
        ),
    );
    try {
      const { alpnProtocol } = await this.#conn.handshake();
      const problem = alpnProblem(alpnProtocol);
      if (problem !== undefined) throw new Error(problem);
    } catch (error) {
      this.#conn[Symbol.dispose]();
      const message = this.#cutFor ?? tlsMessageOf(error, "client");
      throw new AcceptError("tls", message, error);
    } finally {
      timer.cancel();
    }
  }

  /** Ends the attempt, and says why. */
  cut(why: string): void {
    this.#cutFor = why;
    this.#conn[Symbol.dispose]();
  }
}
