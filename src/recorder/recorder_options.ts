import {
  booleanOption,
  integerOption,
  requireKnownKeys,
} from "../options/mod.ts";
import { type Clock, requireClock, systemClock } from "../runtime/mod.ts";

const OPTION_KEYS = ["events", "ended", "calls", "clock"];

/** The largest number that an option may have. */
const MOST = 65_536;

/** How much a {@linkcode Recorder} keeps. */
export interface RecorderOptions {
  /**
   * How many events are kept of each connection, and of each channel. Those of
   * a connection take 32 octets each at the most, a PING with its answer 24.
   *
   * @default {256}
   */
  readonly events?: number;
  /**
   * How many connections are kept that have ended.
   *
   * @default {16}
   */
  readonly ended?: number;
  /**
   * Whether the last calls of each connection are kept, too, and with the events
   * of a channel its retries, and deadlines that passed without an answer, which
   * the recorder of a channel itself always has. That has the events of all calls
   * made.
   *
   * @default {false}
   */
  readonly calls?: boolean;
  /**
   * The clock of the channels that it watches, until the first connection has
   * told its own: it says when in the world something happened.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Checks the options of a recorder.
 *
 * @throws {TypeError | RangeError} If one cannot be used.
 */
export function recorderParameters(
  options: RecorderOptions,
): Required<RecorderOptions> {
  requireKnownKeys("the recorder options", options, OPTION_KEYS);
  requireClock(options.clock);
  return {
    events: integerOption("events", options.events, 256, 1, MOST),
    ended: integerOption("ended", options.ended, 16, 0, MOST),
    calls: booleanOption("calls", options.calls, false),
    clock: options.clock ?? systemClock,
  };
}
