/**
 * Keepalive of a client: {@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8}. In grpc-go it is
 * `http2Client.keepalive` ({@link https://github.com/grpc/grpc-go/blob/v1.76.0/internal/transport/http2_client.go | http2_client.go}).
 *
 * @module
 */
import { Alike } from "../collections/mod.ts";
import { booleanOption, integerOption } from "../options/mod.ts";
import {
  type AdvertisedPolicy,
  LARGEST_ADVERTISED_TIME,
} from "./advertised_policy.ts";
import { resolveTimes } from "./keepalive_times.ts";
import { type KeepaliveInstruction, Watchdog } from "./watchdog.ts";

/**
 * Keepalive of a client: when it sends a PING, and when it takes the server for
 * dead. The rules are those of
 * {@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8},
 * the names those of grpc-go's
 * {@link https://pkg.go.dev/google.golang.org/grpc/keepalive#ClientParameters | keepalive.ClientParameters}
 * and of
 * {@link https://github.com/grpc/grpc/blob/master/doc/keepalive.md | gRPC Core}.
 *
 * A wrong type is a `TypeError`, a value that is not allowed a `RangeError`.
 */
export interface ClientKeepaliveOptions {
  /**
   * Milliseconds without a read after which a PING is sent; `Infinity` for
   * never. It may leave up to a hundredth later, with those of other connections.
   * Values below `minimumTime` are raised to it, with a warning. It must
   * not be below the server's `enforcement.minTime`, or the server closes the
   * connection with `too_many_pings`.
   *
   * No PING, however often, keeps a stream open through a proxy of layer 7
   * (ALB, Envoy, nginx): that answers PINGs itself, and does not count them.
   *
   * Equivalent to `GRPC_ARG_KEEPALIVE_TIME_MS`, grpc-go
   * `ClientParameters.Time`, grpc-java `keepAliveTime`.
   *
   * @default {Infinity with dial; with a Channel 300_500 to 325_000, drawn once}
   */
  time?: number;
  /**
   * Milliseconds after that PING until the connection is closed, unless
   * something is read: any octet counts, not only the acknowledgement. Below
   * 1 000 it comes with a warning, unless `minimumTime` is lowered.
   *
   * Equivalent to `GRPC_ARG_KEEPALIVE_TIMEOUT_MS`, grpc-go
   * `ClientParameters.Timeout`, grpc-java `keepAliveTimeout`.
   *
   * @default {20_000}
   */
  timeout?: number;
  /**
   * Whether to send PINGs while no call is active. The server must permit it,
   * see `enforcement.permitWithoutStream`.
   *
   * Equivalent to `GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS`, grpc-go
   * `ClientParameters.PermitWithoutStream`, grpc-java `keepAliveWithoutCalls`.
   *
   * @default {false}
   */
  permitWithoutStream?: boolean;
  /**
   * The smallest `time` in milliseconds. gRFC A8 demands 10 seconds; lower it
   * only where both ends are yours. A constant in grpc-go and grpc-java.
   *
   * @default {10_000}
   */
  minimumTime?: number;
  /**
   * PINGs that may be sent without sending HEADERS or DATA; after them only
   * one a minute is
   * ({@link https://github.com/grpc/proposal/blob/master/L116-core-loosen-max-pings-without-data.md | gRFC L116}).
   * 0 is no limit.
   *
   * Equivalent to `GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA`, which is 2 by
   * default; grpc-go and grpc-java have no limit.
   *
   * @default {0}
   */
  maxPingsWithoutData?: number;
}

/** The keys of {@linkcode ClientKeepaliveOptions}. */
export const CLIENT_KEEPALIVE_KEYS: readonly string[] = [
  "time",
  "timeout",
  "permitWithoutStream",
  "minimumTime",
  "maxPingsWithoutData",
];

/** The minimum: "MUST be at least 10 seconds" (gRFC A8). */
const DEFAULT_TIMES = { time: Infinity, minimumTime: 10_000 };

/** Milliseconds between PINGs when too many were sent without data (L116). */
const THROTTLED_TIME = 60_000;

/** Those of a channel and of its connections are one object, as a rule. */
const ALIKE = new Alike<Required<ClientKeepaliveOptions>>();

