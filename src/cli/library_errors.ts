import type { Tool } from "./flag.ts";
import { inFlags } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Lets the library check options. What it refuses with a TypeError or a
 * RangeError is a flag that cannot be used.
 *
 * @throws {UsageError} If the library refuses them.
 */
export function check<T>(tool: Tool, options: () => T): T {
  try {
    return options();
  } catch (error) {
    throw asUsageError(tool, error);
  }
}

/** The error of a flag that the library refuses; others are left alone. */
export function asUsageError(tool: Tool, error: unknown): unknown {
  const isRefusal = error instanceof TypeError || error instanceof RangeError;
  return isRefusal ? new UsageError(inFlags(tool, error.message)) : error;
}
