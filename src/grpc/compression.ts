import type { HeaderField } from "../hpack/mod.ts";
import type { MessageEncoding } from "./encoding.ts";
import { GrpcError } from "./grpc_error.ts";
import { join, type RawMessage } from "./message_framing.ts";
import { Status } from "./status.ts";

/** The value of `grpc-accept-encoding`. */
export const ACCEPT_ENCODING = "identity,gzip";

/** Whether an encoding is one that this module has. */
export function isMessageEncoding(name: string): name is MessageEncoding {
  return name === "identity" || name === "gzip";
}

/**
 * An encoding, or its default.
 *
 * @throws {RangeError} If this module has no such encoding.
 */
export function encodingOption(
  value: MessageEncoding | undefined,
): MessageEncoding {
  return value === undefined ? "identity" : requireEncoding(value);
}

/**
 * An encoding that this module has.
 *
 * @throws {RangeError} If it has no such encoding.
 */
export function requireEncoding(value: MessageEncoding): MessageEncoding {
  if (isMessageEncoding(value)) return value;
  throw new RangeError(
    `Cannot use compression: expected "identity" or "gzip", received "${value}"`,
  );
}

/**
 * The encoding of messages to a peer: the one that is wanted, if its
 * `grpc-accept-encoding` has it.
 */
export function acceptedEncoding(
  fields: readonly HeaderField[],
  wanted: MessageEncoding,
): MessageEncoding {
  if (wanted === "identity") return wanted;
  for (const [name, value] of fields) {
    if (name !== "grpc-accept-encoding") continue;
    const names = value.toLowerCase().split(",");
    if (names.some((each) => each.trim() === wanted)) return wanted;
  }
  return "identity";
}

/** Compresses the payload of a message. */
export async function compress(payload: Uint8Array): Promise<Uint8Array> {
  const stream = pipe(payload, new CompressionStream("gzip"));
  return await collect(stream, Infinity);
}

/**
 * The payload of a message as it was before compression.
 *
 * @param encoding What the peer's `grpc-encoding` says.
 * @param maxLength The longest payload to accept, in octets: a small message
 * may unfold to a huge one.
 * @throws {GrpcError} INTERNAL if it cannot be decompressed,
 * RESOURCE_EXHAUSTED if it is too long.
 */
export async function decompress(
  message: RawMessage,
  encoding: MessageEncoding,
  maxLength: number,
): Promise<Uint8Array> {
  if (!message.compressed) return message.payload;
  if (encoding === "identity") {
    throw new GrpcError(
      Status.INTERNAL,
      "Received a compressed message, but grpc-encoding is identity",
    );
  }
  try {
    const stream = pipe(message.payload, new DecompressionStream("gzip"));
    return await collect(stream, maxLength);
  } catch (error) {
    if (error instanceof GrpcError) throw error;
    throw new GrpcError(
      Status.INTERNAL,
      "Received a message that cannot be decompressed with gzip",
      { cause: error },
    );
  }
}

/**
 * Octets that are given to the platform at once. It unfolds all it is given
 * before anybody can look at the length, and gzip unfolds up to a thousandfold.
 */
const PIECE_LENGTH = 1_024;

function pipe(
  payload: Uint8Array,
  transform: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  const length = transform instanceof DecompressionStream
    ? PIECE_LENGTH
    : Math.max(payload.length, 1);
  let at = 0;
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= payload.length) return controller.close();
      const piece = payload.subarray(at, at += length);
      controller.enqueue(piece as Uint8Array<ArrayBuffer>);
    },
  }, { highWaterMark: 0 });
  return pieces.pipeThrough(transform);
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  maxLength: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length > maxLength) {
      throw new GrpcError(
        Status.RESOURCE_EXHAUSTED,
        `Received message larger than max after decompression (${length} vs. ${maxLength})`,
      );
    }
    pieces.push(piece);
  }
  return join(pieces);
}
