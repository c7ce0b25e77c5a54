import { CLIENT_SESSION_KEYS } from "../session/mod.ts";
import type {
  ClientInterceptor,
  HeartbeatOptions,
  Observer,
} from "../grpc/mod.ts";
import type { OpenTelemetryOptions } from "../otel/mod.ts";
import type { DialOptions, TransportListener } from "../transport/mod.ts";
import type {
  BackoffOptions,
  ChannelKeepaliveOptions,
} from "./connections/mod.ts";
import type { ServiceConfig } from "./calls/mod.ts";
import type { Resolver } from "./resolving/mod.ts";

/**
 * Options of a `Channel`. An unknown key or a wrong type is a `TypeError`, a
 * value that is not allowed a `RangeError`; both when the channel is made.
 *
 * Besides those below, it takes `settingsTimeout`, `maxHeaderListSize`,
 * `absoluteMaxHeaderListSize`, `memoryQuota`, `maxWindowSize`, `clock`,
 * `network` and `random` of `DialOptions`, see `@keepalive/grpc/transport`.
 */
export interface ChannelOptions
  extends Omit<DialOptions, "signal" | "onStream" | "observer"> {
  /** When to send PINGs, and when the server is taken for dead. */
  keepalive?: ChannelKeepaliveOptions;
  /**
   * TLS, with ALPN `h2`; `true` for the system's certificates; a function is
   * asked for the options of each new connection. Equivalent to grpc-go
   * `credentials.NewTLS`, grpc-java `useTransportSecurity`.
   *
   * @default {false}
   */
  tls?: DialOptions["tls"];
  /**
   * Milliseconds for an attempt to connect, with TLS and the HTTP/2 handshake;
   * at least the present backoff. Equivalent to grpc-go
   * `ConnectParams.MinConnectTimeout`.
   *
   * @default {20_000}
   */
  handshakeTimeout?: number;
  /** Is called with each event of each connection. */
  onEvent?: TransportListener;
  /** Watches the channel, its calls and its connections. */
  observer?: Observer;
  /**
   * Measures and traces with OpenTelemetry: `true` for what Deno has with
   * `OTEL_DENO=true`, or an SDK has registered before the channel is made; or
   * the providers to use. Without any, nothing is done. Its interceptor is the
   * last.
   *
   * Equivalent to grpc-go `opentelemetry.DialOption`.
   *
   * @default {false}
   */
  otel?: boolean | OpenTelemetryOptions;
  /**
   * Whether the channel remembers the last events of its connections and of
   * itself, for `channel.recordings()` and the `recording` of an error.
   *
   * @default {true}
   */
  recorder?: boolean;
  /**
   * Wrap each call, the first outermost. Equivalent to grpc-go
   * `WithChainUnaryInterceptor` and `WithChainStreamInterceptor`, grpc-java
   * `intercept`.
   */
  interceptors?: readonly ClientInterceptor[];
  /**
   * The `:authority` of calls, and the name to expect in certificates.
   *
   * Equivalent to `GRPC_ARG_DEFAULT_AUTHORITY`, grpc-go `WithAuthority`,
   * grpc-java `overrideAuthority`.
   *
   * @default {the target}
   */
  authority?: string;
  /**
   * How long to wait between attempts to connect. Equivalent to grpc-go
   * `ConnectParams.Backoff`.
   */
  backoff?: BackoffOptions;
  /**
   * Milliseconds over which the first attempt after a lost connection is
   * spread at random, so that the clients of a server that restarts do not come
   * back at one moment; 0 for at once. A call that waits, or that comes
   * meanwhile, has the attempt begin at once. Only `"round_robin"` connects
   * anew without a call.
   *
   * The others begin it at once, as
   * {@link https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md | gRPC's connection backoff}
   * has it.
   *
   * @default {1_000}
   */
  reconnectSpread?: number;
  /**
   * Milliseconds without a call after which the connections are closed, until
   * the next call; `Infinity` for never
   * ({@link https://github.com/grpc/grpc/blob/master/doc/connectivity-semantics-and-api.md | IDLE_TIMEOUT}).
   *
   * Equivalent to `GRPC_ARG_CLIENT_IDLE_TIMEOUT_MS`, grpc-go `WithIdleTimeout`,
   * grpc-java `idleTimeout`.
   *
   * @default {1_800_000}
   */
  idleTimeout?: number;
  /**
   * How calls are spread when a name has several addresses: `"pick_first"` has
   * the first that answers take all, and races IPv4 and IPv6
   * ({@link https://github.com/grpc/proposal/blob/master/A61-IPv4-IPv6-dualstack-backends.md | gRFC A61});
   * with `"round_robin"` all take turns.
   *
   * Equivalent to `loadBalancingConfig` of the service config in the others.
   *
   * @default {"pick_first"}
   */
  loadBalancing?: "pick_first" | "round_robin";
  /**
   * Finds the addresses of the target, instead of DNS. Equivalent to grpc-go
   * `WithResolvers`, grpc-java `nameResolverFactory`.
   */
  resolver?: Resolver;
  /**
   * How the first call after a silence makes sure that the server is there:
   * `"piggyback"` sends a PING along, `"await"` waits for its answer first,
   * `"off"` does neither. `"await"` is what connect-node does; grpc-go sends a
   * PING along when keepalive was due meanwhile.
   *
   * @default {"piggyback"}
   */
  verify?: "off" | "piggyback" | "await";
  /**
   * Asks servers for heartbeats on calls that stream: messages that no end of
   * the call sees, for proxies that forget a silent stream whatever PINGs there
   * are, and to notice a backend that is dead behind one. A server that does not
   * answer is sent none. A unary call has them only by its own option.
   *
   * @default {false}
   */
  heartbeat?: HeartbeatOptions | false;
  /**
   * Milliseconds without a read that count as such a silence.
   *
   * @default {60_000}
   */
  verifyAfter?: number;
  /**
   * Retries, deadlines and `waitForReady` by method, in
   * {@link https://github.com/grpc/grpc/blob/master/doc/service_config.md | gRPC's JSON shape}.
   * It is the caller's own; none is read from DNS.
   *
   * Equivalent to `GRPC_ARG_SERVICE_CONFIG`, grpc-go
   * `WithDefaultServiceConfig`, grpc-java `defaultServiceConfig`.
   */
  serviceConfig?: ServiceConfig;
}

/** The keys of {@linkcode ChannelOptions}. */
export const CHANNEL_KEYS: readonly string[] = [
  ...CLIENT_SESSION_KEYS,
  "tls",
  "onEvent",
  "observer",
  "recorder",
  "otel",
  "clock",
  "network",
  "random",
  "interceptors",
  "authority",
  "backoff",
  "reconnectSpread",
  "idleTimeout",
  "loadBalancing",
  "resolver",
  "verify",
  "verifyAfter",
  "heartbeat",
  "serviceConfig",
];
