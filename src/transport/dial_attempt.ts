import { milliseconds } from "../options/mod.ts";
import { type Clock, onAbort, Timer } from "../runtime/mod.ts";
import { ConnectionClosedError } from "../session/mod.ts";
import { connectMessageOf, DialError, type DialPhase } from "./errors.ts";
import {
  type AcceptedSocket,
  type DialTlsOptions,
  type DialTlsProvider,
  formatTarget,
  type Network,
  provideDialTls,
  type Target,
} from "./network/mod.ts";
import { discard } from "./foreign_socket.ts";
import { reach } from "./reach.ts";
import type { Transport } from "./transport.ts";

/** What a {@linkcode DialAttempt} connects to, and how. */
export interface DialAttemptSetup {
  /** Where to connect to. */
  readonly target: Target;
  /** The TLS options, checked, or what gives them; without, there is no TLS. */
  readonly tls: DialTlsOptions | DialTlsProvider | undefined;
  /** Milliseconds that it may take, up to the end of the handshake. */
  readonly limit: number;
  /** Gives it up. */
  readonly signal: AbortSignal | undefined;
  /** Whether it holds the process open. */
  readonly holds: boolean;
  /** The clock of the limit. */
  readonly clock: Clock;
  /** What connects. */
  readonly network: Network;
}

/**
 * How Deno tells of an alert (RFC 8446 section 6.2). In TLS 1.3 a server judges
 * its client when the handshake is over for that, so it may come later.
 */
const ALERT = "received fatal alert";

/** Some servers, those on Deno among them, hang up without an alert. */
const MAYBE_REFUSED =
  "; the server may have refused the client's certificate (tls.cert)";

const UNANSWERED = ", as the function in tls has not answered";

/** One attempt to connect: its bound, and what has to be undone. */
export class DialAttempt {
  readonly #setup: DialAttemptSetup;
  readonly #giveUp = new AbortController();
  #phase: DialPhase = "connect";
  #tls: DialTlsOptions | undefined;
  #isAsking = false;
  #isUnanswered = false;

  /** Connects to nothing yet. */
  constructor(setup: DialAttemptSetup) {
    this.#setup = setup;
  }

  /**
   * Connects, and waits for the end of the handshake.
   *
   * @param start Runs a transport on the socket.
   */
  async run(start: (conn: AcceptedSocket) => Transport): Promise<Transport> {
    const { signal, clock, holds, limit, network } = this.#setup;
    const abort = () => this.#giveUp.abort();
    using _caller = signal && onAbort(signal, abort);
    const timer = new Timer(clock, holds);
    timer.plan(limit, abort);
    try {
      const { tls } = this.#setup;
      this.#tls = typeof tls === "function" ? await this.#ask(tls) : tls;
      const conn = await reach(network, this.#setup.target, {
        tls: this.#tls,
        signal: this.#giveUp.signal,
        onTls: () => this.#phase = "tls",
        holds,
      }, clock);
      return await this.#establish(this.#begin(conn, start));
    } catch (error) {
      throw this.#failure(error);
    } finally {
      timer.cancel();
    }
  }

  /** Asks for the TLS options, no longer than the attempt may take. */
  async #ask(provider: DialTlsProvider): Promise<DialTlsOptions> {
    this.#phase = "tls";
    this.#isAsking = true;
    const { signal } = this.#giveUp;
    const givenUp = Promise.withResolvers<never>();
    using _attempt = onAbort(signal, () => givenUp.reject(signal.reason));
    const tls = await Promise.race([provideDialTls(provider), givenUp.promise]);
    this.#phase = "connect";
    this.#isAsking = false;
    return tls;
  }

  /** A socket that nobody has taken over is closed. */
  #begin(
    conn: AcceptedSocket,
    start: (conn: AcceptedSocket) => Transport,
  ): Transport {
    try {
      if (!this.#setup.holds) conn.unref?.();
      this.#phase = "http2";
      return start(conn);
    } catch (error) {
      discard(conn);
      throw error;
    }
  }

  /** A failure is told when it is known: the socket is closed behind it. */
  async #establish(transport: Transport): Promise<Transport> {
    const { signal } = this.#giveUp;
    const abort = () => void transport.close();
    using _attempt = onAbort(signal, abort);
    try {
      if (signal.aborted) abort();
      await transport.established;
      signal.throwIfAborted();
      return transport;
    } catch (error) {
      this.#isUnanswered = transport.lastReadAt < 0;
      void transport.close();
      throw error;
    }
  }

  #failure(error: unknown): unknown {
    if (this.#setup.signal?.aborted) return this.#setup.signal.reason;
    const { target } = this.#setup;
    const name = formatTarget(target);
    if (this.#giveUp.signal.aborted) {
      return new DialError(
        name,
        this.#phase,
        `no connection within ${milliseconds(this.#setup.limit)}${
          this.#isAsking ? UNANSWERED : ""
        }`,
        error,
      );
    }
    if (error instanceof Deno.errors.NotCapable) return error;
    const message = error instanceof ConnectionClosedError
      ? error.reason.message
      : connectMessageOf(error, target.transport === "unix");
    if (this.#tls !== undefined && message.includes(ALERT)) {
      return new DialError(name, "tls", message, error);
    }
    const isRefused = this.#tls?.cert !== undefined && this.#isUnanswered;
    return isRefused
      ? new DialError(name, "tls", `${message}${MAYBE_REFUSED}`, error)
      : new DialError(name, this.#phase, message, error);
  }
}
