import {
  milliseconds,
  requireFunction,
  requireKnownKeys,
  requireMembers,
  requireSignal,
} from "../options/mod.ts";
import {
  CLIENT_SESSION_KEYS,
  type ClientParameters,
  clientParameters,
  type ClientSessionOptions,
  ConnectionClosedError,
  type InformingEventType,
  Session,
} from "../session/mod.ts";
import type { Observed } from "../connection/mod.ts";
import {
  formatTarget,
  parseTarget,
  type Target,
  wholeAddr,
} from "./address.ts";
import {
  type Clock,
  CLOCK_MEMBERS,
  onAbort,
  systemClock,
  Timer,
  warnUnheard,
} from "../runtime/mod.ts";
import { connectSocket } from "./connect.ts";
import { DialError, type DialPhase, tlsMessageOf } from "./errors.ts";
import {
  joinListeners,
  requireObserver,
  type TransportObserver,
} from "./observer.ts";
import type { AcceptedSocket } from "./socket.ts";
import { type DialTlsOptions, resolveDialTls } from "./tls.ts";
import {
  type StreamAcceptor,
  Transport,
  type TransportListener,
} from "./transport.ts";

/** Options of {@linkcode dial}. */
export interface DialOptions extends ClientSessionOptions {
  /**
   * TLS, with ALPN `h2`; `true` for the system's certificates.
   *
   * @default {false}
   */
  tls?: boolean | DialTlsOptions;
  /** Gives up the attempt, up to the end of the handshake. */
  signal?: AbortSignal;
  /** Is called with each event of the connection. */
  onEvent?: TransportListener;
  /** Watches the connection, in addition to `onEvent`. */
  observer?: TransportObserver;
  /** Takes the streams; for layers above this one. */
  onStream?: StreamAcceptor;
  /**
   * The clocks.
   *
   * @default {systemClock}
   */
  clock?: Clock;
}

const DIAL_KEYS: readonly string[] = [
  ...CLIENT_SESSION_KEYS,
  "tls",
  "signal",
  "onEvent",
  "observer",
  "onStream",
  "clock",
];

/**
 * Connects to an HTTP/2 server and keeps the connection alive.
 *
 * Resolves when the server's SETTINGS have arrived. The whole attempt, socket
 * and TLS included, is bounded by `handshakeTimeout`.
 *
 * Needs `--allow-net` for the target, and for a Unix socket `--allow-read` and
 * `--allow-write` too.
 *
 * @example Ask a server how far away it is
 * ```ts
 * import { dial, listen } from "@keepalive/grpc/transport";
 *
 * await using listener = listen({ hostname: "127.0.0.1", port: 0 });
 * const { port } = listener.addr as Deno.NetAddr;
 *
 * await using transport = await dial(`127.0.0.1:${port}`, {
 *   keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 * });
 * console.log(`${await transport.ping()} ms`);
 * ```
 *
 * @param target `host:port`, `[ipv6]:port` or `unix:path`.
 * @throws {TypeError} If the target or an option cannot be used.
 * @throws {RangeError} If the value of an option is not allowed.
 * @throws {DialError} If there is no connection to be had.
 * @throws The reason of `signal`, if that is aborted first.
 */
export async function dial(
  target: string,
  options: DialOptions = {},
): Promise<Transport> {
  return await connectTo(target, options, true);
}

/**
 * Connects as `dial` does, and does not hold the process: neither the
 * connection nor the attempt at it, except while Deno connects a socket or
 * shakes hands for its own TLS, which cannot be let go.
 *
 * @param observed The events that are made of those that only inform.
 */
export async function dialUnheld(
  target: string,
  options: DialOptions,
  observed?: Observed<InformingEventType>,
): Promise<Transport> {
  return await connectTo(target, options, false, observed);
}