/**
 * Checks the options and fills in the defaults. Where none are given, it is always
 * the same object.
 *
 * @param warnings Gets a sentence for each value that was adjusted.
 * @throws {TypeError} If a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveClientKeepalive(
  options: ClientKeepaliveOptions | undefined,
  warnings: string[],
): Readonly<Required<ClientKeepaliveOptions>> {
  return options === undefined ? DEFAULTS : checked(options, warnings);
}

function checked(
  options: ClientKeepaliveOptions,
  warnings: string[],
): Readonly<Required<ClientKeepaliveOptions>> {
  const { time, timeout, minimumTime } = resolveTimes(
    options,
    DEFAULT_TIMES,
    warnings,
  );
  return ALIKE.of({
    time,
    timeout,
    minimumTime,
    permitWithoutStream: booleanOption(
      "keepalive.permitWithoutStream",
      options.permitWithoutStream,
      false,
    ),
    maxPingsWithoutData: integerOption(
      "keepalive.maxPingsWithoutData",
      options.maxPingsWithoutData,
      0,
      0,
    ),
  });
}

const DEFAULTS = checked({}, []);

/**
 * Client keepalive: when to send a PING, and when the server is gone.
 *
 * With no stream active it falls dormant when a PING would be due, unless
 * `permitWithoutStream` is set; the next stream wakes it with a PING at once,
 * so that a dead connection is noticed `timeout` after that call.
 */
export class ClientKeepalive {
  /** Watches the silence of the server; what is read is told to it. */
  readonly watchdog: Watchdog;
  readonly #options: Readonly<Required<ClientKeepaliveOptions>>;
  #pingsWithoutData = 0;
  #permitWithoutStream: boolean;

  /** Starts with silence: the first PING is due `time` from now. */
  constructor(
    options: Readonly<Required<ClientKeepaliveOptions>>,
    now: number,
  ) {
    this.#options = options;
    this.#permitWithoutStream = options.permitWithoutStream;
    this.watchdog = new Watchdog(options.time, options.timeout, now);
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    return this.watchdog.deadline();
  }

  /** Milliseconds by which it may be late. */
  get slack(): number {
    return this.watchdog.slack;
  }

  /** Whether PINGs are sent while no stream is active. */
  get permitWithoutStream(): boolean {
    return this.#permitWithoutStream;
  }

  /**
   * The server has told how many PINGs it bears: it is sent no more than that,
   * and never more than before.
   */
  heed({ minTime, permitWithoutStream }: AdvertisedPolicy): void {
    this.watchdog.slowDown(Math.min(minTime, LARGEST_ADVERTISED_TIME));
    this.#permitWithoutStream &&= permitWithoutStream;
  }

  /** HEADERS or DATA were written. */
  messageWritten(): void {
    if (this.#pingsWithoutData === 0) return;
    this.#pingsWithoutData = 0;
    this.watchdog.holdUntil(undefined);
  }

  /** A stream was opened: a dormant machine wakes. */
  streamOpened(now: number): KeepaliveInstruction {
    return this.#count(this.watchdog.wake(now), now);
  }

  /** Somebody doubts that the server is there: a PING is sent now. */
  probe(now: number): KeepaliveInstruction {
    return this.#count(this.watchdog.probe(now), now);
  }

  /** Does what is due. */
  advance(now: number, activeStreams: number): KeepaliveInstruction {
    const needed = this.#needed(activeStreams);
    return this.#count(this.watchdog.advance(now, needed), now);
  }

  /** The machine slept: nothing can be held against the peer. */
  resume(now: number, activeStreams: number): KeepaliveInstruction {
    const needed = this.#needed(activeStreams);
    return this.#count(this.watchdog.resume(now, needed), now);
  }

  #needed(activeStreams: number): boolean {
    return activeStreams > 0 || this.#permitWithoutStream;
  }

  #count(instruction: KeepaliveInstruction, now: number): KeepaliveInstruction {
    const limit = this.#options.maxPingsWithoutData;
    if (instruction !== "ping" || limit === 0) return instruction;
    this.#pingsWithoutData++;
    if (this.#pingsWithoutData >= limit) {
      this.watchdog.holdUntil(now + THROTTLED_TIME);
    }
    return instruction;
  }
}
