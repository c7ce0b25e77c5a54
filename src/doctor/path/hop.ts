import {
  comparableDuration,
  nearest,
  parseDuration,
  refusal,
  requireKnownKeys,
} from "../../options/mod.ts";
import { presets } from "./presets.ts";
import type { Preset } from "./preset.ts";

/** Something in a path, as a preset with other limits, or with its own. */
export interface HopOptions {
  /** The name of the preset that it is; absent for something else. */
  readonly preset?: string;
  /** Its name for people. */
  readonly name?: string;
  /**
   * Silence after which it forgets a connection or ends a stream: milliseconds,
   * or a text such as `"60s"`. Needed without a preset.
   */
  readonly idle?: number | string;
  /** 4 if it forwards TCP, 7 if it ends HTTP/2. Needed without a preset. */
  readonly layer?: 4 | 7;
  /**
   * Whether an HTTP/2 PING is no silence to it.
   *
   * @default {true at layer 4, false at layer 7}
   */
  readonly countsPings?: boolean;
  /** How long a stream may last, whatever it does; as `idle`. */
  readonly streamLifetime?: number | string;
}

/** Something in a path, with its limits in force. */
export interface Hop extends Omit<Preset, "idle"> {
  /** Milliseconds of silence after which it forgets. */
  readonly idle: number;
}

const KEYS: readonly string[] = [
  "preset",
  "name",
  "idle",
  "layer",
  "countsPings",
  "streamLifetime",
];

/** What stands between two ends, in order from the client to the server. */
export type Path = string | readonly (string | HopOptions)[] | HopOptions;

/**
 * Reads a path: names of presets, alone or with a limit (`"nginx=120s"`), with
 * commas between, or in an array; or objects.
 *
 * @throws {TypeError} If a preset is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function readPath(path: Path = []): Hop[] {
  const items = typeof path === "string"
    ? path.split(",").map((each) => each.trim()).filter((each) => each !== "")
    : Array.isArray(path)
    ? path
    : [path];
  return items.map((item: string | HopOptions) =>
    readHop(typeof item === "string" ? fromText(item) : item)
  );
}

function fromText(text: string): HopOptions {
  const [preset, ...rest] = text.split("=");
  return rest.length === 0 ? { preset } : { preset, idle: rest.join("=") };
}

function readHop(options: HopOptions): Hop {
  requireKnownKeys("a hop of the path", options, KEYS);
  const { name, layer, countsPings, idle, streamLifetime } = options;
  const base = options.preset === undefined
    ? custom(options)
    : presetOf(options.preset);
  if (layer !== undefined && layer !== 4 && layer !== 7) {
    throw refusal("layer of a hop", "4 or 7", layer, "number");
  }
  const limit = idle === undefined ? base.idle : time("idle", idle);
  if (limit === undefined) {
    throw new RangeError(
      `Cannot use the path: ${base.name} has no limit by default, give it one: ${base.name}=300s`,
    );
  }
  return {
    ...base,
    idle: limit,
    ...(name === undefined ? {} : { title: name }),
    ...(layer === undefined ? {} : { layer }),
    ...(countsPings === undefined ? {} : { countsPings }),
    ...(streamLifetime === undefined
      ? {}
      : { streamLifetime: time("streamLifetime", streamLifetime) }),
  };
}

function custom({ layer, idle = Infinity, name }: HopOptions): Preset {
  if (layer !== 4 && layer !== 7) {
    throw new TypeError(
      "Cannot use a hop of the path: expected the name of a preset, or layer (4 or 7) and idle",
    );
  }
  const limit = time("idle", idle);
  return {
    name: name ?? `layer ${layer}, ${comparableDuration(limit)}`,
    title: name ?? `a hop of layer ${layer} with ${comparableDuration(limit)}`,
    layer,
    idle: limit,
    silenceOf: layer === 4 ? "connection" : "stream",
    countsPings: layer === 4,
    then: layer === 4 ? "silent" : "close",
    source: "https://www.rfc-editor.org/rfc/rfc9113#section-9.1",
  };
}

function presetOf(name: string): Preset {
  const preset = presets.find((each) => each.name === name);
  if (preset !== undefined) return preset;
  const names = presets.map(({ name }) => name);
  const near = nearest(name, names);
  const advice = near === undefined
    ? `expected one of ${names.join(", ")}`
    : `did you mean "${near}"?`;
  throw new TypeError(
    `Cannot use the path: unknown preset "${name}", ${advice}`,
  );
}

function time(name: string, value: number | string): number {
  const read = typeof value === "string" ? parseDuration(value) : value;
  if (typeof read === "number" && read > 0) return read;
  throw refusal(
    `${name} of a hop`,
    'milliseconds above 0 or a text such as "60s"',
    value,
    "number",
  );
}
