import {
  type CallContext,
  encodingOption,
  type MessageEncoding,
  type Observer,
  type ServerHeartbeatOptions,
  type ServerInterceptor,
} from "../grpc/mod.ts";
import {
  display,
  requireFunction,
  requireFunctions,
  requireOptionKeys,
  requireSignal,
} from "../options/mod.ts";
import type {
  ConnectionAgeOptions,
  EnforcementOptions,
  ServerKeepaliveOptions,
} from "../keepalive/mod.ts";
import type { OpenTelemetryOptions } from "../otel/mod.ts";
import {
  LISTEN_KEYS,
  type ListenOptions,
  type ListenTlsOptions,
  type TransportListener,
} from "../transport/mod.ts";

/**
 * Options of `serve`. An unknown key or a wrong type is a `TypeError`, a value
 * that is not allowed a `RangeError`; both come before anything listens.
 *
 * Besides those below, it takes `reusePort`, `path`, `maxConnections`,
 * `maxHandshakes`, `handshakeTimeout`, `settingsTimeout`, `maxHeaderListSize`,
 * `absoluteMaxHeaderListSize`, `memoryQuota`, `maxWindowSize`, `onError`,
 * `clock`, `network` and `random` of `ListenOptions`, see
 * `@keepalive/grpc/transport`.
 */
export interface ServeOptions
  extends Omit<ListenOptions, "onStream" | "observer"> {
  /**
   * The port; 0 takes a free one.
   *
   * @default {50_051}
   */
  port?: number;
  /**
   * The address to listen on; by default all of the machine, of IPv4 and IPv6:
   * `server.addr` has the hostname `"::"` then, or `"0.0.0.0"` where there is no
   * IPv6. Deno needs `--allow-net=[::]` for it; with the permission for `0.0.0.0`
   * alone it is IPv4 only.
   *
   * @default {all}
   */
  hostname?: string;
  /**
   * TLS, with ALPN `h2`, and with `clientCaCerts` mutual TLS. The certificate
   * is changed by `server.listener.setTls`. Equivalent to grpc-go
   * `credentials.NewTLS`, grpc-java `useTransportSecurity`.
   */
  tls?: ListenTlsOptions;
  /** When to send PINGs, and when to retire a connection. */
  keepalive?: ServerKeepaliveOptions & ConnectionAgeOptions;
  /** How often clients may send PINGs. */
  enforcement?: EnforcementOptions;
  /**
   * Calls that a client may have running on a connection; `Infinity` is no
   * limit. Equivalent to `GRPC_ARG_MAX_CONCURRENT_STREAMS`, grpc-go
   * `MaxConcurrentStreams`.
   *
   * @default {1_000}
   */
  maxConcurrentStreams?: number;
  /** Is called with each event of each connection. */
  onEvent?: TransportListener;
  /** Watches the server, its calls and its connections. */
  observer?: Observer;
  /**
   * Measures and traces with OpenTelemetry: `true` for what Deno has with
   * `OTEL_DENO=true`, or an SDK has registered before; or the providers to use.
   * Without any, nothing is done. Its interceptor is the first.
   *
   * Equivalent to grpc-go `opentelemetry.ServerOption`.
   *
   * @default {false}
   */
  otel?: boolean | OpenTelemetryOptions;
  /**
   * Whether the server remembers the last events of its connections, for
   * `server.recordings()`.
   *
   * @default {true}
   */
  recorder?: boolean;
  /**
   * Wrap the run of each handler, the first outermost. Equivalent to grpc-go
   * `ChainUnaryInterceptor` and `ChainStreamInterceptor`, grpc-java `intercept`.
   */
  interceptors?: readonly ServerInterceptor[];
  /**
   * Is called with what a handler or an interceptor throws, other than a
   * `GrpcError`: the client only learns that its call failed with UNKNOWN. And
   * with an `UnfinishedHandlerError` for each handler that goes on when a
   * shutdown with a grace, or a close, is over. And with a `RangeError` for
   * trailers that did not fit into the header list that the client accepts:
   * its status was sent without them. What it throws itself is an
   * uncaught error of the process, and disturbs no call.
   *
   * @default {console.error}
   */
  onHandlerError?: (error: unknown, call: CallContext) => void;
  /**
   * The longest request message to accept, in octets, compressed or not; a
   * call whose request is longer ends with RESOURCE_EXHAUSTED. The
   * longest that gRPC has is `2 ** 32 - 1`.
   *
   * Equivalent to `GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH`, grpc-go
   * `MaxRecvMsgSize`, grpc-java `maxInboundMessageSize`.
   *
   * @default {4_194_304}
   */
  maxReceiveMessageLength?: number;
  /**
   * The encoding of responses, for clients that accept it; a handler may change
   * it, see `CallContext.compression`.
   *
   * Equivalent to `GRPC_COMPRESSION_CHANNEL_DEFAULT_ALGORITHM` of a server,
   * grpc-go `SetSendCompressor`, grpc-java `setCompression`.
   *
   * @default {"identity"}
   */
  compression?: MessageEncoding;
  /**
   * What to do when a client asks for heartbeats on a call: messages that no end
   * of the call sees, for proxies that forget a silent stream. The server
   * answers with its response headers one turn after the handler has begun, so
   * that a handler which changes `call.headers` has to do it before it first
   * waits for something; sends heartbeats; and ends calls whose clients send
   * none. `false` leaves such clients without an answer.
   *
   * @default {{ timeout: 20_000, minInterval: 10_000 }}
   */
  heartbeat?: ServerHeartbeatOptions | false;
  /**
   * Is called with the address once it listens, before `serve` returns, as
   * that of `Deno.serve` is: a port of 0 has become a free one. What it throws
   * closes the server, and is thrown by `serve`; what a promise that it returns
   * is rejected with closes the server, and is an uncaught error of the process.
   */
  onListen?: (addr: Deno.Addr) => unknown;
  /**
   * Closes the server at once when it is aborted, as that of `Deno.serve` does;
   * `shutdown` lets calls finish.
   */
  signal?: AbortSignal;
}

/** The keys of {@linkcode ServeOptions}. */
export const SERVE_KEYS: readonly string[] = [
  ...LISTEN_KEYS,
  "recorder",
  "otel",
  "interceptors",
  "onHandlerError",
  "maxReceiveMessageLength",
  "compression",
  "heartbeat",
  "onListen",
  "signal",
];

/**
 * Checks what `serve` was given, as far as it is not for `listen`.
 *
 * @throws {TypeError} If an option is unknown or of a wrong type, or something
 * is no service.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function requireServeOptions(
  options: ServeOptions,
  services: unknown,
): void {
  requireOptionKeys("the serve options", options, SERVE_KEYS);
  requireFunctions("interceptors", options.interceptors);
  requireFunction("onHandlerError", options.onHandlerError);
  requireFunction("onListen", options.onListen);
  requireSignal(options.signal);
  encodingOption(options.compression);
  requireServices(services);
}

/** Handlers and definitions are taken for services: nothing would be served. */
function requireServices(services: unknown): void {
  if (!Array.isArray(services)) {
    throw new TypeError(
      `Cannot use services: expected an array of what implement(definition, handlers) makes, received ${
        display(services)
      }`,
    );
  }
  for (const [index, service] of services.entries()) {
    if (service?.implementations instanceof Map) continue;
    throw new TypeError(
      `Cannot use services[${index}]: expected what implement(definition, handlers) makes, received ${
        display(service)
      }`,
    );
  }
}
