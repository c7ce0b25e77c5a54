import { parseArgs } from "node:util";

/**
 * Parses flags. Each default tells the kind of its flag: a boolean is a switch,
 * a number is milliseconds or a count, a string is text.
 */
export function parseFlags(args, defaults) {
  const options = {};
  for (const [name, value] of Object.entries(defaults)) {
    options[name] = { type: typeof value === "boolean" ? "boolean" : "string" };
  }
  const { values } = parseArgs({ args, options });
  const flags = { ...defaults, ...values };
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value === "number") flags[name] = parseNumber(name, flags[name]);
  }
  return flags;
}

function parseNumber(name, text) {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new TypeError(`Cannot read --${name} as a number: received ${text}`);
}
