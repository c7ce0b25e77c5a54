import type {
  WatchedConnection,
  WatchedKeepalive,
  WatchSnapshot,
} from "../../observe/mod.ts";
import { duration, roughDuration } from "../../options/mod.ts";

/** A length of time, if it is known. */
export function known(milliseconds: number | undefined): string {
  return milliseconds === undefined || milliseconds < 0
    ? "–"
    : roughDuration(milliseconds);
}

/** The keepalive in force, and where it comes from. */
export function keepaliveWords(
  keepalive: WatchedKeepalive,
): string {
  const { timeout, permitWithoutStream, tooManyPings, addresses } = keepalive;
  const only = addresses?.length === 1 ? addresses[0] : keepalive;
  const { time, source } = only;
  if (time === Infinity) return "no keepalive PINGs";
  const without = permitWithoutStream ? "" : ", during calls";
  const from = tooManyPings > 0
    ? `, slowed down by ${tooManyPings} too_many_pings`
    : source === undefined
    ? ""
    : ` (${source})`;
  return `PING after ${duration(time)} of silence, gone after ${
    duration(timeout)
  } more${without}${from}`;
}

/** What is told of round-trip times of a connection. */
export interface RoundTripWords {
  /** The last ones, the latest last. */
  readonly last: readonly string[];
  /** The median. */
  readonly p50: string;
  /** What one of a hundred exceeds. */
  readonly p99: string;
}

/** Round-trip times in words; the last of them are few, as they are read out. */
export function roundTripWords(
  { rtts, pings: { rtt } }: WatchedConnection,
): RoundTripWords {
  const last = rtts.slice(-5).map(known);
  return { last, p50: known(rtt?.p50), p99: known(rtt?.p99) };
}

/** The calls in a few words. */
export function callWords({ calls }: WatchSnapshot): string {
  return `${calls.running} running, ${calls.succeeded} OK, ${calls.failed} failed`;
}

/** A time of the day, of this machine. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${
    two(date.getSeconds())
  }`;
}

const BARS = "▁▂▃▄▅▆▇█";

/**
 * The last round-trip times as bars, as high as their logarithm between the
 * smallest and the largest of them.
 */
export function sparkline(times: readonly number[], width: number): string {
  const shown = times.slice(-width).map((time) =>
    Math.log(Math.max(time, 0.01))
  );
  const low = Math.min(...shown);
  // What differs by less than a tenth stands on one line.
  const range = Math.max(Math.max(...shown) - low, Math.log(2));
  return shown
    .map((value) => BARS[Math.round((value - low) / range * 7)])
    .join("");
}
