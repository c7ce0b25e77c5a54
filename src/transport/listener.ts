import { type ServerParameters, Session } from "../session/mod.ts";
import { Admission, type AdmissionLimits } from "./admission.ts";
import {
  type Clock,
  pause,
  reportFault,
  tell,
  TurnShare,
  within,
} from "../runtime/mod.ts";
import { changeIdentity } from "./change_identity.ts";
import { AcceptError, ClientCertificateError, messageOf } from "./errors.ts";
import {
  type AcceptedSocket,
  isShaking,
  type ListeningSocket,
  type ListenTlsOptions,
  plainAddr,
  type ShakingSocket,
} from "./network/mod.ts";
import { discard, requireSocket } from "./foreign_socket.ts";
import { gradually } from "./gradually.ts";
import { resolveShutdown, type ShutdownOptions } from "./shutdown_options.ts";
import { TlsHandshake } from "./tls_handshake.ts";
import {
  type StreamAcceptor,
  Transport,
  type TransportListener,
} from "./transport.ts";
import type { TransportParts } from "./transport_parts.ts";
import { UnheardErrors, type UnheardKind } from "./unheard_errors.ts";

/** Pauses between attempts to accept, in milliseconds, as in Go's net/http. */
const ACCEPT_PAUSE = { first: 5, longest: 1_000 };

/** What a connection that is accepted counts, in octets: 16 are a share. */
const ACCEPT_SHARE = 4_096;

/**
 * Is called with each connection once its handshake is over. What it throws is
 * reported as an uncaught error, and does not disturb the connection.
 */
export type TransportHandler = (
  transport: Transport,
) => void | Promise<void>;

/** What a {@linkcode Listener} makes of its connections. */
export interface ListenerSetup extends Pick<TransportParts, "observed"> {
  /** The options of the sessions. */
  readonly parameters: ServerParameters;
  /** How many connections it takes at once. */
  readonly limits: AdmissionLimits;
  /** See {@linkcode ListenOptions.onEvent}. */
  readonly onEvent: TransportListener | undefined;
  /** See {@linkcode ListenOptions.onError}. */
  readonly onError: ((error: AcceptError) => void) | undefined;
  /** See {@linkcode ListenOptions.onStream}. */
  readonly onStream: StreamAcceptor | undefined;
  /** See {@linkcode listen}. */
  readonly onTransport: TransportHandler | undefined;
  /** See {@linkcode ListenOptions.clock}. */
  readonly clock: Clock;
  /** See {@linkcode ListenOptions.random}. */
  readonly random: () => number;
}

/** Listens, and holds the connections that came; made by {@linkcode listen}. */
export class Listener implements AsyncDisposable {
  readonly #socket: ListeningSocket;
  readonly #setup: ListenerSetup;
  readonly #transports = new Set<Transport>();
  readonly #handshakes = new Set<TlsHandshake>();
  readonly #admission: Admission;
  readonly #unheard = new UnheardErrors();
  readonly #beginning = new Set<Promise<void>>();
  readonly #finished: Promise<void>;
  #closeAt = Infinity;
  #stopped = false;
  #closing = false;

