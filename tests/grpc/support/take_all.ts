import type { RawMessage } from "../../../src/grpc/mod.ts";
import { MessageReader } from "../../../src/grpc/messages/reader.ts";

/** All messages that can be taken. */
export function takeAll(reader: MessageReader): RawMessage[] {
  const messages: RawMessage[] = [];
  for (let next = reader.take(); next; next = reader.take()) {
    messages.push(next);
  }
  return messages;
}

/** The messages in some octets. */
export function messagesIn(octets: Uint8Array): RawMessage[] {
  const reader = new MessageReader(Infinity);
  reader.push(octets);
  return takeAll(reader);
}

/** The compressed flags of the messages in some octets. */
export function flagsOf(octets: Uint8Array): boolean[] {
  return messagesIn(octets).map(({ compressed }) => compressed);
}
