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