async function connectTo(
  target: string,
  options: DialOptions,
  holds: boolean,
  observed?: Observed<InformingEventType>,
): Promise<Transport> {
  requireKnownKeys("the dial options", options, DIAL_KEYS);
  const {
    tls,
    signal,
    onEvent: onEventOption,
    observer,
    onStream,
    clock = systemClock,
    ...sessionOptions
  } = options;
  requireSignal(signal);
  requireFunction("onEvent", onEventOption);
  requireObserver(observer);
  requireFunction("onStream", onStream);
  requireMembers("clock", clock, CLOCK_MEMBERS);
  const parameters = clientParameters(sessionOptions);
  const address = parseTarget(target);
  const security = resolveDialTls(tls);
  if (address.transport === "unix" && security !== undefined) {
    throw new TypeError(
      `Cannot use TLS to connect to ${target}: it is for TCP, leave tls out`,
    );
  }
  const attempt = new Attempt(
    address,
    security,
    parameters,
    signal,
    holds,
    clock,
  );
  signal?.throwIfAborted();
  const onEvent = joinListeners(onEventOption, observer);
  if (onEvent === undefined) warnUnheard(parameters.warnings);
  return await attempt.run((conn) =>
    new Transport({
      socket: conn,
      session: new Session(parameters, clock.now(), {
        random: Math.random(),
      }),
      observed,
      clock,
      localAddr: wholeAddr(conn.localAddr),
      remoteAddr: wholeAddr(conn.remoteAddr),
      onEvent,
      onStream,
    })
  );
}

/**
 * How Deno tells of an alert (RFC 8446 section 6.2). In TLS 1.3 a server judges
 * its client when the handshake is over for that, so it may come later.
 */
const ALERT = "received fatal alert";

/** Some servers, those on Deno among them, hang up without an alert. */
const MAYBE_REFUSED =
  "; the server may have refused the client's certificate (tls.cert)";

/** One attempt to connect: its bound, and what has to be undone. */
class Attempt {
  readonly #target: Target;
  readonly #tls: DialTlsOptions | undefined;
  readonly #limit: number;
  readonly #giveUp = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #holds: boolean;
  readonly #clock: Clock;
  #phase: DialPhase = "connect";
  #isUnanswered = false;

  constructor(
    target: Target,
    tls: DialTlsOptions | undefined,
    parameters: ClientParameters,
    signal: AbortSignal | undefined,
    holds: boolean,
    clock: Clock,
  ) {
    this.#target = target;
    this.#tls = tls;
    this.#limit = parameters.handshakeTimeout;
    this.#signal = signal;
    this.#holds = holds;
    this.#clock = clock;
  }

  async run(start: (conn: AcceptedSocket) => Transport): Promise<Transport> {
    const abort = () => this.#giveUp.abort();
    using _caller = this.#signal && onAbort(this.#signal, abort);
    const timer = new Timer(this.#clock, this.#holds);
    timer.plan(this.#limit, abort);
    try {
      const conn = await connectSocket(
        this.#target,
        this.#tls,
        this.#giveUp.signal,
        () => this.#phase = "tls",
        this.#holds,
      );
      if (!this.#holds) conn.unref?.();
      this.#phase = "http2";
      return await this.#establish(start(conn));
    } catch (error) {
      throw this.#failure(error);
    } finally {
      timer.cancel();
    }
  }

  /** A failure is told when it is known: the farewell goes on behind it. */
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
    if (this.#signal?.aborted) return this.#signal.reason;
    const name = formatTarget(this.#target);
    if (this.#giveUp.signal.aborted) {
      return new DialError(
        name,
        this.#phase,
        `no connection within ${milliseconds(this.#limit)}`,
        error,
      );
    }
    if (error instanceof Deno.errors.NotCapable) return error;
    const message = error instanceof ConnectionClosedError
      ? error.reason.message
      : tlsMessageOf(error, "server");
    if (this.#tls !== undefined && message.includes(ALERT)) {
      return new DialError(name, "tls", message, error);
    }
    const isRefused = this.#tls?.cert !== undefined && this.#isUnanswered;
    return isRefused
      ? new DialError(name, "tls", `${message}${MAYBE_REFUSED}`, error)
      : new DialError(name, this.#phase, message, error);
  }
}
