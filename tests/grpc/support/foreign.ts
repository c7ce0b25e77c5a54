import {
  encodeData,
  encodeHeaders,
  type Frame,
  FrameType,
  type FrameWriter,
  type HeadersFrame,
} from "../../../src/frames/mod.ts";
import { frameMessage } from "../../../src/grpc/messages/framing.ts";
import {
  type EncodableHeaderField,
  HpackDecoder,
  HpackEncoder,
} from "../../../src/hpack/mod.ts";
import type { RawPeer } from "../../harness/raw_peer.ts";

/** What a gRPC server's response begins with. */
export const RESPONSE: readonly EncodableHeaderField[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

/** The fields of a request for a method. */
export function request(
  path: string,
  more: Readonly<Record<string, string>> = {},
): EncodableHeaderField[] {
  const fields = {
    ":method": "POST",
    ":scheme": "http",
    ":path": path,
    ":authority": "localhost",
    "te": "trailers",
    "content-type": "application/grpc",
    ...more,
  };
  return Object.entries(fields);
}

/** Says a field section. */
export function sayFields(
  writer: FrameWriter,
  streamId: number,
  fields: Iterable<EncodableHeaderField>,
  endStream = false,
): void {
  const block = new HpackEncoder().encode(fields);
  encodeHeaders(writer, streamId, block, endStream, true);
}

/** Says a message. */
export function sayMessage(
  writer: FrameWriter,
  streamId: number,
  text: string,
  endStream = false,
): void {
  const [octets] = frameMessage(new TextEncoder().encode(text), false);
  encodeData(writer, streamId, octets, endStream);
}

/** Says trailers. */
export function sayStatus(
  writer: FrameWriter,
  streamId: number,
  code: number,
  more: Readonly<Record<string, string>> = {},
): void {
  const fields = Object.entries({ "grpc-status": String(code), ...more });
  sayFields(writer, streamId, fields, true);
}

/** Reads what a raw peer is told on its streams, field sections in clear. */
export class ForeignEnd {
  readonly peer: RawPeer;
  readonly #decoder = new HpackDecoder();

  constructor(peer: RawPeer) {
    this.peer = peer;
  }

  /** The fields of the next HEADERS frame. */
  async fields(): Promise<Record<string, string>> {
    return this.fieldsOf(await this.peer.until(FrameType.HEADERS));
  }

  /** The fields of a HEADERS frame; each frame is to be read once, in order. */
  fieldsOf({ fragment }: HeadersFrame): Record<string, string> {
    return Object.fromEntries(this.#decoder.decode(fragment));
  }

  /** The next frame of a stream, whatever it is. */
  async onStream(streamId: number): Promise<Frame> {
    for (;;) {
      const frame = await this.peer.next();
      if (frame === undefined) throw new Error("The connection has ended");
      if ("streamId" in frame && frame.streamId === streamId) return frame;
    }
  }
}
