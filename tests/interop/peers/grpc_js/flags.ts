import { parseArgs } from "node:util";

type Defaults = Record<string, string | number | boolean>;

/** The flags of T, with its literal types widened. */
export type Flags<T extends Defaults> = {
  [Name in keyof T]: T[Name] extends number ? number
    : T[Name] extends boolean ? boolean
    : string;
};

/**
 * Parses flags. Each default tells the kind of its flag: a boolean is a switch,
 * a number is milliseconds or a count, a string is text.
 */
export function parseFlags<T extends Defaults>(
  args: string[],
  defaults: T,
): Flags<T> {
  const options: Record<string, { type: "boolean" | "string" }> = {};
  for (const [name, value] of Object.entries(defaults)) {
    options[name] = { type: typeof value === "boolean" ? "boolean" : "string" };
  }
  const { values } = parseArgs({ args, options });
  const flags: Record<string, unknown> = { ...defaults, ...values };
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value === "number") flags[name] = parseNumber(name, flags[name]);
  }
  return flags as Flags<T>;
}

function parseNumber(name: string, text: unknown): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new TypeError(`Cannot read --${name} as a number: received ${text}`);
}

/** Turns flags into the options of grpc-js; 0 leaves an option out, and so at its default. */
export function channelOptions(
  values: Record<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value > 0),
  );
}
