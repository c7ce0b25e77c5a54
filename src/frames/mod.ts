/**
 * HTTP/2 frames: every type of RFC 9113 section 6, encoded and decoded.
 *
 * Pure: octets in, frames out, and back. No sockets, no timers, no state but
 * the octets of a frame that has not arrived whole.
 *
 * @example Answer a PING
 * ```ts
 * import { encodePing, FrameReader, FrameType, FrameWriter } from "@keepalive/grpc/frames";
 *
 * const reader = new FrameReader();
 * const writer = new FrameWriter();
 *
 * function answer(received: Uint8Array): Uint8Array {
 *   reader.feed(received);
 *   for (let frame = reader.next(); frame; frame = reader.next()) {
 *     if (frame.type === FrameType.PING && !frame.ack) {
 *       encodePing(writer, true, frame.opaqueData);
 *     }
 *   }
 *   return writer.take();
 * }
 * ```
 *
 * @module
 */
export * from "./continuation.ts";
export * from "./data.ts";
export * from "./error_code.ts";
export * from "./errors.ts";
export * from "./extension.ts";
export * from "./frame.ts";
export * from "./frame_header.ts";
export * from "./frame_reader.ts";
export * from "./frame_writer.ts";
export * from "./goaway.ts";
export * from "./headers.ts";
export * from "./ping.ts";
export * from "./priority.ts";
export type { PriorityFields } from "./priority_fields.ts";
export * from "./push_promise.ts";
export * from "./rst_stream.ts";
export * from "./settings.ts";
export * from "./window_update.ts";
