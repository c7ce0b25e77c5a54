import {
  durationOption,
  octetsOption,
  requireOptionKeys,
} from "../options/mod.ts";

/**
 * Octets that each connection may hold whatever the others do: its first
 * flow-control window, and as much again of what has come.
 */
export const SHARE = 131_072;

/**
 * Octets that a connection may hold before its small wants and its handlers
 * wait for what others hold.
 */
export const SMALL_SHARE = 1_048_576;

/** The largest want that is small, in octets: a first flow-control window. */
export const SMALL = 65_536;

/** Octets from which a call is looked at when something must be given back. */
export const NOTABLE = 16_384;

/** The part of a limit that others may have pinned when one passes above it. */
export const LENIENCE = 1 / 8;

const MEBIBYTE = 1_048_576;

/**
 * How much received data is held at once, in octets: what has come and is not
 * taken, messages that are half there by their declared length, messages that
 * were decompressed, those that a handler has in hand, header lists of running
 * calls, responses that wait for the peer, and what flow-control windows let
 * the peer send in addition.
 *
 * Equivalent to `GRPC_ARG_RESOURCE_QUOTA` of gRPC Core; grpc-go and grpc-java
 * have none. Calls above it wait, first come, first served. A single message that is larger than all of it passes while no
 * other large one is held.
 */
export interface MemoryQuotaOptions {
  /**
   * Octets for one connection; `Infinity` is no limit. The default is what
   * 1 000 streams may send without being asked, 65 535 octets each.
   *
   * @default {67_108_864}
   */
  connection?: number;
  /**
   * Octets for all connections of a server, or of a channel; `Infinity` is no
   * limit. Each connection has 131 072 octets besides, so that small messages
   * pass whatever others do.
   *
   * @default {134_217_728, or connection if that is more}
   */
  total?: number;
  /**
   * Milliseconds that calls wait while nothing moves: nobody in line has a turn,
   * what is held does not shrink, no long message goes on. Less than 16 384
   * octets are no move.
   * After them the call that holds most is ended with RESOURCE_EXHAUSTED:
   * handlers that wait for each other's messages must not wait for ever.
   *
   * @default {5_000}
   */
  patience?: number;
}

/** Checked options, with every default filled in. */
export type MemoryLimits = Readonly<Required<MemoryQuotaOptions>>;

const KEYS: readonly string[] = ["connection", "total", "patience"];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveMemoryQuota(
  options?: MemoryQuotaOptions,
): MemoryLimits {
  return options === undefined ? DEFAULTS : limitsOf(options);
}

function limitsOf(options: MemoryQuotaOptions): MemoryLimits {
  requireOptionKeys("the memory quota", options, KEYS);
  const { total, patience } = options;
  const most = total ?? Infinity;
  const connection = octetsOption(
    "memoryQuota.connection",
    options.connection,
    Math.min(64 * MEBIBYTE, most >= SMALL ? most : Infinity),
    SMALL,
  );
  return {
    connection,
    total: octetsOption(
      "memoryQuota.total",
      total,
      Math.max(128 * MEBIBYTE, connection),
      connection,
    ),
    patience: durationOption("memoryQuota.patience", patience, 5_000),
  };
}

/** One for all that have no others. */
const DEFAULTS = limitsOf({});
