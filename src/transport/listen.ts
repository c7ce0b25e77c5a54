import {
  durationOption,
  integerOption,
  requireKnownKeys,
} from "../options/mod.ts";
import {
  SERVER_SESSION_KEYS,
  type ServerParameters,
  serverParameters,
  type ServerSessionOptions,
  Session,
} from "../session/mod.ts";
import { type Clock, systemClock } from "./clock.ts";
import { AcceptError, messageOf } from "./errors.ts";
import type { StreamAcceptor } from "./stream_handler.ts";
import { pause, within } from "./time_limit.ts";
import { ALPN, alpnProblem, type ListenTlsOptions } from "./tls.ts";
import { Transport, type TransportListener } from "./transport.ts";
import { warnUnheard } from "./warnings.ts";

/** Options of {@linkcode listen}. */
export interface ListenOptions extends ServerSessionOptions {
  /**
   * The port; 0 takes a free one.
   *
   * @default {50_051}
   */
  port?: number;
  /**
   * The address to listen on.
   *
   * @default {"0.0.0.0"}
   */
  hostname?: string;
  /** The path of a Unix socket, instead of a port. */
  path?: string;
  /** TLS, with ALPN `h2`. */
  tls?: ListenTlsOptions;
  /** Is called with each event of each connection. */
  onEvent?: TransportListener;
  /** Is called with connections that came to nothing before HTTP/2 began. */
  onError?: (error: AcceptError) => void;
  /** Takes the streams of all connections; for layers above this one. */
  onStream?: StreamAcceptor;
  /**
   * The clocks.
   *
   * @default {systemClock}
   */
  clock?: Clock;
}

const LISTEN_KEYS: readonly string[] = [
  ...SERVER_SESSION_KEYS,
  "port",
  "hostname",
  "path",
  "tls",
  "onEvent",
  "onError",
  "onStream",
  "clock",
];

/** Pauses between attempts to accept, in milliseconds, as in Go's net/http. */
const ACCEPT_PAUSE = { first: 5, longest: 1_000 };

/** Is called with each connection once its handshake is over. */
export type TransportHandler = (transport: Transport) => void;

/**
 * Listens for HTTP/2 clients, keeps their connections alive, and retires them.
 *
 * Needs `--allow-net` for the address, or `--allow-read` and `--allow-write`
 * for a Unix socket.
 *
 * @example Serve, and tell how each connection ended
 * ```ts
 * import { dial, explain, listen } from "@keepalive/grpc";
 *
 * await using listener = listen({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   keepalive: { time: 5_000, timeout: 1_000, maxConnectionIdle: 15_000 },
 *   enforcement: { minTime: 5_000, permitWithoutStream: true },
 * }, async (transport) => console.log(explain(await transport.closed)));
 *
 * const { port } = listener.addr as Deno.NetAddr;
 * const transport = await dial(`127.0.0.1:${port}`);
 * await transport.close();
 * ```
 *
 * @param onTransport Is called with each connection once its handshake is over.
 * @throws {TypeError} If an option is unknown, or options contradict.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function listen(
  options: ListenOptions = {},
  onTransport?: TransportHandler,
): Listener {
  requireKnownKeys("the listen options", options, LISTEN_KEYS);
  const { port, hostname, path, tls, onEvent, onError, onStream, clock } =
    options;
  const parameters = serverParameters(sessionOptionsOf(options));
  const socket = listenOn({ port, hostname, path, tls });
  if (onEvent === undefined) warnUnheard(parameters.warnings);
  return new Listener(socket, {
    parameters,
    onEvent,
    onError,
    onStream,
    onTransport,
    clock: clock ?? systemClock,
  });
}

/** What a {@linkcode Listener} makes of its connections. */
export interface ListenerSetup {
  /** The options of the sessions. */
  readonly parameters: ServerParameters;
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
}

/** Listens, and holds the connections that came; made by {@linkcode listen}. */
export class Listener implements AsyncDisposable {
  readonly #socket: Deno.Listener;
  readonly #setup: ListenerSetup;
  readonly #transports = new Set<Transport>();
  readonly #handshaking = new Set<Deno.TlsConn>();
  readonly #serving = new Set<Promise<void>>();
  readonly #finished: Promise<void>;
  #stopped = false;

  /** Accepts connections from the socket, which it will close. */
  constructor(socket: Deno.Listener, setup: ListenerSetup) {
    this.#socket = socket;
    this.#setup = setup;
    this.#finished = this.#run();
  }

  /** The address that it listens on. */
  get addr(): Deno.Addr {
    return this.#socket.addr;
  }

