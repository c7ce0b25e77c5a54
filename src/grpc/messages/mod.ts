/**
 * Messages of calls: framing, compression, and those that wait.
 *
 * @module
 */
export { Batch } from "./batch.ts";
export { CallLedger, canKeepFields } from "./call_ledger.ts";
export { notJustOne } from "./cardinality.ts";
export {
  ACCEPT_ENCODING,
  acceptedEncoding,
  decompress,
  encodingOption,
  isMessageEncoding,
  messageEncoding,
  requireEncoding,
} from "./compression.ts";
export type { MessageEncoding } from "./encoding.ts";
export type { RawMessage } from "./framing.ts";
export { Inbox } from "./inbox.ts";
export type { Arrived, MessageCounter } from "./message_counter.ts";
export { MessageIterator } from "./message_iterator.ts";
export type { MessageSource } from "./message_source.ts";
export { MessageTally } from "./message_tally.ts";
export { Outbox } from "./outbox.ts";
export { requireOctets, sendAlone } from "./send_message.ts";
export { isUncompressed, uncompressed } from "./uncompressed.ts";
export type { OnlyMessage, WaitingForOnly } from "./waiting.ts";
