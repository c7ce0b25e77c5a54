import { HEADER_LIMITS } from "../connection/mod.ts";
import {
  CLIENT_KEEPALIVE_KEYS,
  type ClientKeepaliveOptions,
  CONNECTION_AGE_KEYS,
  type ConnectionAgeOptions,
  type EnforcementOptions,
  resolveClientKeepalive,
  resolveConnectionAge,
  resolveServerKeepalive,
  SERVER_KEEPALIVE_KEYS,
  type ServerKeepaliveOptions,
} from "../keepalive/mod.ts";
import { MemoryQuota, type MemoryQuotaOptions } from "../memory/mod.ts";
import {
  durationOption,
  integerOption,
  requireKnownKeys,
  requireOptionKeys,
} from "../options/mod.ts";
import { type ServerPolicy, serverPolicy } from "./server_policy.ts";

/** The largest list size that a setting can name: 32 bits. */
const LARGEST_HEADER_LIST = 0xffff_ffff;

/** Options that both ends have. */
export interface SessionOptions {
  /**
   * Milliseconds for the peer's preface and SETTINGS to arrive; with `dial` and
   * `listen`, for the TLS handshake as well, and for the client to connect.
   * `Infinity` for ever.
   *
   * On the server equivalent to `GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS`, grpc-go
   * `ConnectionTimeout`, grpc-java `NettyServerBuilder.handshakeTimeout`; on
   * the client to grpc-go `ConnectParams.MinConnectTimeout`.
   *
   * @default {20_000 on the client, 120_000 on the server}
   */
  handshakeTimeout?: number;
  /**
   * Milliseconds, from the end of the handshake on, for the peer to
   * acknowledge the SETTINGS of this end; `Infinity` for ever
   * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.3 | RFC 9113 section 6.5.3}).
   *
   * Equivalent to the argument `grpc.http2.settings_timeout` of gRPC Core;
   * grpc-go and grpc-java have no such bound.
   *
   * @default {60_000}
   */
  settingsTimeout?: number;
  /**
   * Octets of a header list that is accepted from the peer: of each field the
   * name, the value, and 32. The peer is told
   * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 | SETTINGS_MAX_HEADER_LIST_SIZE}).
   * A request that has more is answered with RESOURCE_EXHAUSTED, a call whose
   * response has more fails with that; others are not concerned. Equivalent to
   * `GRPC_ARG_MAX_METADATA_SIZE`, grpc-go `MaxHeaderListSize`.
   *
   * @default {65_536}
   */
  maxHeaderListSize?: number;
  /**
   * Octets of a header list, and of its compressed form, above which the
   * connection is closed with ENHANCE_YOUR_CALM, as nothing can be skipped in
   * the compression of HTTP/2. At least `maxHeaderListSize`. A peer can make
   * this end hold so much for each connection. Equivalent to
   * `GRPC_ARG_ABSOLUTE_MAX_METADATA_SIZE`.
   *
   * @default {four times `maxHeaderListSize`}
   */
  absoluteMaxHeaderListSize?: number;
  /**
   * How much received data is held at once; servers and channels that are given
   * the same `MemoryQuota` share it.
   *
   * Equivalent to `GRPC_ARG_RESOURCE_QUOTA`; grpc-go and grpc-java have none.
   *
   * @default {{ connection: 67_108_864, total: 134_217_728, patience: 5_000 }}
   */
  memoryQuota?: MemoryQuotaOptions | MemoryQuota;
  /**
   * Octets that a receive window may grow to, with the bandwidth-delay product
   * of the path and as far as the memory quota has room. With 65 535, nothing
   * is measured and windows stay as they are, as with grpc-go
   * `InitialWindowSize` and `InitialConnWindowSize`, grpc-java
   * `flowControlWindow`, and `GRPC_ARG_HTTP2_BDP_PROBE` of 0.
   *
   * @default {16_777_216}
   */
  maxWindowSize?: number;
}

/** Options of a client's session. */
export interface ClientSessionOptions extends SessionOptions {
  /** When to send PINGs. */
  keepalive?: ClientKeepaliveOptions;
}

/** Options of a server's session. */
export interface ServerSessionOptions extends SessionOptions {
  /** When to send PINGs, and when to retire the connection. */
  keepalive?: ServerKeepaliveOptions & ConnectionAgeOptions;
  /** How often the client may send PINGs. */
  enforcement?: EnforcementOptions;
  /**
   * Streams that the client may have open at once; `Infinity` is no limit. One
   * that is above it is refused, and its client tries again
   * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-5.1.2 | RFC 9113 section 5.1.2}).
   *
   * Equivalent to `GRPC_ARG_MAX_CONCURRENT_STREAMS`, grpc-go
   * `MaxConcurrentStreams`, grpc-java
   * `NettyServerBuilder.maxConcurrentCallsPerConnection`.
   *
   * @default {1_000}
   */
  maxConcurrentStreams?: number;
}

/** The keys of {@linkcode ClientSessionOptions}. */
export const CLIENT_SESSION_KEYS: readonly string[] = [
  "handshakeTimeout",
  "settingsTimeout",
  "maxHeaderListSize",
  "absoluteMaxHeaderListSize",
  "memoryQuota",
  "maxWindowSize",
  "keepalive",
];

/** The keys of {@linkcode ServerSessionOptions}. */
export const SERVER_SESSION_KEYS: readonly string[] = [
  "handshakeTimeout",
  "settingsTimeout",
  "maxHeaderListSize",
  "absoluteMaxHeaderListSize",
  "memoryQuota",
  "maxWindowSize",
  "keepalive",
  "enforcement",
  "maxConcurrentStreams",
];

