import {
  choiceOption,
  durationOption,
  requireFunction,
  requireFunctions,
  requireMembers,
  requireOptionKeys,
} from "../options/mod.ts";
import { type ClientParameters, clientParameters } from "../session/mod.ts";
import { heartbeatOption, type HeartbeatParameters } from "../grpc/mod.ts";
import { requireClock } from "../runtime/mod.ts";
import type { MemoryQuota } from "../memory/mod.ts";
import { NETWORK_MEMBERS } from "../transport/mod.ts";
import {
  type BackoffOptions,
  resolveBackoff,
  type Verify,
} from "./connections/mod.ts";
import { checkAuthority, requirePlainUnix } from "./check_target.ts";
import type { LoadBalancing } from "./balancing/mod.ts";
import { CHANNEL_KEYS, type ChannelOptions } from "./options.ts";
import { type ChannelTarget, parseChannelTarget } from "./resolving/mod.ts";

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
  /** See {@linkcode ChannelOptions.reconnectSpread}. */
  readonly reconnectSpread: number;
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
  /** See {@linkcode ChannelOptions.heartbeat}. */
  readonly heartbeat: HeartbeatParameters | undefined;
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
  requireOptionKeys("the channel options", options, CHANNEL_KEYS);
  const parsed = parseChannelTarget(target, options.resolver !== undefined);
  const {
    handshakeTimeout: minConnectTimeout,
    memoryQuota,
    maxWindowSize,
  } = connectionParameters(options);
  requireParts(options);
  requirePlainUnix(parsed, options.tls);
  return {
    target: parsed,
    authority: checkAuthority(
      options.authority === undefined ? parsed.authority : options.authority,
    ),
    backoff: resolveBackoff(options.backoff),
    reconnectSpread: durationOption(
      "reconnectSpread",
      options.reconnectSpread,
      1_000,
      { minimum: 0, finite: true },
    ),
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
    heartbeat: heartbeatOption(options.heartbeat),
  };
}

/** What each connection will be given; some of it is used here, too. */
function connectionParameters(options: ChannelOptions): ClientParameters {
  return clientParameters({
    handshakeTimeout: options.handshakeTimeout,
    settingsTimeout: options.settingsTimeout,
    maxHeaderListSize: options.maxHeaderListSize,
    absoluteMaxHeaderListSize: options.absoluteMaxHeaderListSize,
    memoryQuota: options.memoryQuota,
    maxWindowSize: options.maxWindowSize,
  });
}

/** The functions and objects that will be called. */
function requireParts(options: ChannelOptions): void {
  requireMembers("resolver", options.resolver, ["start", "refresh", "stop"]);
  requireClock(options.clock);
  requireMembers("network", options.network, NETWORK_MEMBERS);
  requireFunction("onEvent", options.onEvent);
  requireFunctions("interceptors", options.interceptors);
}
