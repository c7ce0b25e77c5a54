import { requireKnownKeys } from "../options/mod.ts";
import { CLIENT_SESSION_KEYS, clientParameters } from "../session/mod.ts";
import { parseTarget } from "../transport/address.ts";
import type { DialOptions } from "../transport/mod.ts";
import { resolveDialTls } from "../transport/tls.ts";
import type { ClientInterceptor } from "./interceptor.ts";

/** Options of a `Channel`. */
export interface ChannelOptions
  extends Omit<DialOptions, "signal" | "onStream"> {
  /** Wrap each call, the first outermost. */
  interceptors?: readonly ClientInterceptor[];
  /**
   * The `:authority` of calls.
   *
   * @default {the target}
   */
  authority?: string;
}

const CHANNEL_KEYS: readonly string[] = [
  ...CLIENT_SESSION_KEYS,
  "tls",
  "onEvent",
  "clock",
  "interceptors",
  "authority",
];

/**
 * Refuses what no connection could be made with, before one is needed.
 *
 * @throws {TypeError} If the target or an option cannot be used.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function checkChannel(target: string, options: ChannelOptions): void {
  requireKnownKeys("the channel options", options, CHANNEL_KEYS);
  const { handshakeTimeout, settingsTimeout, keepalive, tls } = options;
  parseTarget(target);
  clientParameters({ handshakeTimeout, settingsTimeout, keepalive });
  resolveDialTls(tls);
}
