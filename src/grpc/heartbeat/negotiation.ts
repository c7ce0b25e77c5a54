import type { HeaderField } from "../../hpack/mod.ts";
import {
  LEAST_ANSWER,
  LONGEST_INTERVAL,
  type ServerHeartbeatParameters,
} from "./options.ts";

/** The field by which a client asks for heartbeats, and a server answers. */
export const HEARTBEAT_FIELD = "x-keepalive-heartbeat";

const INTERVAL = /^[1-9]\d{0,9}$/;

/**
 * The interval that headers name, in milliseconds. What is no integer from 1 to
 * 2^31-1, or is there twice, is taken for nothing: no heartbeat is sent then.
 */
export function heartbeatOf(
  fields: readonly HeaderField[],
): number | undefined {
  let value: string | undefined;
  for (const field of fields) {
    if (field[0] !== HEARTBEAT_FIELD) continue;
    if (value !== undefined) return undefined;
    value = field[1];
  }
  if (value === undefined || !INTERVAL.test(value)) return undefined;
  const interval = Number(value);
  return interval <= LONGEST_INTERVAL ? interval : undefined;
}

/** The interval that a server chooses for a client that asks for one. */
export function chosenInterval(
  asked: number,
  { interval, minInterval }: ServerHeartbeatParameters,
): number {
  return Math.max(Math.min(asked, interval), minInterval);
}

/**
 * The interval that a client keeps to: the server's, which must not have it send
 * more often than each ten seconds, unless it has asked for that itself.
 */
export function acceptedInterval(asked: number, answered: number): number {
  return Math.max(answered, Math.min(asked, LEAST_ANSWER));
}
