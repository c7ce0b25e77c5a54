/**
 * The enforcement policy of a server: {@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8}. In grpc-go it is
 * `http2Server.handlePing` ({@link https://github.com/grpc/grpc-go/blob/v1.76.0/internal/transport/http2_server.go | http2_server.go}).
 *
 * @module
 */
import { assert } from "../invariants/mod.ts";
import {
  booleanOption,
  durationOption,
  integerOption,
} from "../options/mod.ts";
import type { AdvertisedPolicy } from "./advertised_policy.ts";

/**
 * How often a client may send PINGs. One that sends more is given strikes, and
 * disconnected with GOAWAY `ENHANCE_YOUR_CALM`, `too_many_pings`. The rules are
 * those of
 * {@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8},
 * the names those of grpc-go's
 * {@link https://pkg.go.dev/google.golang.org/grpc/keepalive#EnforcementPolicy | keepalive.EnforcementPolicy}.
 *
 * A wrong type is a `TypeError`, a value that is not allowed a `RangeError`.
 */
export interface EnforcementOptions {
  /**
   * Milliseconds that must lie between two PINGs of a client; 0 allows any.
   *
   * Equivalent to `GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS`,
   * grpc-go `EnforcementPolicy.MinTime`, grpc-java
   * `NettyServerBuilder.permitKeepAliveTime`.
   *
   * @default {300_000} Five minutes.
   */
  minTime?: number;
  /**
   * Whether that holds while no call is active, too. If not, two hours must
   * lie between PINGs then.
   *
   * Equivalent to `GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS` of a server, grpc-go
   * `EnforcementPolicy.PermitWithoutStream`, grpc-java
   * `NettyServerBuilder.permitKeepAliveWithoutCalls`.
   *
   * @default {false}
   */
  permitWithoutStream?: boolean;
  /**
   * PINGs that may come too early; one more ends the connection. 0 is no
   * limit: strikes are counted and reported, and that is all.
   *
   * Equivalent to `GRPC_ARG_HTTP2_MAX_PING_STRIKES`; a constant in grpc-go and
   * grpc-java.
   *
   * @default {2}
   */
  maxPingStrikes?: number;
  /**
   * Milliseconds by which a PING may be early without a strike: what the path
   * adds to one PING and not to the next. Others have none.
   *
   * @default {5 % of minTime, at most 1_000}
   */
  tolerance?: number;
  /**
   * Whether clients are told `minTime` and `permitWithoutStream`, so that one
   * of this library pings no more often, whatever its own options: with a
   * private setting of HTTP/2, and from `serve` also with the metadata
   * `keepalive-policy` of the first response of a connection. Other stacks
   * ignore both. Neither is sent with `maxPingStrikes: 0`, as nothing is
   * enforced then. No other stack has this.
   *
   * @default {true}
   */
  advertise?: boolean;
  /**
   * Milliseconds of silence after which something between client and server
   * forgets a connection, as far as you know: clients are told with the rest,
   * and say so if their keepalive is slower. It makes none of them faster.
   *
   * @default {Infinity} Nothing is told.
   */
  pathIdleLimit?: number;
}

/** The policy in force, with every default filled in. */
export type EnforcementParameters = Required<
  Omit<EnforcementOptions, "advertise" | "pathIdleLimit">
>;

/** The keys of {@linkcode EnforcementOptions}. */
export const ENFORCEMENT_KEYS: readonly string[] = [
  "minTime",
  "permitWithoutStream",
  "maxPingStrikes",
  "tolerance",
  "advertise",
  "pathIdleLimit",
];

/** A8: without streams, "MAX(MIN_TIME, 2 hours)". */
const IDLE_MIN_TIME = 7_200_000;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveEnforcement(
  options: EnforcementOptions,
): EnforcementParameters {
  const minTime = durationOption(
    "enforcement.minTime",
    options.minTime,
    300_000,
    { minimum: 0, finite: true },
  );
  return {
    minTime,
    permitWithoutStream: booleanOption(
      "enforcement.permitWithoutStream",
      options.permitWithoutStream,
      false,
    ),
    maxPingStrikes: integerOption(
      "enforcement.maxPingStrikes",
      options.maxPingStrikes,
      2,
      0,
    ),
    tolerance: durationOption(
      "enforcement.tolerance",
      options.tolerance,
      Math.min(0.05 * minTime, 1_000),
      { minimum: 0, finite: true },
    ),
  };
}

/**
 * What clients are told of a policy; `undefined` for nothing.
 *
 * @throws {TypeError} If a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveAdvertised(
  options: EnforcementOptions,
  { minTime, permitWithoutStream, maxPingStrikes }: EnforcementParameters,
): AdvertisedPolicy | undefined {
  const { advertise, pathIdleLimit } = options;
  const isTold = booleanOption("enforcement.advertise", advertise, true);
  const idleLimit = durationOption(
    "enforcement.pathIdleLimit",
    pathIdleLimit,
    Infinity,
  );
  if (!isTold || maxPingStrikes === 0) return undefined;
  return { minTime, permitWithoutStream, idleLimit };
}

/** What a PING of the client means. */
export type PingVerdict =
  /** It came in time, or was free. */
  | "accepted"
  /** It came too early. */
  | "strike"
  /** It came too early once too often: the connection is to be closed. */
  | "too-many-pings";

/**
 * Counts the PINGs that come too early.
 *
 * As in grpc-go, the first PING is free, each PING counts as the last one
 * whether it was early or not, strikes do not fade with time, and HEADERS or
 * DATA that the server writes clear them and make the next PING free.
 *
 * ```txt
 *            too early          too early           too early
 *   0 -----------------> 1 ----------------> 2 -----------------> too many
 *   strikes "strike"        "strike" = maxPingStrikes   "too-many-pings"
 *   ^                    |                   |          the connection ends
 *   +--------------------+-------------------+
 *     a PING after HEADERS or DATA were written: "accepted"
 * ```
 */
export class PingEnforcement {
  readonly #options: EnforcementParameters;
  #lastPing = -Infinity;
  #strikes = 0;
  #written = false;

  /** Starts without strikes; the first PING is free. */
  constructor(options: EnforcementParameters) {
    this.#options = options;
  }

  /** Strikes since HEADERS or DATA were last written. */
  get strikes(): number {
    return this.#strikes;
  }

  /** HEADERS or DATA were written; nothing else clears strikes. */
  written(): void {
    this.#written = true;
  }

  /** Judges a PING that is no acknowledgement. */
  pingReceived(now: number, activeStreams: number): PingVerdict {
    const earliest = this.#lastPing + this.#requiredInterval(activeStreams) -
      this.#options.tolerance;
    this.#lastPing = now;
    if (this.#written) {
      this.#written = false;
      this.#strikes = 0;
      return "accepted";
    }
    if (now >= earliest) return "accepted";
    this.#strikes++;
    const limit = this.#options.maxPingStrikes;
    assert(
      limit === 0 || this.#strikes <= limit + 1,
      "a client that sent too many PINGs is judged no more",
      this.#strikes,
    );
    return limit > 0 && this.#strikes > limit ? "too-many-pings" : "strike";
  }

  #requiredInterval(activeStreams: number): number {
    const { minTime, permitWithoutStream } = this.#options;
    return activeStreams > 0 || permitWithoutStream
      ? minTime
      : Math.max(minTime, IDLE_MIN_TIME);
  }
}
