import {
  durationOption,
  integerOption,
  requireOptionKeys,
} from "../../options/mod.ts";

/** The shortest interval that an option may name: less is a slip of the unit. */
const LEAST_INTERVAL = 1_000;

/** The longest interval that the field can carry, as any timer can. */
export const LONGEST_INTERVAL = 2 ** 31 - 1;

/**
 * The shortest interval that a server answers with, unless the client asks for
 * a shorter one: as often as gRPC lets a client send PINGs.
 */
export const LEAST_ANSWER = 10_000;

const INTERVAL = 45_000;
const TIMEOUT = 20_000;

/**
 * Heartbeats on a stream: messages that proxies see, and the ends of the call do
 * not. No PING does what they do, as a proxy counts what is sent on each stream,
 * and answers PINGs by itself.
 */
export interface HeartbeatOptions {
  /**
   * Milliseconds of silence in one direction of a stream after which its sender
   * sends a heartbeat; an integer from 1 000 up. It must be shorter than the
   * shortest idle timeout on the path.
   *
   * A client asks for it; a server may choose a longer one, or a shorter one
   * down to 10 seconds. At a server it is the longest that it chooses, from
   * 10 000 up, and unset it is what the client asks for.
   *
   * @default {45_000}
   */
  interval?: number;
  /**
   * Milliseconds beyond the interval after which a peer that has sent nothing
   * on the stream is taken for dead, and the call ends with UNAVAILABLE;
   * `Infinity` for never.
   *
   * @default {20_000}
   */
  timeout?: number;
}

/** What a server does when a client asks for heartbeats. */
export interface ServerHeartbeatOptions extends HeartbeatOptions {
  /**
   * The shortest interval that a client is granted, in milliseconds; an integer
   * from 1 000 up. It bounds what one call can have a server send.
   *
   * @default {10_000}
   */
  minInterval?: number;
}

/** Options of a client, checked, with every default filled in. */
export type HeartbeatParameters = Required<HeartbeatOptions>;

/** Options of a server, checked, with every default filled in. */
export type ServerHeartbeatParameters = Required<ServerHeartbeatOptions>;

/**
 * Checks the options of a channel or a call; answers `undefined` if no heartbeat
 * is asked for.
 *
 * @throws {TypeError | RangeError} If an option cannot be used.
 */
export function heartbeatOption(
  options: HeartbeatOptions | false | undefined,
): HeartbeatParameters | undefined {
  if (options === undefined || options === false) return undefined;
  requireOptionKeys("heartbeat", options, ["interval", "timeout"]);
  return {
    interval: intervalOption("interval", options.interval, INTERVAL),
    timeout: timeoutOption(options.timeout),
  };
}

/**
 * Checks the options of a server; answers `undefined` if it is to ignore who
 * asks for heartbeats.
 *
 * @throws {TypeError | RangeError} If an option cannot be used.
 */
export function serverHeartbeatOption(
  options: ServerHeartbeatOptions | false | undefined = {},
): ServerHeartbeatParameters | undefined {
  if (options === false) return undefined;
  const keys = ["interval", "timeout", "minInterval"];
  requireOptionKeys("heartbeat", options, keys);
  const { interval, timeout, minInterval } = options;
  return {
    interval: intervalOption(
      "interval",
      interval,
      LONGEST_INTERVAL,
      LEAST_ANSWER,
    ),
    timeout: timeoutOption(timeout),
    minInterval: intervalOption("minInterval", minInterval, LEAST_ANSWER),
  };
}

function intervalOption(
  name: string,
  value: number | undefined,
  fallback: number,
  least = LEAST_INTERVAL,
): number {
  const path = `heartbeat.${name}`;
  return integerOption(path, value, fallback, least, LONGEST_INTERVAL);
}

function timeoutOption(value: number | undefined): number {
  return durationOption("heartbeat.timeout", value, TIMEOUT);
}
