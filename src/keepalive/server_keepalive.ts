/**
 * Keepalive of a server: {@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | gRFC A9}. It is a `Watchdog` that always has
 * something to keep alive. In grpc-go it is `http2Server.keepalive`
 * ({@link https://github.com/grpc/grpc-go/blob/v1.76.0/internal/transport/http2_server.go | http2_server.go}).
 *
 * @module
 */
import { resolveTimes } from "./keepalive_times.ts";

/**
 * Keepalive of a server: when it sends a PING, and when it takes the client for
 * dead. The rules are those of
 * {@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | gRFC A9},
 * the names those of grpc-go's
 * {@link https://pkg.go.dev/google.golang.org/grpc/keepalive#ServerParameters | keepalive.ServerParameters}.
 *
 * A wrong type is a `TypeError`, a value that is not allowed a `RangeError`.
 */
export interface ServerKeepaliveOptions {
  /**
   * Milliseconds without a read after which a PING is sent, with or without
   * calls; `Infinity` for never. It may leave up to a hundredth later, with those
   * of other connections. Values below `minimumTime` are raised to it,
   * with a warning.
   *
   * Equivalent to `GRPC_ARG_KEEPALIVE_TIME_MS` of a server, grpc-go
   * `ServerParameters.Time`, grpc-java `NettyServerBuilder.keepAliveTime`.
   *
   * @default {7_200_000} Two hours.
   */
  time?: number;
  /**
   * Milliseconds after that PING until the connection is closed, unless
   * something is read. Below 1 000 it comes with a warning, unless
   * `minimumTime` is lowered.
   *
   * Equivalent to `GRPC_ARG_KEEPALIVE_TIMEOUT_MS` of a server, grpc-go
   * `ServerParameters.Timeout`, grpc-java `NettyServerBuilder.keepAliveTimeout`.
   *
   * @default {20_000}
   */
  timeout?: number;
  /**
   * The smallest `time` in milliseconds. A constant in grpc-go.
   *
   * @default {1_000}
   */
  minimumTime?: number;
}

/** The keys of {@linkcode ServerKeepaliveOptions}. */
export const SERVER_KEEPALIVE_KEYS: readonly string[] = [
  "time",
  "timeout",
  "minimumTime",
];

/** As in grpc-go, whose server takes no `Time` below a second. */
const DEFAULT_TIMES = { time: 7_200_000, minimumTime: 1_000 };

/**
 * Checks the options and fills in the defaults.
 *
 * @param warnings Gets a sentence for each value that was adjusted.
 * @throws {TypeError} If a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveServerKeepalive(
  options: ServerKeepaliveOptions,
  warnings: string[],
): Required<ServerKeepaliveOptions> {
  return resolveTimes(options, DEFAULT_TIMES, warnings);
}
