import {
  choiceOption,
  durationOption,
  requireFunction,
  requireFunctions,
  requireKnownKeys,
  requireMembers,
} from "../options/mod.ts";
import { CLIENT_SESSION_KEYS, clientParameters } from "../session/mod.ts";
import type { Observer } from "../grpc/mod.ts";
import { CLOCK_MEMBERS } from "../runtime/mod.ts";
import type { MemoryQuota } from "../memory/mod.ts";
import {
  type DialOptions,
  parseTarget,
  resolveDialTls,
} from "../transport/mod.ts";
import {
  type BackoffOptions,
  resolveBackoff,
  type Verify,
} from "./connections/mod.ts";
import type { LoadBalancing } from "./connector/mod.ts";
import type { ClientInterceptor, ServiceConfig } from "./calls/mod.ts";
import {
  type ChannelTarget,
  parseChannelTarget,
  type Resolver,
} from "./resolving/mod.ts";

/** Options of a `Channel`. */
export interface ChannelOptions
  extends Omit<DialOptions, "signal" | "onStream" | "observer"> {
  /** Watches the channel, its calls and its connections. */
  observer?: Observer;
  /** Wrap each call, the first outermost. */
  interceptors?: readonly ClientInterceptor[];
  /**
   * The `:authority` of calls, and the name to expect in certificates.
   *
   * @default {the target}
   */
  authority?: string;
  /** How long to wait between attempts to connect. */
  backoff?: BackoffOptions;
  /**
   * Milliseconds without a call after which the connections are closed, until
   * the next call; `Infinity` for never (gRFC A62).
   *
   * @default {1_800_000}
   */
  idleTimeout?: number;
  /**
   * How calls are spread when a name has several addresses.
   *
   * @default {"pick_first"}
   */
  loadBalancing?: "pick_first" | "round_robin";
  /** Finds the addresses of the target, instead of DNS. */
  resolver?: Resolver;
  /**
   * How the first call after a silence makes sure that the server is there:
   * `"piggyback"` sends a PING along, `"await"` waits for its answer first.
   *
   * @default {"piggyback"}
   */
  verify?: "off" | "piggyback" | "await";
  /**
   * Milliseconds without a read that count as such a silence.
   *
   * @default {60_000}
   */
  verifyAfter?: number;
  /** Retries, deadlines and the like by method, in gRPC's JSON shape. */
  serviceConfig?: ServiceConfig;
}

const CHANNEL_KEYS: readonly string[] = [
  ...CLIENT_SESSION_KEYS,
  "tls",
  "onEvent",
  "observer",
  "clock",
  "interceptors",
  "authority",
  "backoff",
  "idleTimeout",
  "loadBalancing",
  "resolver",
  "verify",
  "verifyAfter",
  "serviceConfig",
];

const POLICIES: readonly LoadBalancing[] = ["pick_first", "round_robin"];

const MODES: readonly Verify[] = ["off", "piggyback", "await"];

/** Options of a channel, checked, with every default filled in. */
export interface ChannelParameters {
  /** Where the channel leads to. */
  readonly target: ChannelTarget;
  /** See {@linkcode ChannelOptions.authority}. */
  readonly authority: string;
  /** See {@linkcode ChannelOptions.backoff}. */
  readonly backoff: Required<BackoffOptions>;
  /** See `DialOptions.handshakeTimeout`. */
  readonly minConnectTimeout: number;
  /** See `DialOptions.memoryQuota`: one for all connections. */
  readonly memoryQuota: MemoryQuota;
  /** See `DialOptions.maxWindowSize`. */
  readonly maxWindowSize: number;
  /** See {@linkcode ChannelOptions.idleTimeout}. */
  readonly idleTimeout: number;
  /** See {@linkcode ChannelOptions.loadBalancing}. */
  readonly loadBalancing: LoadBalancing;
  /** See {@linkcode ChannelOptions.verify}. */
  readonly verify: Verify;
  /** See {@linkcode ChannelOptions.verifyAfter}. */
  readonly verifyAfter: number;
}

/**
 * Refuses what no connection could be made with, before one is needed.
 *
 * @throws {TypeError} If the target or an option cannot be used.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function channelParameters(
  target: string | readonly string[],
  options: ChannelOptions,
): ChannelParameters {
  requireKnownKeys("the channel options", options, CHANNEL_KEYS);
  const { resolver } = options;
  const parsed = parseChannelTarget(target, resolver !== undefined);
  const {
    handshakeTimeout: minConnectTimeout,
    memoryQuota,
    maxWindowSize,
  } = clientParameters({
    handshakeTimeout: options.handshakeTimeout,
    settingsTimeout: options.settingsTimeout,
    maxHeaderListSize: options.maxHeaderListSize,
    absoluteMaxHeaderListSize: options.absoluteMaxHeaderListSize,
    memoryQuota: options.memoryQuota,
    maxWindowSize: options.maxWindowSize,
  });
  requireMembers("resolver", resolver, ["start", "refresh", "stop"]);
  requireMembers("clock", options.clock, CLOCK_MEMBERS);
  requireFunction("onEvent", options.onEvent);
  requireFunctions("interceptors", options.interceptors);
  requirePlainUnix(parsed, options.tls);
  return {
    target: parsed,
    authority: checkAuthority(
      options.authority === undefined ? parsed.authority : options.authority,
    ),
    backoff: resolveBackoff(options.backoff),
    minConnectTimeout,
    memoryQuota,
    maxWindowSize,
    idleTimeout: durationOption("idleTimeout", options.idleTimeout, 1_800_000),
    loadBalancing: choiceOption(
      "loadBalancing",
      options.loadBalancing,
      "pick_first",
      POLICIES,
    ),
    verify: choiceOption("verify", options.verify, "piggyback", MODES),
    verifyAfter: durationOption("verifyAfter", options.verifyAfter, 60_000, {
      minimum: 0,
    }),
  };
}

/** RFC 9110 section 7.2: a host and an optional port, without white space. */
function checkAuthority(authority: string): string {
  if (typeof authority === "string" && /^[\x21-\x7e]+$/.test(authority)) {
    return authority;
  }
  throw new TypeError(
    `Cannot use authority: expected printable ASCII without spaces, received ${
      JSON.stringify(authority)
    }`,
  );
}

function requirePlainUnix(
  target: ChannelTarget,
  tls: DialOptions["tls"],
): void {
  if (resolveDialTls(tls) === undefined || target.kind !== "fixed") return;
  for (const address of target.addresses) {
    if (parseTarget(address).transport !== "unix") continue;
    throw new TypeError(
      `Cannot use TLS to connect to ${address}: it is for TCP, leave tls out`,
    );
  }
}
