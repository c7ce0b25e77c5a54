import { MessageReader } from "../../../src/grpc/message_framing.ts";

/** The compressed flags of the messages in some octets. */
export function flagsOf(octets: Uint8Array): boolean[] {
  const messages = new MessageReader(Infinity).push(octets);
  return messages.map(({ compressed }) => compressed);
}
