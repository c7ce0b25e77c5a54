import type { HeaderField } from "../../hpack/mod.ts";
import { refusal } from "../../options/mod.ts";
import { ShortLived, turnForOthers } from "../../runtime/mod.ts";
import type { MessageEncoding } from "./encoding.ts";
import { fieldOf } from "../fields.ts";
import { GrpcError } from "../grpc_error.ts";
import { Gunzip, lengthOfLast, longestUnfolding } from "./gunzip.ts";
import { join, type RawMessage } from "./framing.ts";
import { type MessageKind, tooLong } from "./prefix.ts";
import { Status } from "../status.ts";

/** The value of `grpc-accept-encoding`. */
export const ACCEPT_ENCODING = "identity,gzip";

/** Whether an encoding is one that this module has. */
export function isMessageEncoding(name: string): name is MessageEncoding {
  return name === "identity" || name === "gzip";
}

/**
 * An encoding, or its default.
 *
 * @throws {TypeError | RangeError} If this module has no such encoding.
 */
export function encodingOption(
  value: MessageEncoding | undefined,
): MessageEncoding {
  return value === undefined ? "identity" : requireEncoding(value);
}

/**
 * An encoding that this module has.
 *
 * @throws {TypeError | RangeError} If it has no such encoding.
 */
export function requireEncoding(value: MessageEncoding): MessageEncoding {
  if (isMessageEncoding(value)) return value;
  throw refusal("compression", '"identity" or "gzip"', value, "string");
}

/**
 * The encoding that the peer's messages have; `undefined` for an unknown one.
 * "All content codings are case-insensitive" (RFC 9110 section 8.4.1), and an
 * empty value is none, as in grpc-go.
 */
export function messageEncoding(
  fields: readonly HeaderField[],
): MessageEncoding | undefined {
  const value = fieldOf(fields, "grpc-encoding");
  if (value === undefined || value === "") return "identity";
  const name = value.toLowerCase();
  return isMessageEncoding(name) ? name : undefined;
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
  const pieces: Uint8Array[] = [];
  const stream = pipe(payload, new CompressionStream("gzip"));
  for await (const piece of stream) pieces.push(piece);
  return join(pieces);
}

/** What unfolding a message needs to hold. */
export interface UnfoldingMemory {
  /**
   * Waits until there is room for so many octets in addition.
   *
   * @throws {GrpcError} If the call ends before.
   */
  reserve(octets: number): Promise<void> | undefined;
}

/**
 * The payload of a message as it was before compression.
 *
 * @param encoding What the peer's `grpc-encoding` says.
 * @param maxLength The longest payload to accept, in octets: a small message
 * may unfold to a huge one.
 * @param memory Is asked before room is taken.
 * @param kind Says whose limit the length is.
 * @throws {GrpcError} INTERNAL if it cannot be decompressed,
 * RESOURCE_EXHAUSTED if it is too long.
 */
export async function decompress(
  message: RawMessage,
  encoding: MessageEncoding,
  maxLength: number,
  memory?: UnfoldingMemory,
  kind?: MessageKind,
): Promise<Uint8Array> {
  if (!message.compressed) return message.payload;
  if (encoding === "identity") {
    throw new GrpcError(
      Status.INTERNAL,
      "Received a compressed message, but grpc-encoding is identity",
    );
  }
  const { payload } = message;
  const gunzip = await Gunzip.load();
  const most = Math.min(longestUnfolding(payload.length), maxLength);
  let limit = Math.min(lengthOfLast(payload), most);
  for (;;) {
    await memory?.reserve(limit);
    await turn();
    const unfolded = gunzip.unfold(payload, limit);
    if (unfolded instanceof Uint8Array) {
      unfoldedInTurn += START_LENGTH + payload.length + unfolded.length;
      unfoldedMessages.add(unfolded);
      return unfolded;
    }
    unfoldedInTurn += START_LENGTH + payload.length + limit;
    if (unfolded.kind === "malformed") throw malformed(unfolded.cause);
    if (limit === maxLength) {
      throw tooLong(kind, maxLength + 1, maxLength, " after decompression");
    }
    if (limit === most) throw malformed(undefined);
    limit = most;
  }
}

function malformed(cause: unknown): GrpcError {
  return new GrpcError(
    Status.INTERNAL,
    "Received a message that cannot be decompressed with gzip",
    { cause },
  );
}

/**
 * Octets, folded and unfolded, after which others have a turn: some
 * milliseconds of work, as a message is unfolded at once.
 */
const TURN_LENGTH = 1_048_576;

/** What a message counts besides its octets: to begin takes as long as these. */
const START_LENGTH = 16_384;

let unfoldedInTurn = 0;
let pausing: Promise<void> | undefined;

/** Unfolded messages: most are dropped soon. */
const unfoldedMessages = new ShortLived();

/** Waits while enough has been unfolded since the event loop last turned. */
async function turn(): Promise<void> {
  while (unfoldedInTurn >= TURN_LENGTH || unfoldedMessages.isTooMuch) {
    if (unfoldedMessages.isTooMuch) await unfoldedMessages.settle();
    await (pausing ??= turnForOthers().then(() => {
      unfoldedInTurn = 0;
      pausing = undefined;
    }));
  }
}

/** Pieces are as large as the platform makes them. */
function pipe(
  payload: Uint8Array,
  transform: CompressionStream,
): ReadableStream<Uint8Array> {
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(payload as Uint8Array<ArrayBuffer>);
      controller.close();
    },
  });
  return whole.pipeThrough(transform);
}
