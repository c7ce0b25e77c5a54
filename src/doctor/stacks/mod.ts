/**
 * The options of gRPC stacks, each in its own words, and what holds by default.
 *
 * @module
 */
import { choiceOption, nearest, requireObject } from "../../options/mod.ts";
import { CORE, JS } from "./core.ts";
import { GO } from "./go.ts";
import { JAVA } from "./java.ts";
import { OWN, OWN_TIME } from "./own.ts";
import { ENVOY, TONIC } from "./rust_and_envoy.ts";
import {
  type ClientSetup,
  raised,
  readSetup,
  type ServerSetup,
  type Setup,
} from "./setup.ts";
import type { Stack, StackName, Values } from "./stack.ts";

export type { ClientSetup, ServerSetup, Setup } from "./setup.ts";
export type { ClientField, ServerField, StackName } from "./stack.ts";
export { OWN_TIME };

const STACKS: readonly Stack[] = [OWN, GO, CORE, JAVA, JS, TONIC, ENVOY];

/** The names of the stacks whose words are understood. */
export const stacks: readonly StackName[] = STACKS.map(({ name }) => name);

/** Options of one end, in the words of its stack. */
export interface StackOptions {
  /**
   * Whose options they are; by default what their names look like, and without
   * any this library.
   */
  readonly stack?: StackName;
  /** The options themselves, as that stack names and writes them. */
  readonly [option: string]: unknown;
}

/**
 * Reads the options of a client.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function readClient(options: StackOptions = {}): ClientSetup {
  const [stack, given] = stackOf("client", options);
  const setup = readSetup("client", stack, stack.client, given);
  return atLeastMinimum(setup);
}

/** Raises the time to the minimum that was set, as this library does. */
function atLeastMinimum<Field extends string>(
  setup: Setup<Field | "time" | "minimumTime">,
): Setup<Field | "time" | "minimumTime"> {
  const { time, minimumTime = 0 } = setup.values as Values<
    "time" | "minimumTime"
  >;
  const option = setup.optionOf("time");
  if (time === undefined || time >= minimumTime || option === undefined) {
    return setup;
  }
  const note = raised(setup.stack, setup.end, option, time, minimumTime);
  return {
    ...setup,
    values: { ...setup.values, time: minimumTime },
    notes: [...setup.notes, note],
  };
}

/**
 * Reads the options of a server.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function readServer(options: StackOptions = {}): ServerSetup {
  const [stack, given] = stackOf("server", options);
  return atLeastMinimum(readSetup("server", stack, stack.server, given));
}

function stackOf(
  end: "client" | "server",
  options: StackOptions,
): [Stack, object] {
  requireObject(`the ${end} options`, options);
  const { stack: name, ...given } = options;
  const named = name === undefined ? undefined : choiceOption(
    `stack of the ${end}`,
    name,
    "keepalive",
    stacks,
  );
  const stack = STACKS.find((each) => each.name === named) ??
    likest(end, Object.keys(given));
  return [stack, given];
}

/** The stack that most keys look like, and be it a mistyped one. */
function likest(end: "client" | "server", keys: readonly string[]): Stack {
  const known = ({ sign }: Stack) => keys.filter((key) => sign.test(key));
  const alike = (stack: Stack) => {
    const names = stack[end].options
      .flatMap(({ key, aliases = [] }) => [key, ...aliases]);
    return keys.filter((key) => nearest(key, names) !== undefined);
  };
  const likeness = (stack: Stack) =>
    known(stack).length + alike(stack).length / (keys.length + 1);
  return STACKS.reduce((best, each) =>
    likeness(each) > likeness(best) ? each : best
  );
}
