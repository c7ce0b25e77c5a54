import {
  CALL_KEYS,
  type CallOptions,
  DEFAULT_MAX_RECEIVE_LENGTH,
  encodingOption,
  heartbeatOption,
  isMethodPath,
  Metadata,
} from "../../grpc/mod.ts";
import {
  booleanOption,
  display,
  integerOption,
  requireFunction,
  requireOptionKeys,
  requireSignal,
} from "../../options/mod.ts";

/**
 * The longest deadline that is given as a number. What is above it is taken for
 * milliseconds since 1970, as grpc-js counts them, and not for 57 years.
 */
const LONGEST_TIMEOUT = 366 * 86_400_000;

/**
 * Generated code has the shape of grpc-js; by hand, things get forgotten. And
 * a path may come from outside: servers refuse, or misread, a line break in it.
 *
 * @throws {TypeError} If it has no path that can be called.
 */
export function requireMethod(method: { readonly path: string }): void {
  if (isMethodPath(method?.path)) return;
  throw new TypeError(
    `Cannot call a method: expected a definition with a path such as "/echo.Echo/Unary", received ${
      JSON.stringify(method?.path)
    }`,
  );
}

/** The options of a call that has none: there is nothing to be checked. */
export const NO_OPTIONS: CallOptions = Object.freeze({});

/**
 * Checks the options of a call, other than its metadata.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function requireCallOptions(options: CallOptions): void {
  if (options === NO_OPTIONS) return;
  refuseOtherArguments(options);
  requireOptionKeys("the call options", options, CALL_KEYS);
  requireDeadline(options.deadline);
  requireSignal(options.signal);
  requireFunction("onHeaders", options.onHeaders);
  requireFunction("onTrailers", options.onTrailers);
  requireFunction("onDraining", options.onDraining);
  encodingOption(options.compression);
  heartbeatOption(options.heartbeat);
  booleanOption("waitForReady", options.waitForReady, false);
  integerOption(
    "maxReceiveMessageLength",
    options.maxReceiveMessageLength,
    DEFAULT_MAX_RECEIVE_LENGTH,
    0,
  );
}

/** The second and third argument that the clients of grpc-js take. */
function refuseOtherArguments(options: unknown): void {
  if (options instanceof Metadata) {
    throw refused("a Metadata", "pass it as { metadata }");
  }
  if (typeof options === "function") {
    throw refused(
      "a function",
      "there are no callbacks, await the call or iterate over its responses",
    );
  }
  if (typeof (options as { getMap?: unknown } | null)?.getMap === "function") {
    throw refused(
      "the metadata of another library",
      "pass its entries as { metadata: metadata.getMap() }",
    );
  }
}

function refused(received: string, advice: string): TypeError {
  return new TypeError(
    `Cannot use the call options: expected an object, received ${received}: ${advice}`,
  );
}

/**
 * Checks a deadline.
 *
 * @throws {TypeError} If it is neither a number nor a Date.
 * @throws {RangeError} If it is NaN, or a point in time as a number.
 */
export function requireDeadline(deadline: number | Date | undefined): void {
  if (deadline === undefined) return;
  const isDate = deadline instanceof Date;
  if (!isDate && typeof deadline !== "number") {
    throw new TypeError(
      `Cannot use deadline: expected milliseconds or a Date, received ${
        display(deadline)
      }`,
    );
  }
  if (Number.isNaN(isDate ? deadline.getTime() : deadline)) {
    throw new RangeError(
      `Cannot use deadline: expected milliseconds or a Date, received ${deadline}`,
    );
  }
  if (isDate || deadline === Infinity || deadline <= LONGEST_TIMEOUT) return;
  throw new RangeError(
    `Cannot use deadline: expected milliseconds from now, at most ${LONGEST_TIMEOUT}, received ${deadline}: pass a point in time as new Date(${deadline})`,
  );
}
