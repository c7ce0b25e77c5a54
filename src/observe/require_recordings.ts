import { display } from "../options/mod.ts";

/**
 * Checks what is to be told.
 *
 * @throws {TypeError} If it is no list of recordings.
 */
export function requireRecordings(value: unknown): void {
  if (!Array.isArray(value)) {
    throw new TypeError(
      `Cannot use the recordings: expected a list, such as channel.recordings(), received ${
        isRecording(value) ? "one recording: put it in a list" : display(value)
      }`,
    );
  }
  const index = value.findIndex((each) => !isRecording(each));
  if (index < 0) return;
  throw new TypeError(
    `Cannot use recordings[${index}]: expected a recording, received ${
      display(value[index])
    }`,
  );
}

/**
 * Checks what is to be told where it is one connection.
 *
 * @throws {TypeError} If it is something else.
 */
export function requireConnectionRecording(value: unknown): void {
  if (isRecording(value) && value.type === "connection") return;
  throw new TypeError(
    `Cannot use the recording: expected that of one connection, received ${
      Array.isArray(value)
        ? "a list: take each whose type is connection"
        : isRecording(value)
        ? "that of a channel"
        : display(value)
    }`,
  );
}

function isRecording(value: unknown): value is { readonly type: string } {
  const its = Object(value);
  return (its.type === "channel" || its.type === "connection") &&
    Array.isArray(its.events);
}
