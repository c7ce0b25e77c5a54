/**
 * How long a server keeps a connection: {@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | gRFC A9}. In grpc-go it is
 * the other half of `http2Server.keepalive` ({@link https://github.com/grpc/grpc-go/blob/v1.76.0/internal/transport/http2_server.go | http2_server.go}).
 *
 * @module
 */
import { assert } from "../invariants/mod.ts";
import { durationOption, refusal } from "../options/mod.ts";

/**
 * When a server retires a connection: it is drained with two GOAWAYs, so that
 * no call is lost, and the client makes another. The rules are those of
 * {@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | gRFC A9},
 * the names those of grpc-go's
 * {@link https://pkg.go.dev/google.golang.org/grpc/keepalive#ServerParameters | keepalive.ServerParameters}.
 *
 * A wrong type is a `TypeError`, a value that is not allowed a `RangeError`.
 */
export interface ConnectionAgeOptions {
  /**
   * Milliseconds without an active call after which the connection is drained;
   * `Infinity` for never. PINGs do not count.
   *
   * Equivalent to `GRPC_ARG_MAX_CONNECTION_IDLE_MS`, grpc-go
   * `ServerParameters.MaxConnectionIdle`, grpc-java
   * `NettyServerBuilder.maxConnectionIdle`.
   *
   * @default {Infinity}
   */
  maxConnectionIdle?: number;
  /**
   * Milliseconds after which the connection is drained, in use or not;
   * `Infinity` for never. Each connection draws its own, shorter or longer by
   * up to `maxConnectionAgeJitter`.
   *
   * Equivalent to `GRPC_ARG_MAX_CONNECTION_AGE_MS`, grpc-go
   * `ServerParameters.MaxConnectionAge`, grpc-java
   * `NettyServerBuilder.maxConnectionAge`.
   *
   * @default {Infinity}
   */
  maxConnectionAge?: number;
  /**
   * The part by which each connection makes its age shorter or longer at
   * random, from 0 to 1, so that those that came together do not leave
   * together.
   *
   * Equivalent to Envoy's
   * {@link https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto | `max_connection_duration_jitter`};
   * a constant in gRPC Core, grpc-go and grpc-java.
   *
   * @default {0.1}
   */
  maxConnectionAgeJitter?: number;
  /**
   * Milliseconds from that drain until the connection is closed, whatever is
   * running on it; `Infinity` for never.
   *
   * Equivalent to `GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS`, grpc-go
   * `ServerParameters.MaxConnectionAgeGrace`, grpc-java
   * `NettyServerBuilder.maxConnectionAgeGrace`.
   *
   * @default {Infinity}
   */
  maxConnectionAgeGrace?: number;
}

/** A9: "+/-10% jitter". */
const JITTER = 0.1;

/** The keys of {@linkcode ConnectionAgeOptions}. */
export const CONNECTION_AGE_KEYS: readonly string[] = [
  "maxConnectionIdle",
  "maxConnectionAge",
  "maxConnectionAgeJitter",
  "maxConnectionAgeGrace",
];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveConnectionAge(
  options: ConnectionAgeOptions,
): Required<ConnectionAgeOptions> {
  return {
    maxConnectionIdle: durationOption(
      "keepalive.maxConnectionIdle",
      options.maxConnectionIdle,
      Infinity,
    ),
    maxConnectionAge: durationOption(
      "keepalive.maxConnectionAge",
      options.maxConnectionAge,
      Infinity,
    ),
    maxConnectionAgeJitter: jitterOption(options.maxConnectionAgeJitter),
    maxConnectionAgeGrace: durationOption(
      "keepalive.maxConnectionAgeGrace",
      options.maxConnectionAgeGrace,
      Infinity,
    ),
  };
}

function jitterOption(jitter: number = JITTER): number {
  if (jitter >= 0 && jitter <= 1 && typeof jitter === "number") return jitter;
  throw refusal(
    "keepalive.maxConnectionAgeJitter",
    "a number from 0 to 1",
    jitter,
    "number",
  );
}

/** What {@linkcode ConnectionAge} asks of its owner. */
export type AgeInstruction =
  /** Nothing is due. */
  | "none"
  /** Drain: no stream was active for too long. */
  | "drain-idle"
  /** Drain: the connection is old. */
  | "drain-age"
  /** Close: the grace after the drain for age is over. */
  | "cut-off";

type Idleness =
  | { readonly kind: "busy" }
  | { readonly kind: "idle"; readonly since: number }
  | { readonly kind: "drained" };

type Age =
  | { readonly kind: "young"; readonly drainAt: number }
  | { readonly kind: "grace"; readonly closeAt: number }
  | { readonly kind: "over" };

const BUSY: Idleness = { kind: "busy" };

/**
 * When a server's connection has been idle for too long, and when it is old.
 *
 * The two are independent: a drain for idleness does not stop the age.
 *
 * ```txt
 *           first stream                        maxConnectionAge +/- jitter: "drain-age"
 *        +----------------> busy          young -----------------------> grace
 *        |                   |                                             |
 *      idle <----------------+              maxConnectionAgeGrace later:   |
 *        |      last stream ended                            "cut-off"     v
 *        |                                                               over
 *        +----------------> drained
 *           maxConnectionIdle: "drain-idle"
 * ```
 */
export class ConnectionAge {
  readonly #options: Required<ConnectionAgeOptions>;
  #idleness: Idleness;
  #age: Age;

  /**
   * Starts idle and young.
   *
   * @param now The end of the handshake.
   * @param random A number from 0 to 1, for the jitter of the age.
   */
  constructor(
    options: Required<ConnectionAgeOptions>,
    now: number,
    random: number,
  ) {
    this.#options = options;
    this.#idleness = { kind: "idle", since: now };
    const jitter = 1 + options.maxConnectionAgeJitter * (2 * random - 1);
    this.#age = {
      kind: "young",
      drainAt: now + options.maxConnectionAge * jitter,
    };
  }

  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number {
    return Math.min(this.#idleDeadline(), this.#ageDeadline());
  }

  /** When the connection will be closed, once it is drained for its age. */
  get closeAt(): number {
    return this.#age.kind === "grace" ? this.#age.closeAt : Infinity;
  }

  /** The first stream became active. */
  busy(): void {
    if (this.#idleness.kind === "idle") this.#idleness = BUSY;
  }

  /** The last stream ended. */
  idle(now: number): void {
    if (this.#idleness.kind === "busy") {
      this.#idleness = { kind: "idle", since: now };
    }
  }

  /** Does one thing that is due; to be repeated until it answers `"none"`. */
  advance(now: number): AgeInstruction {
    if (now >= this.#ageDeadline()) return this.#grow(now);
    if (now >= this.#idleDeadline()) {
      this.#idleness = { kind: "drained" };
      return "drain-idle";
    }
    return "none";
  }

  #grow(now: number): AgeInstruction {
    if (this.#age.kind === "young") {
      const closeAt = now + this.#options.maxConnectionAgeGrace;
      this.#age = { kind: "grace", closeAt };
      return "drain-age";
    }
    assert(this.#age.kind === "grace", "a connection is cut off once");
    this.#age = { kind: "over" };
    return "cut-off";
  }

  #idleDeadline(): number {
    return this.#idleness.kind === "idle"
      ? this.#idleness.since + this.#options.maxConnectionIdle
      : Infinity;
  }

  #ageDeadline(): number {
    switch (this.#age.kind) {
      case "young":
        return this.#age.drainAt;
      case "grace":
        return this.#age.closeAt;
      case "over":
        return Infinity;
    }
  }
}
