import {
  type EncodableHeaderField,
  fieldSize,
  type HeaderField,
  listSize,
} from "../../hpack/mod.ts";

type Fields = readonly EncodableHeaderField[];

const MESSAGE = "grpc-message";

/** A status that the peer accepts. */
export interface FittedStatus {
  /** The field section. */
  readonly fields: Fields;
  /** The keys of metadata that had no room. */
  readonly dropped: readonly string[];
}

/**
 * Makes a status fit into what the peer accepts, as its code must arrive: the
 * message keeps half of the room, if it needs that, and metadata what is left,
 * field by field in order; then the message is cut at the end of a character,
 * and says so.
 *
 * @param required What is sent in any case.
 * @param message The status message, percent-encoded; "" for none.
 * @param limit The peer's MAX_HEADER_LIST_SIZE; `Infinity` for none.
 */
export function fitStatus(
  required: Fields,
  message: string,
  metadata: Fields,
  limit: number,
): FittedStatus {
  const whole: EncodableHeaderField[] = [...required];
  if (message !== "") whole.push([MESSAGE, message]);
  whole.push(...metadata);
  if (limit === Infinity || listSize(whole) <= limit) {
    return { fields: whole, dropped: [] };
  }
  const room = Math.max(0, limit - listSize(required));
  const reserved = message === ""
    ? 0
    : Math.min(fieldSize(MESSAGE, message), room / 2);
  const { kept, dropped } = choose(metadata, room - reserved);
  const left = room - listSize(kept) - fieldSize(MESSAGE, "");
  const text = message === "" ? "" : shorten(message, left, limit);
  const fields = [...required];
  if (text !== "") fields.push([MESSAGE, text]);
  return { fields: [...fields, ...kept], dropped };
}

/** The same for a response that is one field section without metadata. */
export function fitFields(
  fields: readonly HeaderField[],
  limit: number,
): readonly HeaderField[] {
  if (limit === Infinity) return fields;
  const isMessage = ([name]: EncodableHeaderField) => name === MESSAGE;
  const message = fields.find(isMessage)?.[1] ?? "";
  const required = fields.filter((field) => !isMessage(field));
  return fitStatus(required, message, [], limit).fields
    .map(([name, value]): HeaderField => [name, value]);
}

function choose(
  metadata: Fields,
  room: number,
): { kept: EncodableHeaderField[]; dropped: string[] } {
  const kept: EncodableHeaderField[] = [];
  const dropped: string[] = [];
  for (const field of metadata) {
    const size = fieldSize(field[0], field[1]);
    if (size > room) {
      dropped.push(field[0]);
    } else {
      room -= size;
      kept.push(field);
    }
  }
  return { kept, dropped };
}

/** The note is left out where it would take more than half of the room. */
function shorten(message: string, room: number, limit: number): string {
  const note =
    ` [shortened: the client accepts header lists of ${limit} octets]`;
  if (message.length + note.length <= room) return message + note;
  if (message.length <= room) return message;
  return note.length <= room / 2
    ? cut(message, room - note.length) + note
    : cut(message, room);
}

/** Cuts a percent-encoded message where a character of UTF-8 ends. */
function cut(message: string, length: number): string {
  let end = Math.max(0, Math.floor(length));
  while (end > 0 && !isBoundary(message, end)) end--;
  return message.slice(0, end).trimEnd();
}

function isBoundary(message: string, end: number): boolean {
  if (message[end - 1] === "%" || message[end - 2] === "%") return false;
  if (message[end] !== "%") return true;
  const octet = parseInt(message.slice(end + 1, end + 3), 16);
  return octet < 0x80 || octet > 0xbf;
}
