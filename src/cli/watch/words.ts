import type { WatchedKeepalive, WatchSnapshot } from "../../observe/mod.ts";
import { formatDuration } from "../duration.ts";

/** A length of time for a column: `0.42 ms`, `12 ms`, `3.1 s`, `71 s`. */
export function short(milliseconds: number | undefined): string {
  if (milliseconds === undefined || milliseconds < 0) return "–";
  if (milliseconds < 10) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 1_000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 10_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds < 600_000) return `${Math.floor(milliseconds / 1_000)} s`;
  if (milliseconds < 7_200_000) return `${Math.floor(milliseconds / 60_000)} m`;
  return `${Math.floor(milliseconds / 3_600_000)} h`;
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
  return `PING after ${formatDuration(time)} of silence, gone after ${
    formatDuration(timeout)
  } more${without}${from}`;
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
