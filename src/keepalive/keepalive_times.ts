import { durationOption, milliseconds } from "../options/mod.ts";

/** The times of keepalive, which both ends have; in milliseconds. */
interface KeepaliveTimes {
  readonly time: number;
  readonly timeout: number;
  readonly minimumTime: number;
}

const DEFAULT_TIMEOUT = 20_000;

/**
 * Checks the times of either end and fills in the defaults.
 *
 * @param defaults Those in which the ends differ.
 * @param warnings Gets a sentence for each value that was adjusted.
 * @throws {TypeError} If a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveTimes(
  options: Partial<KeepaliveTimes>,
  defaults: { readonly time: number; readonly minimumTime: number },
  warnings: string[],
): KeepaliveTimes {
  const minimumTime = durationOption(
    "keepalive.minimumTime",
    options.minimumTime,
    defaults.minimumTime,
    { minimum: 0, finite: true },
  );
  const time = atLeast(
    minimumTime,
    durationOption("keepalive.time", options.time, defaults.time),
    warnings,
  );
  const timeout = durationOption(
    "keepalive.timeout",
    options.timeout,
    DEFAULT_TIMEOUT,
  );
  const isLowered = minimumTime < defaults.minimumTime;
  warnOfShortTimeout({ time, timeout }, isLowered, warnings);
  return { time, timeout, minimumTime };
}

/** Raises a keepalive time to its minimum, with the warning of grpc-go. */
function atLeast(
  minimum: number,
  time: number,
  warnings: string[],
): number {
  if (time >= minimum) return time;
  warnings.push(
    `Adjusting keepalive ping interval to minimum period of ${
      minimum / 1000
    }s: keepalive.time is ${
      milliseconds(time)
    }; lower keepalive.minimumTime if both ends are yours`,
  );
  return minimum;
}

/** Milliseconds that a slow path and a busy peer may take at their worst. */
const SHORT_TIMEOUT = 1_000;

/**
 * Warns of a timeout that also ends connections to healthy peers, unless the
 * minimum was lowered: then both ends, and the path, are the caller's.
 *
 * @param isLowered Whether `minimumTime` is below its default.
 */
function warnOfShortTimeout(
  { time, timeout }: { time: number; timeout: number },
  isLowered: boolean,
  warnings: string[],
): void {
  if (time === Infinity || timeout >= SHORT_TIMEOUT || isLowered) return;
  warnings.push(
    `keepalive.timeout is ${
      milliseconds(timeout)
    }: below ${SHORT_TIMEOUT} ms a lost packet or a busy peer ends the connection; lower keepalive.minimumTime, too, if both ends are yours`,
  );
}
