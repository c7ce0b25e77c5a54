import type { GrpcError } from "../grpc_error.ts";
import type { RawMessage } from "./framing.ts";

/** Somebody waits for the next message. */
export interface Waiting {
  readonly resolve: (message: RawMessage | undefined) => void;
  readonly reject: (error: GrpcError) => void;
}

/** Somebody waits for the end, and one message before it. */
export interface WaitingForOnly {
  /** It is known what came. */
  resolve(only: OnlyMessage): void;
  /** The stream ended with an error. */
  reject(error: GrpcError): void;
}

/** A message, or what came where there should be just one. */
export type OnlyMessage = RawMessage | "none" | "several";

/** Whether more messages may come. */
export type End =
  /** More may come. */
  | { readonly kind: "open" }
  /** All messages have come; `error` is told after the last. */
  | { readonly kind: "ended"; readonly error: GrpcError | undefined };

/** Nothing has ended yet. */
export const OPEN: End = { kind: "open" };

/** How most streams end. */
const ENDED: End = { kind: "ended", error: undefined };

/** All messages have come. */
export function endedWith(error: GrpcError | undefined): End {
  return error === undefined ? ENDED : { kind: "ended", error };
}

/** The stream whose messages are received. */
export interface Crediting {
  /** So many octets were handed over: the peer may send as many anew. */
  consumed(octets: number): void;
}
