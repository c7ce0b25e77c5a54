import {
  type CallMessageEvent,
  GrpcError,
  Status,
  statusName,
} from "../grpc/mod.ts";
import { isServerError, placeAttributes } from "../metrics/mod.ts";
import type { Span, SpanAttributes } from "./api.ts";

/** The kinds of spans, as OpenTelemetry numbers them. */
export const SpanKind = { SERVER: 1, CLIENT: 2 } as const;

/** How the operation of a span has ended, as OpenTelemetry numbers it. */
const SpanStatus = { OK: 1, ERROR: 2 } as const;

/** `/pkg.Service/Method` as `rpc.method` has it: without its first slash. */
export function methodName(path: string): string {
  return path.replace(/^\//, "");
}

/** The name of a span by gRFC A72, from `pkg.Service/Method`. */
export function grpcSpanName(
  kind: "Sent" | "Attempt" | "Recv",
  method: string,
): string {
  return `${kind}.${method.replaceAll("/", ".")}`;
}

/**
 * Notes a message, by gRFC A72.
 *
 * @param time When it came, in milliseconds since 1970, if not now.
 */
export function noteMessage(
  span: Span,
  { type, sequence, size, sizeOnWire }: CallMessageEvent,
  time?: number,
): void {
  const name = type === "message-sent" ? "Outbound message" : "Inbound message";
  span.addEvent(name, {
    "sequence-number": sequence,
    "message-size": size,
    ...(sizeOnWire === size ? {} : { "message-size-compressed": sizeOnWire }),
  }, time);
}

/** What is known of a call before it begins. */
export function callAttributes(method: string): SpanAttributes {
  return { "rpc.system.name": "grpc", "rpc.method": method };
}

/** The other end of a connection, by its address as text. */
export function peerAttributes(peer: string): SpanAttributes {
  return placeAttributes("network.peer", peer);
}

/** How a call or an attempt has ended. */
export interface Outcome {
  /** The status code, see `Status`. */
  readonly status: number;
  /** The status message. */
  readonly statusMessage: string;
}

/** The outcome of a call that went well. */
export const OK: Outcome = { status: Status.OK, statusMessage: "" };

/** The outcome of a call that ended with an error. */
export function outcomeOf(error: unknown): Outcome {
  return error instanceof GrpcError
    ? { status: error.code, statusMessage: error.statusMessage }
    : { status: Status.UNKNOWN, statusMessage: "" };
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
  end(span, outcome, isServerError(outcome.status));
}

/** Ends a span by gRFC A72: at either end, every status but OK is an error. */
export function endGrpcSpan(
  span: Span,
  outcome: Outcome,
  endTime?: number,
): void {
  const isOk = outcome.status === Status.OK;
  if (isOk) span.setStatus({ code: SpanStatus.OK });
  end(span, outcome, !isOk, endTime);
}

function end(
  span: Span,
  { status, statusMessage }: Outcome,
  isError: boolean,
  endTime?: number,
): void {
  const name = statusName(status);
  span.setAttributes({ "rpc.status_code": name });
  if (isError) {
    span.setAttributes({ "error.type": name });
    const message = statusMessage === "" ? name : `${name}, ${statusMessage}`;
    span.setStatus({ code: SpanStatus.ERROR, message });
  }
  span.end(endTime);
}