/** Checked options of a client, with every default filled in. */
export interface ClientParameters {
  /** Tells them from those of a server. */
  readonly role: "client";
  /** See {@linkcode SessionOptions.handshakeTimeout}. */
  readonly handshakeTimeout: number;
  /** See {@linkcode SessionOptions.settingsTimeout}. */
  readonly settingsTimeout: number;
  /** See {@linkcode SessionOptions.maxHeaderListSize}. */
  readonly maxHeaderListSize: number;
  /** See {@linkcode SessionOptions.absoluteMaxHeaderListSize}. */
  readonly absoluteMaxHeaderListSize: number;
  /** See {@linkcode SessionOptions.memoryQuota}. */
  readonly memoryQuota: MemoryQuota;
  /** See {@linkcode SessionOptions.maxWindowSize}. */
  readonly maxWindowSize: number;
  /** The keepalive in force. */
  readonly keepalive: Readonly<Required<ClientKeepaliveOptions>>;
  /** A sentence for each value that was adjusted. */
  readonly warnings: readonly string[];
}

/** Checked options of a server, with every default filled in. */
export interface ServerParameters extends ServerPolicy {
  /** Tells them from those of a client. */
  readonly role: "server";
  /** See {@linkcode SessionOptions.handshakeTimeout}. */
  readonly handshakeTimeout: number;
  /** See {@linkcode SessionOptions.settingsTimeout}. */
  readonly settingsTimeout: number;
  /** See {@linkcode SessionOptions.maxHeaderListSize}. */
  readonly maxHeaderListSize: number;
  /** See {@linkcode SessionOptions.absoluteMaxHeaderListSize}. */
  readonly absoluteMaxHeaderListSize: number;
  /** See {@linkcode SessionOptions.memoryQuota}. */
  readonly memoryQuota: MemoryQuota;
  /** See {@linkcode SessionOptions.maxWindowSize}. */
  readonly maxWindowSize: number;
  /** See {@linkcode ServerSessionOptions.maxConcurrentStreams}. */
  readonly maxConcurrentStreams: number;
  /** The keepalive in force. */
  readonly keepalive: Readonly<Required<ServerKeepaliveOptions>>;
  /** The limits of idleness and age in force. */
  readonly age: Readonly<Required<ConnectionAgeOptions>>;
  /** A sentence for each value that was adjusted. */
  readonly warnings: readonly string[];
}

/** One for all connections that have none. */
const NO_WARNINGS: readonly string[] = [];

/**
 * Checks the options of a client and fills in the defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function clientParameters(
  options: ClientSessionOptions = {},
): ClientParameters {
  requireKnownKeys("the client options", options, CLIENT_SESSION_KEYS);
  const { keepalive } = options;
  if (keepalive !== undefined) {
    requireKnownKeys("the keepalive options", keepalive, CLIENT_KEEPALIVE_KEYS);
  }
  const warnings: string[] = [];
  return {
    role: "client",
    ...common(options, 20_000),
    keepalive: resolveClientKeepalive(keepalive, warnings),
    warnings: warnings.length > 0 ? warnings : NO_WARNINGS,
  };
}

/**
 * Checks the options of a server and fills in the defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function serverParameters(
  options: ServerSessionOptions = {},
): ServerParameters {
  requireOptionKeys("the server options", options, SERVER_SESSION_KEYS);
  const { keepalive = {} } = options;
  requireOptionKeys("the keepalive options", keepalive, [
    ...SERVER_KEEPALIVE_KEYS,
    ...CONNECTION_AGE_KEYS,
  ]);
  const policy = serverPolicy(options.enforcement);
  const warnings: string[] = [];
  return {
    role: "server",
    ...common(options, 120_000),
    maxConcurrentStreams: options.maxConcurrentStreams === Infinity
      ? Infinity
      : integerOption(
        "maxConcurrentStreams",
        options.maxConcurrentStreams,
        1_000,
        0,
        0xffff_ffff,
      ),
    keepalive: resolveServerKeepalive(keepalive, warnings),
    age: resolveConnectionAge(keepalive),
    ...policy,
    warnings,
  };
}

function common(
  options: SessionOptions,
  handshakeTimeout: number,
): Required<SessionOptions> & { readonly memoryQuota: MemoryQuota } {
  const maxHeaderListSize = integerOption(
    "maxHeaderListSize",
    options.maxHeaderListSize,
    HEADER_LIMITS.maxHeaderListSize,
    1,
    LARGEST_HEADER_LIST,
  );
  return {
    handshakeTimeout: durationOption(
      "handshakeTimeout",
      options.handshakeTimeout,
      handshakeTimeout,
    ),
    settingsTimeout: durationOption(
      "settingsTimeout",
      options.settingsTimeout,
      60_000,
    ),
    maxHeaderListSize,
    absoluteMaxHeaderListSize: integerOption(
      "absoluteMaxHeaderListSize",
      options.absoluteMaxHeaderListSize,
      Math.min(4 * maxHeaderListSize, LARGEST_HEADER_LIST),
      maxHeaderListSize,
      LARGEST_HEADER_LIST,
    ),
    memoryQuota: MemoryQuota.of(options.memoryQuota),
    maxWindowSize: integerOption(
      "maxWindowSize",
      options.maxWindowSize,
      16_777_216,
      65_535,
      0x7fff_ffff,
    ),
  };
}
