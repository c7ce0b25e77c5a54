import {
  booleanOption,
  integerOption,
  requireFunction,
  requireMembers,
  requireOptionKeys,
  requireText,
} from "../options/mod.ts";
import {
  SERVER_SESSION_KEYS,
  serverParameters,
  type ServerSessionOptions,
} from "../session/mod.ts";
import {
  type Clock,
  randomOption,
  requireClock,
  systemClock,
  warnUnheard,
} from "../runtime/mod.ts";
import type { AcceptError } from "./errors.ts";
import { requireListening } from "./foreign_socket.ts";
import { LISTEN_KEYS } from "./listen_keys.ts";
import { listenError } from "./listen_error.ts";
import { Listener, type TransportHandler } from "./listener.ts";
import {
  type ConnectionRecorder,
  joinListeners,
  recording,
  requireObserver,
  type TransportObserver,
} from "./observer.ts";
import {
  denoNetwork,
  formatTarget,
  type ListeningSocket,
  type ListenTlsOptions,
  type Network,
  NETWORK_MEMBERS,
  resolveListenTls,
} from "./network/mod.ts";
import type { StreamAcceptor, TransportListener } from "./transport.ts";

/**
 * Options of {@linkcode listen}. An unknown key or a wrong type is a `TypeError`,
 * a value that is not allowed a `RangeError`.
 */
export interface ListenOptions extends ServerSessionOptions {
  /**
   * The port; 0 takes a free one.
   *
   * @default {50_051}
   */
  port?: number;
  /**
   * The address to listen on; by default all of the machine, of IPv4 and IPv6.
   *
   * @default {all}
   */
  hostname?: string;
  /**
   * Whether other processes may listen on the same port, each with this
   * option: the kernel spreads connections over them, and a new process can
   * take over before the old one has drained. Linux; Deno wants
   * `--unstable-net` for it, and ends the process without.
   *
   * Equivalent to `GRPC_ARG_ALLOW_REUSEPORT`.
   *
   * @default {false}
   */
  reusePort?: boolean;
  /** The path of a Unix socket, instead of a port. */
  path?: string;
  /** TLS, with ALPN `h2`. */
  tls?: ListenTlsOptions;
  /**
   * Connections that may be open at once; `Infinity` for any number. One more
   * is closed at once, unless there is one to be ended in its place whose
   * handshake is not over. An idle connection takes 10 KB of memory, with TLS
   * 38 KB, and a descriptor of the process.
   *
   * Equivalent to `netutil.LimitListener` around the listener of grpc-go.
   *
   * @default {10_000}
   */
  maxConnections?: number;
  /**
   * Handshakes, TLS and HTTP/2, that may be under way at once; `Infinity` for
   * any number. What comes beyond waits in the kernel; when the oldest has had
   * two seconds it is ended for the next, and of a flood of silent clients all but
   * the first few have a quarter of a second: none can keep others out. So a
   * burst of clients, as after a restart, waits for its turn. It is larger than
   * this and slower than that where `onError` tells that handshakes were ended:
   * raise it then; each costs as much as a connection.
   *
   * grpc-go and tonic have no such limit.
   *
   * @default {1_024}
   */
  maxHandshakes?: number;
  /** Is called with each event of each connection. */
  onEvent?: TransportListener;
  /** Watches the connections, in addition to `onEvent`. */
  observer?: TransportObserver;
  /**
   * Is called with connections that came to nothing before HTTP/2 began, and,
   * at most once a second, with how many were turned away by `maxConnections`
   * and `maxHandshakes`.
   *
   * @default {a warning on the console, once of each: connections that
   * `maxConnections` or `maxHandshakes` turned away, connections that could not
   * be accepted, and client certificates that were refused}
   */
  onError?: (error: AcceptError) => void;
  /** Takes the streams of all connections; for layers above this one. */
  onStream?: StreamAcceptor;
  /**
   * Where all times and timers come from; another one for virtual time.
   *
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * Where it listens.
   *
   * @default {denoNetwork}
   */
  network?: Network;
  /**
   * Draws a number from 0 up to 1 for all that is spread by chance: with the
   * same numbers, and a clock and a network that do the same, the same happens.
   *
   * @default {Math.random}
   */
  random?: () => number;
}

/**
 * Listens for HTTP/2 clients, keeps their connections alive, and retires them.
 *
 * Needs `--allow-net` for the address, and for a Unix socket `--allow-read` and
 * `--allow-write` too.
 *
 * @example Serve, and tell how each connection ended
 * ```ts
 * import { explain } from "@keepalive/grpc";
 * import { dial, listen } from "@keepalive/grpc/transport";
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
  return listenRecorded(options, onTransport);
}

/** {@linkcode listen} for `serve`, which records what happens. */
export function listenRecorded(
  options: ListenOptions,
  onTransport?: TransportHandler,
  record?: ConnectionRecorder,
): Listener {
  requireOptionKeys("the listen options", options, [
    ...LISTEN_KEYS,
    "onStream",
  ]);
  const { onError, onStream, clock } = options;
  requireFunction("onEvent", options.onEvent);
  requireObserver(options.observer);
  requireFunction("onError", onError);
  requireFunction("onStream", onStream);
  requireFunction("onTransport", onTransport);
  requireClock(clock);
  requireMembers("network", options.network, NETWORK_MEMBERS);
  const random = randomOption(options.random);
  requireText("hostname", options.hostname);
  requireText("path", options.path);
  const parameters = serverParameters(sessionOptionsOf(options));
  const limits = {
    maxConnections: limitOption(options, "maxConnections", 10_000),
    maxHandshakes: limitOption(options, "maxHandshakes", 1_024),
  };
  const onEvent = joinListeners(options.onEvent, options.observer);
  const socket = listenOn(options);
  if (onEvent === undefined) warnUnheard(parameters.warnings);
  const observed = onEvent !== undefined || (record?.wanted ?? false);
  return new Listener(socket, {
    parameters,
    limits,
    onEvent: recording(record, onEvent),
    observed,
    onError,
    onStream,
    onTransport,
    clock: clock ?? systemClock,
    random,
  });
}

function limitOption(
  options: ListenOptions,
  name: "maxConnections" | "maxHandshakes",
  fallback: number,
): number {
  const value = options[name];
  return value === Infinity ? value : integerOption(name, value, fallback, 1);
}

function sessionOptionsOf(options: ListenOptions): ServerSessionOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([key]) =>
      SERVER_SESSION_KEYS.includes(key)
    ),
  );
}

function listenOn(
  { port, hostname, reusePort, path, tls, network = denoNetwork }:
    ListenOptions,
): ListeningSocket {
  if (path !== undefined) {
    const others = [port, hostname, reusePort, tls];
    if (others.some((other) => other !== undefined)) {
      throw new TypeError(
        "Cannot listen: path is for a Unix socket, and goes without port, hostname, reusePort and tls",
      );
    }
    return named(
      `unix:${path}`,
      () => network.listen({ transport: "unix", path }, {}),
    );
  }
  const shared = booleanOption("reusePort", reusePort, false);
  const address = {
    transport: "tcp" as const,
    ...(hostname === undefined ? {} : { hostname }),
    port: integerOption("port", port, 50_051, 0, 65_535),
    ...(shared ? { reusePort: true } : {}),
  };
  const security = tls === undefined ? undefined : resolveListenTls(tls);
  return named(
    formatTarget({ hostname: "::", ...address }),
    () => network.listen(address, { tls: security }),
  );
}

function named(where: string, open: () => ListeningSocket): ListeningSocket {
  try {
    return requireListening(open());
  } catch (error) {
    throw listenError(error, where);
  }
}
