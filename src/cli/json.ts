import { printableJson } from "../page/mod.ts";

/** JSON on one line; `Infinity` is `"infinity"`, what does not print escaped. */
export function toJsonText(value: unknown): string {
  return printableJson(
    JSON.stringify(
      value,
      (_, each) => each === Infinity ? "infinity" : each,
    ),
  );
}
