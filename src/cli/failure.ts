import {
  type CloseReason,
  DialError,
  explain,
  type GrpcError,
} from "../../mod.ts";
import { colours } from "./colours.ts";
import { tlsFlags } from "./endpoint/mod.ts";
import { printError } from "./output.ts";
import { printable } from "../page/mod.ts";

/** Added to the status code of a call that has failed, as grpcurl does. */
const FAILED_CALL = 64;

/** The longest code that an exit status has room for. */
const LAST_CODE = 255 - FAILED_CALL;

/** The exit status for a call that has failed: 69 for NOT_FOUND, which is 5. */
export function failureStatus({ code }: GrpcError): number {
  return FAILED_CALL + Math.min(code, LAST_CODE);
}

/**
 * Tells why a call has failed, on the standard error.
 *
 * @param details What the error has to say besides, a line each.
 */
export function tellFailure(
  error: GrpcError,
  details: readonly string[] = [],
): void {
  const { cause, message } = error;
  const told = cause instanceof DialError ? tlsFlags(message) : message;
  printError(colours.red(printable(told)));
  for (const detail of details) printError(`  ${detail}`);
  if (isCloseReason(cause)) printError(`  ${printable(explain(cause))}`);
}

function isCloseReason(cause: unknown): cause is CloseReason {
  const { kind, by } = Object(cause);
  return typeof kind === "string" && typeof by === "string";
}
