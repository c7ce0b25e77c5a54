import { type ErrorDetail, typeNameOf } from "./error_detail.ts";
import { showLengths } from "./show_lengths.ts";

/** What `console.log` uses by itself, and hands to who shows an object. */
export type Inspect = (value: unknown, options: unknown) => string;

/** `console.log` asks an object with such a function what to show. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Errors that are being shown: two may be the cause of each other. */
const beingShown = new Set<Error>();

/**
 * An error as `console.log` shows it by itself, with the types of its details
 * and how long they are: their values, as those of metadata, are not for logs.
 */
export function showError(
  error: Error,
  details: readonly ErrorDetail[],
  options: unknown,
  inspect: Inspect,
): string {
  if (beingShown.has(error)) return `[Circular ${error}]`;
  beingShown.add(error);
  try {
    return inspect(copyWithDetails(error, details), options);
  } finally {
    beingShown.delete(error);
  }
}

/** A copy that has its details for a property, and is shown by itself. */
function copyWithDetails(
  error: Error,
  details: readonly ErrorDetail[],
): Error {
  const copy = new Error();
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error));
  // The stack of V8 stays with the object for which it was taken.
  const { stack } = error;
  Object.defineProperties(copy, {
    ...Object.getOwnPropertyDescriptors(error),
    stack: { value: stack, enumerable: false },
    [INSPECT]: { value: undefined, enumerable: false },
  });
  if (details.length > 0) {
    Object.defineProperty(copy, "details", {
      value: { [INSPECT]: () => showDetails(details) },
      enumerable: true,
    });
  }
  return copy;
}

function showDetails(details: readonly ErrorDetail[]): string {
  const entries = details.map((each) =>
    [typeNameOf(each), each.value] as const
  );
  return showLengths("Details", entries);
}