  /** The connections that are open at the moment. */
  get transports(): ReadonlySet<Transport> {
    return this.#transports;
  }

  /** Resolves when listening has ended and every connection is closed. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /**
   * Stops listening and drains every connection. Resolves when all are closed:
   * without a `grace`, only when their streams have finished.
   *
   * @param options Has `grace`: milliseconds until what is left is closed.
   */
  async shutdown(options: { grace?: number } = {}): Promise<void> {
    requireKnownKeys("the shutdown options", options, ["grace"]);
    const grace = durationOption("grace", options.grace, Infinity);
    this.#stop();
    for (const transport of this.#transports) void transport.drain();
    if (grace === Infinity) return await this.#finished;
    await within(grace, this.#finished);
    await this.close();
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    this.#stop();
    for (const conn of this.#handshaking) conn[Symbol.dispose]();
    for (const transport of this.#transports) void transport.close();
    await this.#finished;
  }

  /** Closes the listener and its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const { addr } = this.#socket;
    this.#socket.close();
    if (addr.transport === "unix") removeSocketFile(addr.path);
  }

  async #run(): Promise<void> {
    let wait = ACCEPT_PAUSE.first;
    while (!this.#stopped) {
      try {
        this.#serve(await this.#socket.accept());
        wait = ACCEPT_PAUSE.first;
      } catch (error) {
        if (this.#stopped) break;
        this.#report(new AcceptError("accept", messageOf(error), error));
        await pause(wait);
        wait = Math.min(wait * 2, ACCEPT_PAUSE.longest);
      }
    }
    while (this.#serving.size > 0) await Promise.all(this.#serving);
  }

  #serve(conn: Deno.Conn): void {
    const serving = this.#converse(conn);
    this.#serving.add(serving);
    serving.finally(() => this.#serving.delete(serving));
  }

  async #converse(conn: Deno.Conn): Promise<void> {
    if ("handshake" in conn && !await this.#handshake(conn as Deno.TlsConn)) {
      return;
    }
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    const { parameters, clock, onEvent, onStream, onTransport } = this.#setup;
    const observed = onEvent !== undefined;
    const transport = new Transport({
      socket: conn,
      session: new Session(parameters, clock.now(), Math.random(), observed),
      clock,
      localAddr: conn.localAddr,
      remoteAddr: conn.remoteAddr,
      onEvent,
      onStream,
    });
    this.#transports.add(transport);
    if (this.#stopped) void transport.drain();
    transport.established.then(() => onTransport?.(transport), () => {});
    await transport.finished;
    this.#transports.delete(transport);
  }

  /** Shakes hands within the bound, and checks that HTTP/2 was agreed on. */
  async #handshake(conn: Deno.TlsConn): Promise<boolean> {
    this.#handshaking.add(conn);
    const give = setTimeout(
      () => conn[Symbol.dispose](),
      Math.min(this.#setup.parameters.handshakeTimeout, 2 ** 31 - 1),
    );
    try {
      const { alpnProtocol } = await conn.handshake();
      const problem = alpnProblem(alpnProtocol);
      if (problem !== undefined) throw new Error(problem);
      return true;
    } catch (error) {
      conn[Symbol.dispose]();
      this.#report(new AcceptError("tls", messageOf(error), error));
      return false;
    } finally {
      clearTimeout(give);
      this.#handshaking.delete(conn);
    }
  }

  #report(error: AcceptError): void {
    try {
      this.#setup.onError?.(error);
    } catch (thrown) {
      reportError(thrown);
    }
  }
}

function sessionOptionsOf(options: ListenOptions): ServerSessionOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([key]) =>
      SERVER_SESSION_KEYS.includes(key)
    ),
  );
}

function listenOn(
  { port, hostname = "0.0.0.0", path, tls }: Pick<
    ListenOptions,
    "port" | "hostname" | "path" | "tls"
  >,
): Deno.Listener {
  if (path !== undefined) {
    if (port !== undefined || tls !== undefined) {
      throw new TypeError(
        "Cannot listen: path is for a Unix socket, and goes without port and tls",
      );
    }
    return Deno.listen({ transport: "unix", path });
  }
  const address = {
    hostname,
    port: integerOption("port", port, 50_051, 0, 65_535),
  };
  if (tls === undefined) return Deno.listen(address);
  requireKnownKeys("the TLS options", tls, ["cert", "key"]);
  return Deno.listenTls({ ...address, ...tls, alpnProtocols: ALPN });
}

function removeSocketFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Somebody else has removed it, or taken it over.
  }
}
