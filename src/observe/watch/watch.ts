import {
  durationOption,
  requireKnownKeys,
  requireMembers,
  requireSignal,
} from "../../options/mod.ts";
import {
  type Clock,
  onAbort,
  requireClock,
  systemClock,
} from "../../runtime/mod.ts";
import { look, type Told } from "./look.ts";
import type { Watchable, WatchSnapshot } from "./watched.ts";

/** How {@linkcode watch} looks. */
export interface WatchOptions {
  /**
   * Milliseconds from one look to the next; at least 50.
   *
   * @default {1_000}
   */
  readonly interval?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /**
   * Tells the time, and when to look again.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** Looks more often would show nothing that an eye can follow. */
const SHORTEST_INTERVAL = 50;

/**
 * Looks at a channel or a server again and again: at once, and then after each
 * interval, until the channel is closed, the signal is aborted, or the caller
 * stops. It uses what the flight recorder has, makes no call and sends no PING, and
 * keeps the process alive.
 *
 * @example A connection, as it is doing
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { watch } from "@keepalive/grpc/observe";
 *
 * await using channel = new Channel("localhost:50051");
 * const options = { signal: AbortSignal.timeout(60) };
 * for await (const { state, connections, news } of watch(channel, options)) {
 *   console.log(state, ...connections.map(({ peer, words }) => [peer, words]));
 *   for (const { at, words } of news) console.log(new Date(at), words);
 * }
 * ```
 *
 * @param source A `Channel`, or what `serve` returned.
 * @throws {TypeError | RangeError} At the first look, if it is neither, or an
 * option cannot be used.
 */
export async function* watch(
  source: Watchable,
  options: WatchOptions = {},
): AsyncGenerator<WatchSnapshot, void> {
  const { interval, signal, clock } = parametersOf(source, options);
  const told: Told = new Map();
  while (signal?.aborted !== true) {
    const snapshot = look(source, clock.wall(), told);
    yield snapshot;
    if (snapshot.state === "SHUTDOWN") return;
    await pause(clock, interval, signal);
  }
}

function parametersOf(source: Watchable, options: WatchOptions) {
  const members = ["recordings", "stats", "counters"];
  requireMembers("what is watched", Object(source), members);
  requireKnownKeys("the watch options", options, [
    "interval",
    "signal",
    "clock",
  ]);
  const { signal, clock } = options;
  requireSignal(signal);
  requireClock(clock);
  return {
    interval: durationOption("interval", options.interval, 1_000, {
      minimum: SHORTEST_INTERVAL,
      finite: true,
    }),
    signal,
    clock: clock ?? systemClock,
  };
}

/** Resolves after a time, or when the signal is aborted. */
async function pause(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(milliseconds, resolve);
  timer.ref();
  if (signal?.aborted) resolve();
  using _watching = signal && onAbort(signal, resolve);
  await promise;
  timer.cancel();
}
