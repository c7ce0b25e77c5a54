import {
  requireFunction,
  requireMembers,
  requireOptionKeys,
  requireSignal,
} from "../options/mod.ts";
import {
  CLIENT_SESSION_KEYS,
  clientParameters,
  type ClientSessionOptions,
  type InformingEventType,
  Session,
} from "../session/mod.ts";
import type { Observed } from "../connection/mod.ts";
import {
  type Clock,
  randomOption,
  requireClock,
  systemClock,
  warnUnheard,
} from "../runtime/mod.ts";
import { DialAttempt, type DialAttemptSetup } from "./dial_attempt.ts";
import {
  joinListeners,
  requireObserver,
  type TransportObserver,
} from "./observer.ts";
import {
  denoNetwork,
  type DialTlsOptions,
  type DialTlsProvider,
  type Network,
  NETWORK_MEMBERS,
  parseTarget,
  resolveDialTls,
  wholeAddr,
} from "./network/mod.ts";
import {
  type StreamAcceptor,
  Transport,
  type TransportListener,
} from "./transport.ts";
import type { TransportWatcher } from "./transport_owner.ts";

/**
 * Options of {@linkcode dial}. An unknown key or a wrong type is a `TypeError`,
 * a value that is not allowed a `RangeError`.
 */
export interface DialOptions extends ClientSessionOptions {
  /**
   * TLS, with ALPN `h2`; `true` for the system's certificates; a function is
   * asked for the options of this connection.
   *
   * @default {false}
   */
  tls?: boolean | DialTlsOptions | DialTlsProvider;
  /**
   * Gives up the attempt, up to the end of the handshake; `dial` throws its
   * reason then.
   */
  signal?: AbortSignal;
  /** Is called with each event of the connection. */
  onEvent?: TransportListener;
  /** Watches the connection, in addition to `onEvent`. */
  observer?: TransportObserver;
  /** Takes the streams; for layers above this one. */
  onStream?: StreamAcceptor;
  /**
   * Where all times and timers come from; another one for virtual time.
   *
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * What makes the connection; another one for a proxy or a simulation.
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

const DIAL_KEYS: readonly string[] = [
  ...CLIENT_SESSION_KEYS,
  "tls",
  "signal",
  "onEvent",
  "observer",
  "onStream",
  "clock",
  "network",
  "random",
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
 * @param watcher Is told of its events before all others, and of its end.
 */
export async function dialUnheld(
  target: string,
  options: DialOptions,
  observed?: Observed<InformingEventType>,
  watcher?: TransportWatcher<Transport>,
): Promise<Transport> {
  return await connectTo(target, options, false, observed, watcher);
}

async function connectTo(
  target: string,
  options: DialOptions,
  holds: boolean,
  observed?: Observed<InformingEventType>,
  watcher?: TransportWatcher<Transport>,
): Promise<Transport> {
  requireDialOptions(options);
  const { signal, onStream, clock = systemClock } = options;
  const draw = randomOption(options.random);
  const parameters = clientParameters(sessionOptions(options));
  const attempt = new DialAttempt({
    ...destination(target, options),
    limit: parameters.handshakeTimeout,
    signal,
    holds,
    clock,
    network: options.network ?? denoNetwork,
  });
  signal?.throwIfAborted();
  const onEvent = joinListeners(options.onEvent, options.observer);
  const isHeard = onEvent !== undefined || watcher !== undefined;
  if (!isHeard) warnUnheard(parameters.warnings);
  return await attempt.run((conn) =>
    new Transport({
      socket: conn,
      session: new Session(parameters, clock.now(), {
        random: draw(),
      }),
      observed,
      clock,
      localAddr: wholeAddr(conn.localAddr),
      remoteAddr: wholeAddr(conn.remoteAddr),
      onEvent,
      onStream,
      watcher,
    })
  );
}

function requireDialOptions(options: DialOptions): void {
  requireOptionKeys("the dial options", options, DIAL_KEYS);
  requireSignal(options.signal);
  requireFunction("onEvent", options.onEvent);
  requireObserver(options.observer);
  requireFunction("onStream", options.onStream);
  requireClock(options.clock);
  requireMembers("network", options.network, NETWORK_MEMBERS);
}

function sessionOptions(
  {
    tls: _tls,
    signal: _signal,
    onEvent: _onEvent,
    observer: _observer,
    onStream: _onStream,
    clock: _clock,
    network: _network,
    random: _random,
    ...rest
  }: DialOptions,
): ClientSessionOptions {
  return rest;
}

/** Where to connect, and by what TLS. */
function destination(
  target: string,
  options: DialOptions,
): Pick<DialAttemptSetup, "target" | "tls"> {
  const address = parseTarget(target);
  const tls = resolveDialTls(options.tls);
  if (address.transport === "unix" && tls !== undefined) {
    throw new TypeError(
      `Cannot use TLS to connect to ${target}: it is for TCP, leave tls out`,
    );
  }
  return { target: address, tls };
}
