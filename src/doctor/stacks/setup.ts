import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import { flatten } from "./flatten.ts";
import type {
  ClientField,
  Option,
  ServerField,
  Side,
  Stack,
  Values,
} from "./stack.ts";

/** What is in force at one end, in the words of this library. */
export interface Setup<Field extends string> {
  /** Which end it is. */
  readonly end: "client" | "server";
  /** Whose options they are. */
  readonly stack: Stack;
  /** The value of each field that the stack has. */
  readonly values: Values<Field>;
  /** The option of a field, to say what to change. */
  optionOf(field: Field): Option<unknown> | undefined;
  /** What is odd about the options themselves. */
  readonly notes: readonly Finding[];
}

/** What is in force at a client. */
export type ClientSetup = Setup<ClientField>;

/** What is in force at a server. */
export type ServerSetup = Setup<ServerField>;

/**
 * Reads the options of one end, and fills in what the stack has by default.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function readSetup<Field extends string>(
  end: "client" | "server",
  stack: Stack,
  side: Side<Field>,
  given: object,
): Setup<Field> {
  const owner = `the ${end} options of ${stack.title}`;
  const { values: written, groups } = flatten(owner, given, side.options);
  const found: Record<string, unknown> = { ...side.defaults };
  for (const group of groups) Object.assign(found, side.ofGroup?.[group]);
  const notes: Finding[] = [];
  for (const [option, value] of written) {
    const { field, form, key, meant } = option;
    if (meant !== undefined) notes.push(ignored(stack, end, option, value));
    if (form === undefined) continue;
    const read = form.read(key, value);
    if (field === undefined) continue;
    if (read === 0 && option.isDefaultAtZero) continue;
    found[field] = inForce(stack, end, option, read, notes);
  }
  const values = found as Values<Field>;
  const optionOf = (field: Field) =>
    side.options.find((option) => option.field === field);
  return { end, stack, values, optionOf, notes };
}

/** What a stack makes of a value. */
function inForce<Field>(
  stack: Stack,
  end: "client" | "server",
  { key, form, least = 0, never = Infinity }: Option<Field>,
  value: number | boolean,
  notes: Finding[],
): number | boolean {
  if (typeof value !== "number") return value;
  if (value >= never) return Infinity;
  if (value >= least) return value;
  notes.push(raised(stack, end, { key, form }, value, least));
  return least;
}

/** A value that a stack has raised to its minimum. */
export function raised<Field>(
  { title, source }: Stack,
  end: "client" | "server",
  { key, form }: Option<Field>,
  value: number,
  least: number,
): Finding {
  return {
    id: "raised",
    severity: "warning",
    title: `${title} raises ${key} to ${comparableDuration(least)} by itself`,
    arithmetic: `${comparableDuration(value)} < ${comparableDuration(least)}`,
    advice: form === undefined ? [] : [{
      end,
      option: key,
      value: form.write(least),
      text: `Write what is in force: ${key} of ${comparableDuration(least)}`,
    }],
    source,
  };
}

function ignored<Field>(
  { title, source }: Stack,
  end: "client" | "server",
  { key, meant = "" }: Option<Field>,
  value: unknown,
): Finding {
  return {
    id: "ignored-option",
    severity: "warning",
    title: `${title} ignores ${key} without a word`,
    advice: [{
      end,
      option: meant,
      ...(typeof value === "number" ? { value } : {}),
      text: `Set ${meant} instead`,
    }],
    source,
  };
}
