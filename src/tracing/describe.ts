import { GrpcError, Status, statusName } from "../grpc/mod.ts";
import type { Span, SpanAttributes } from "./api.ts";

/** The kinds of spans, as OpenTelemetry numbers them. */
export const SpanKind = { SERVER: 1, CLIENT: 2 } as const;

/** The status of a span whose operation has failed. */
const ERROR = 2;

/** `/pkg.Service/Method` as `rpc.method` has it: without its first slash. */
export function methodName(path: string): string {
  return path.replace(/^\//, "");
}

/** What is known of a call before it begins. */
export function callAttributes(method: string): SpanAttributes {
  return { "rpc.system.name": "grpc", "rpc.method": method };
}

/**
 * Where a channel leads to: the name and its port, the path of a Unix socket, or
 * the whole target if it has several addresses.
 */
export function serverAttributes(target: string): SpanAttributes {
  return placeAttributes("server", target);
}

/** The other end of a connection, by its address as text. */
export function peerAttributes(peer: string): SpanAttributes {
  return placeAttributes("network.peer", peer);
}

function placeAttributes(prefix: string, place: string): SpanAttributes {
  const address = `${prefix}.address`;
  if (place.startsWith("unix:")) {
    return { [address]: place.replace(/^unix:(?:\/\/)?/, "") };
  }
  const name = place.replace(/^(?:dns|ipv4|ipv6):(?:\/\/\/?(?=.))?/, "");
  const match = /^(?:\[([^\]]+)\]|([^:,\/[]+)):(\d+)$/.exec(name);
  if (match === null) return { [address]: name.includes(",") ? place : name };
  const [, bracketed, plain, port] = match;
  return { [address]: bracketed ?? plain, [`${prefix}.port`]: Number(port) };
}

/** The status codes that are errors of a server, not of its caller. */
const SERVER_ERRORS: readonly number[] = [
  Status.UNKNOWN,
  Status.DEADLINE_EXCEEDED,
  Status.UNIMPLEMENTED,
  Status.INTERNAL,
  Status.UNAVAILABLE,
  Status.DATA_LOSS,
];

/** How a call or an attempt has ended. */
export interface Outcome {
  /** The status code, see `Status`. */
  readonly status: number;
  /** The status message. */
  readonly details: string;
}

/** The outcome of a call that went well. */
export const OK: Outcome = { status: Status.OK, details: "" };

/** The outcome of a call that ended with an error. */
export function outcomeOf(error: unknown): Outcome {
  return error instanceof GrpcError
    ? { status: error.code, details: error.statusMessage }
    : { status: Status.UNKNOWN, details: "" };
}

/** Ends the span of a client: every status but OK is an error. */
export function endClientSpan(
  span: Span,
  outcome: Outcome,
  endTime?: number,
): void {
  end(span, outcome, outcome.status !== Status.OK, endTime);
}

/** Ends the span of a server: what its caller did wrong is no error of it. */
export function endServerSpan(span: Span, outcome: Outcome): void {
  end(span, outcome, SERVER_ERRORS.includes(outcome.status));
}

function end(
  span: Span,
  { status, details }: Outcome,
  isError: boolean,
  endTime?: number,
): void {
  const name = statusName(status);
  span.setAttributes({ "rpc.status_code": name });
  if (isError) {
    span.setAttributes({ "error.type": name });
    const message = details === "" ? name : `${name}, ${details}`;
    span.setStatus({ code: ERROR, message });
  }
  span.end(endTime);
}
