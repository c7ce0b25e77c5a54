import {
  display,
  formatSeconds,
  parseDuration,
  refusal,
} from "../../options/mod.ts";

/** How a stack writes the value of an option. */
export interface Form<Value extends number | boolean = number | boolean> {
  /**
   * Reads a value; durations become milliseconds.
   *
   * @throws {TypeError} If it is of another type.
   * @throws {RangeError} If it is not allowed.
   */
  read(name: string, value: unknown): Value;
  /** Writes a value, so that it can be read again. */
  write(value: Value): string | number | boolean;
}

/** INT_MAX, which turns a time of gRPC Core off. */
export const INT_MAX = 0x7fff_ffff;

/** True or false. */
export const boolean: Form<boolean> = {
  read: (name, value) => {
    if (typeof value === "boolean") return value;
    throw refusal(name, "true or false", value, "boolean");
  },
  write: (value) => value,
};

/** The option `verify` of a channel: whether it verifies at all. */
export const verification: Form<boolean> = {
  read: (name, value) => {
    if (value === "piggyback" || value === "await") return true;
    if (value === "off") return false;
    throw refusal(name, '"off", "piggyback" or "await"', value, "string");
  },
  write: (value) => value ? "piggyback" : "off",
};

/** True or false as an integer, which gRPC Core has for it; or a boolean. */
export const zeroOrOne: Form<boolean> = {
  read: (name, value) => {
    if (value === 0 || value === 1 || typeof value === "boolean") {
      return Boolean(value);
    }
    throw refusal(name, "0 or 1", value, "number");
  },
  write: (value) => value ? 1 : 0,
};

/** A whole number from 0 up. */
export const count: Form<number> = {
  read: (name, value) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
      return value;
    }
    throw refusal(name, "a whole number from 0 up", value, "number");
  },
  write: (value) => value,
};

/** A percentage, as a number or as the `{ value }` of Envoy; a fraction of 1. */
export const percent: Form<number> = {
  read: (name, value) => {
    const number = isRecord(value) ? value.value : value;
    if (typeof number === "number" && number >= 0) return number / 100;
    throw refusal(name, "a percentage from 0 up", number, "number");
  },
  write: (value) => value * 100,
};

/** Milliseconds, or a text such as `"20s"` and `"infinity"`. */
export const milliseconds: Form<number> = {
  read: (name, value) =>
    fromText(value) ?? fromNumber(name, value, "milliseconds from 0 up", 1),
  write: (value) => value === Infinity ? "infinity" : value,
};

/** Milliseconds of gRPC Core and grpc-js: INT_MAX and -1 are never. */
export const coreMilliseconds: Form<number> = {
  read: (name, value) => {
    if (value === -1 || value === INT_MAX) return Infinity;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
      return value;
    }
    throw refusal(name, "whole milliseconds from 0 up", value, "number");
  },
  write: (value) => value === Infinity ? INT_MAX : value,
};

/** The largest time of Go, in nanoseconds: never. */
const GO_FOREVER = 2 ** 63 - 1;

/** A `time.Duration`: a text such as `"20s"`, or nanoseconds. */
export const goDuration: Form<number> = {
  read: (name, value) => {
    if (typeof value === "number" && value >= GO_FOREVER) return Infinity;
    return fromText(value) ??
      fromNumber(name, value, '"20s" or nanoseconds from 0 up', 1e-6);
  },
  write: formatSeconds,
};

const JAVA_UNITS: Readonly<Record<string, number>> = {
  NANOSECONDS: 1e-6,
  MICROSECONDS: 1e-3,
  MILLISECONDS: 1,
  SECONDS: 1_000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};

/** A number and a `TimeUnit`: `[20, "SECONDS"]`, `"20 SECONDS"`, or `"20s"`. */
export const javaDuration: Form<number> = {
  read: (name, value) => {
    const text = fromText(value);
    if (text !== undefined) return text;
    const [number, unit = ""] = Array.isArray(value)
      ? value
      : typeof value === "string"
      ? value.trim().split(/\s+/)
      : [];
    const size = JAVA_UNITS[`${unit}`.replace("TimeUnit.", "")];
    const given = Number(number);
    if (size !== undefined && given >= 0) return given * size;
    throw new TypeError(
      `Cannot use ${name}: expected a number with its unit, such as [20, "SECONDS"], received ${
        Array.isArray(value) ? JSON.stringify(value) : display(value)
      }`,
    );
  },
  write: (value) => {
    if (value === Infinity) return "1000 DAYS";
    return value % 1_000 === 0
      ? `${value / 1_000} SECONDS`
      : `${Math.round(value)} MILLISECONDS`;
  },
};

/** A `Duration` of Rust or protobuf: `"20s"`, or `{ secs, nanos }`. */
export const duration: Form<number> = {
  read: (name, value) => {
    const text = fromText(value);
    if (text !== undefined) return text;
    if (isRecord(value)) {
      const { secs, seconds = secs, nanos = 0 } = value;
      const sum = Number(seconds) * 1_000 + Number(nanos) / 1e6;
      if (typeof seconds === "number" && sum >= 0) return sum;
    }
    throw new TypeError(
      `Cannot use ${name}: expected a duration such as "20s", received ${
        display(value)
      }`,
    );
  },
  write: formatSeconds,
};

function fromText(value: unknown): number | undefined {
  return typeof value === "string" ? parseDuration(value) : undefined;
}

function fromNumber(
  name: string,
  value: unknown,
  expected: string,
  size: number,
): number {
  if (typeof value === "number" && value >= 0) return value * size;
  throw refusal(name, expected, value, "number");
}

/** Whether a value is an object and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