  /** Accepts connections from the socket, which it will close. */
  constructor(socket: ListeningSocket, setup: ListenerSetup) {
    this.#socket = socket;
    this.#setup = setup;
    this.#admission = new Admission(
      setup.limits,
      setup.clock,
      (message, limits) =>
        this.#report(new AcceptError("accept", message), limits),
    );
    this.#finished = this.#run();
  }

  /** The address that it listens on. */
  get addr(): Deno.Addr {
    // Deno's has no prototype, and is printed with a remark on that.
    return { ...this.#socket.addr };
  }

  /** The connections that are open at the moment. */
  get transports(): ReadonlySet<Transport> {
    return this.#transports;
  }

  /**
   * Changes the certificate and the key, and, if they are given, the authorities
   * that vouch for clients: it counts for handshakes that begin from now on. Not
   * for `tls` with the implementation `"deno"`.
   *
   * @throws {TypeError} If this is another listener, or an option unknown.
   * @throws {RangeError} If they cannot be used; the former ones stay.
   */
  setTls(
    identity: Pick<ListenTlsOptions, "cert" | "key" | "clientCaCerts">,
  ): void {
    changeIdentity(this.#socket, identity);
  }

  /** Resolves when listening has ended and every connection is closed. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /**
   * Stops listening and drains every connection, see {@linkcode ShutdownOptions}.
   * Resolves when all are closed: without a `grace`, only when their streams
   * have finished.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const { grace, spread } = resolveShutdown(options);
    const { clock } = this.#setup;
    this.#stop();
    this.#closeAt = Math.min(this.#closeAt, clock.now() + grace);
    const drain = (transport: Transport) => this.#drain(transport);
    const stop = gradually(clock, spread, [...this.#transports], drain);
    void this.#finished.then(stop);
    if (grace === Infinity) return await this.#finished;
    await within(clock, grace, this.#finished);
    await this.close();
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    this.#stop();
    this.#closing = true;
    for (const handshake of this.#handshakes) {
      handshake.cut("the listener was closed");
    }
    for (const transport of this.#transports) void transport.close();
    await this.#finished;
  }

  /** Closes the listener and its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #drain(transport: Transport): void {
    void transport.drain("graceful_stop", this.#closeAt);
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#socket.close();
  }

  async #run(): Promise<void> {
    const { clock } = this.#setup;
    const share = new TurnShare(clock);
    let wait = ACCEPT_PAUSE.first;
    while (!this.#stopped) {
      try {
        await this.#admission.room();
        if (this.#stopped) break;
        const conn = await share.next(this.#socket.accept());
        this.#serve(requireSocket(conn, "accept"));
        wait = ACCEPT_PAUSE.first;
        share.take(ACCEPT_SHARE);
      } catch (error) {
        if (this.#stopped) break;
        const failure = new AcceptError("accept", messageOf(error), error);
        this.#report(failure, ["accept"]);
        await pause(clock, wait);
        wait = Math.min(wait * 2, ACCEPT_PAUSE.longest);
      }
    }
    while (this.#beginning.size > 0) await Promise.all(this.#beginning);
    await Promise.all([...this.#transports].map(({ finished }) => finished));
  }

  #serve(conn: AcceptedSocket): void {
    const open = this.#transports.size + this.#handshakes.size;
    if (this.#closing || !this.#admission.admits(open)) return discard(conn);
    const beginning = this.#begin(conn).catch((error) => {
      discard(conn);
      reportFault(error);
    });
    this.#beginning.add(beginning);
    beginning.finally(() => this.#beginning.delete(beginning));
  }

  async #begin(conn: AcceptedSocket): Promise<void> {
    if (isShaking(conn) && !await this.#handshake(conn)) return;
    if (this.#closing) return discard(conn);
    let drawn: number;
    try {
      conn.setNoDelay?.(true);
      drawn = this.#setup.random();
    } catch (error) {
      discard(conn);
      return this.#report(new AcceptError("accept", messageOf(error), error));
    }
    const transport = this.#transport(conn, drawn);
    this.#transports.add(transport);
    if (this.#stopped) this.#drain(transport);
    void this.#introduce(transport);
  }

  #transport(conn: AcceptedSocket, random: number): Transport {
    const { parameters, clock, observed } = this.#setup;
    const { onEvent, onStream } = this.#setup;
    return new Transport({
      observed,
      socket: conn,
      session: new Session(parameters, clock.now(), { random }),
      clock,
      gathers: this.#socket.hasNagle ?? false,
      localAddr: plainAddr(conn.localAddr),
      remoteAddr: plainAddr(conn.remoteAddr),
      peerCertificate: conn.peerCertificate,
      onEvent,
      onStream,
      onFinished: this.#forget,
    });
  }

  readonly #forget = (transport: Transport): void => {
    this.#transports.delete(transport);
  };

  /** Shakes hands; answers with whether that succeeded. */
  async #handshake(conn: ShakingSocket): Promise<boolean> {
    const handshake = new TlsHandshake(conn);
    let isGivenUp = false;
    const shaking = {
      giveUp: (why: string) => {
        isGivenUp = true;
        handshake.cut(why);
      },
    };
    this.#handshakes.add(handshake);
    this.#admission.begin(shaking);
    try {
      const { parameters, clock } = this.#setup;
      await handshake.run(parameters.handshakeTimeout, clock);
      return true;
    } catch (error) {
      if (!isGivenUp) this.#reportTls(error as AcceptError);
      return false;
    } finally {
      // One that is quick to say nothing in HTTP/2 has not succeeded.
      this.#admission.finish(shaking, false);
      this.#handshakes.delete(handshake);
    }
  }

  async #introduce(transport: Transport): Promise<void> {
    const shaking = {
      giveUp: (why: string) => transport.abandonHandshake(why),
    };
    this.#admission.begin(shaking);
    try {
      await transport.established;
      this.#admission.finish(shaking, true);
    } catch {
      return this.#admission.finish(shaking, false);
    }
    try {
      await this.#setup.onTransport?.(transport);
    } catch (error) {
      reportError(error);
    }
  }

  #reportTls(error: AcceptError): void {
    const isRefusal = error.cause instanceof ClientCertificateError;
    this.#report(error, isRefusal ? ["client certificate"] : []);
  }

  /** Strangers fail in many ways; what has a kind is worth a word unasked. */
  #report(error: AcceptError, kinds: readonly UnheardKind[] = []): void {
    const { onError } = this.#setup;
    if (onError === undefined) this.#unheard.tell(error, kinds);
    else tell(onError, error);
  }
}
