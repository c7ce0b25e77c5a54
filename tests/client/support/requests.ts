import { FrameType } from "../../../src/frames/mod.ts";
import type { EncodableHeaderField } from "../../../src/hpack/mod.ts";
import {
  type ForeignEnd,
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../../grpc/support/foreign.ts";
import { concat } from "../../harness/octets.ts";

/** Octets before each message: a flag and the length. */
const PREFIX = 5;

/** What a raw server was asked on a stream. */
export interface Asked {
  readonly streamId: number;
  readonly fields: Readonly<Record<string, string>>;
  /** The messages. */
  readonly words: string[];
}

/** Reads until so many requests have come to their end, in order of that. */
export async function readRequests(
  end: ForeignEnd,
  count: number,
): Promise<Asked[]> {
  const fields = new Map<number, Record<string, string>>();
  const data = new Map<number, Uint8Array>();
  const asked: Asked[] = [];
  while (asked.length < count) {
    const frame = await end.peer.next();
    if (frame === undefined) throw new Error("The connection has ended");
    if (frame.type === FrameType.HEADERS) {
      fields.set(frame.streamId, end.fieldsOf(frame));
    }
    if (frame.type !== FrameType.DATA) continue;
    const { streamId } = frame;
    const octets = concat(data.get(streamId) ?? new Uint8Array(), frame.data);
    data.set(streamId, octets);
    if (!frame.endStream) continue;
    asked.push({
      streamId,
      fields: fields.get(streamId) ?? {},
      words: wordsIn(octets),
    });
  }
  return asked;
}

/** Reads one request that comes to its end. */
export async function readRequest(end: ForeignEnd): Promise<Asked> {
  const [asked] = await readRequests(end, 1);
  return asked;
}

/** Reads the headers of so many streams, whose identifiers are returned. */
export async function readHeads(
  end: ForeignEnd,
  count: number,
): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < count) {
    const frame = await end.peer.until(FrameType.HEADERS);
    end.fieldsOf(frame);
    ids.push(frame.streamId);
  }
  return ids;
}

/** Answers a call with a word and OK. */
export async function answer(
  { peer }: ForeignEnd,
  streamId: number,
  word: string,
): Promise<void> {
  await peer.say((writer) => {
    sayFields(writer, streamId, RESPONSE);
    sayMessage(writer, streamId, word);
    sayStatus(writer, streamId, 0);
  });
}

/** Reads requests of one word each, and answers each with its word. */
export async function echoRequests(
  end: ForeignEnd,
  count: number,
): Promise<Asked[]> {
  const asked = await readRequests(end, count);
  for (const { streamId, words } of asked) {
    await answer(end, streamId, words.join(" "));
  }
  return asked;
}

/** Begins a response, and says its first words. */
export async function begin(
  { peer }: ForeignEnd,
  streamId: number,
  ...words: string[]
): Promise<void> {
  await peer.say((writer) => {
    sayFields(writer, streamId, RESPONSE as EncodableHeaderField[]);
    for (const word of words) sayMessage(writer, streamId, word);
  });
}

/** Ends a response that has begun, with OK. */
export async function finish(
  { peer }: ForeignEnd,
  streamId: number,
  ...words: string[]
): Promise<void> {
  await peer.say((writer) => {
    for (const word of words) sayMessage(writer, streamId, word);
    sayStatus(writer, streamId, 0);
  });
}

function wordsIn(octets: Uint8Array): string[] {
  const words: string[] = [];
  for (let at = 0; at < octets.length;) {
    const length = new DataView(octets.buffer, octets.byteOffset + at)
      .getUint32(1);
    at += PREFIX;
    words.push(new TextDecoder().decode(octets.subarray(at, at += length)));
  }
  return words;
}
