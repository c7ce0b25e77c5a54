import type { TransportStream } from "../../transport/mod.ts";
import { NOTABLE } from "./call_ledger.ts";
import type { MessageEncoding } from "./encoding.ts";
import {
  COPIED_LENGTH,
  frameCopy,
  frameMessage,
  PREFIX_LENGTH,
} from "./framing.ts";
import type { MessageCounter } from "./message_counter.ts";

/** What a serializer makes may be anything at run time. */
export function requireOctets(payload: Uint8Array): void {
  if (payload instanceof Uint8Array) return;
  throw new TypeError(
    `Cannot send a message: expected its serializer to make a Uint8Array, received ${typeof payload}`,
  );
}

/**
 * Puts a message on a stream without compression; a long one is borrowed until
 * it has left.
 *
 * @param isJoined Whether it may wait some microtasks for others.
 */
export function putMessage(
  stream: TransportStream,
  payload: Uint8Array,
  endStream: boolean,
  isJoined = false,
): void {
  if (payload.length <= COPIED_LENGTH) {
    const { octets, start } = frameCopy(payload, false);
    const end = start + PREFIX_LENGTH + payload.length;
    return stream.sendPart(octets, start, end, endStream, isJoined);
  }
  const [head, body] = frameMessage(payload, false);
  stream.sendData(head, false);
  stream.sendData(body, endStream);
}

/**
 * Sends the only message of a stream, if it is short and goes out as it is: it
 * waits for nothing, and is too little to be counted. Others need an `Outbox`.
 *
 * @param encoding That of the stream.
 * @param counter Is told of the message.
 * @returns Whether it was sent.
 * @throws {TypeError} If the payload is no octets.
 */
export function sendAlone(
  stream: TransportStream,
  payload: Uint8Array,
  endStream: boolean,
  encoding: MessageEncoding,
  counter: MessageCounter | undefined,
): boolean {
  requireOctets(payload);
  if (encoding !== "identity" || payload.length >= NOTABLE) return false;
  counter?.sent(payload.length, payload.length);
  putMessage(stream, payload, endStream);
  return true;
}
