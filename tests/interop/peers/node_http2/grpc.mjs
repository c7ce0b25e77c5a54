import { Buffer } from "node:buffer";

const PREFIX_LENGTH = 5;

/** Frames one uncompressed gRPC message. */
export function encodeMessage(bytes) {
  const prefix = Buffer.alloc(PREFIX_LENGTH);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

/** Yields the gRPC messages of a stream's DATA. */
export async function* decodeMessages(stream) {
  let pending = Buffer.alloc(0);
  for await (const chunk of stream) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= PREFIX_LENGTH) {
      const end = PREFIX_LENGTH + pending.readUInt32BE(1);
      if (pending.length < end) break;
      yield pending.subarray(PREFIX_LENGTH, end);
      pending = pending.subarray(end);
    }
  }
}
