import { deadline } from "@std/async";
import { Channel, createClient } from "../../../mod.ts";
import { FrameType } from "../../../src/frames/mod.ts";
import { Words } from "../../grpc/support/words.ts";
import { concat } from "../../harness/octets.ts";
import { writeAll } from "../../harness/relay.ts";

/** Octets of a frame header (RFC 9113 section 4.1). */
const HEADER = 9;

/** Flags of HEADERS (RFC 9113 section 6.2). */
const END_STREAM = 0x1;

/** A frame of a recording, from its first octet up to the next frame. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: number;
  readonly streamId: number;
  readonly endStream: boolean;
}

/** What a server has said in an exchange. */
export interface Recording {
  readonly octets: Uint8Array;
  readonly frames: readonly Span[];
}

/** Where a response lies in a recording. */
export interface Response {
  /** The first octet. */
  readonly start: number;
  /** The octet after the response headers. */
  readonly headersEnd: number;
  /** The octets after each of the messages. */
  readonly messageEnds: readonly number[];
  /** The octet after the trailers. */
  readonly end: number;
}

/** Records what a server says to a channel: one call, then a stream of three. */
export async function record(port: number): Promise<Recording> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const channel = new Channel(`127.0.0.1:${listener.addr.port}`);
  const words = createClient(Words, channel);
  const talk = (async () => {
    await words.one("a");
    await Array.fromAsync(words.down("b c d"));
    await channel.close();
  })();
  using near = await deadline(listener.accept(), 20_000);
  using far = await Deno.connect({ hostname: "127.0.0.1", port });
  const chunks: Uint8Array[] = [];
  await Promise.all([
    talk,
    pass(near, far, () => {}),
    pass(far, near, (chunk) => chunks.push(chunk)),
  ]);
  const octets = concat(...chunks);
  return { octets, frames: spansOf(octets) };
}

/** Where the response on a stream lies. */
export function responseIn(
  { frames }: Recording,
  streamId: number,
): Response {
  const own = frames.filter((frame) => frame.streamId === streamId);
  const headers = own.filter(({ type }) => type === FrameType.HEADERS);
  const [first, last] = [headers[0], headers[headers.length - 1]];
  if (headers.length !== 2 || !last.endStream) {
    throw new Error(`Expected two HEADERS frames on stream ${streamId}`);
  }
  return {
    start: first.start,
    headersEnd: first.end,
    messageEnds: own.filter(({ type }) => type === FrameType.DATA)
      .map(({ end }) => end),
    end: last.end,
  };
}

async function pass(
  from: Deno.Conn,
  to: Deno.Conn,
  note: (chunk: Uint8Array) => void,
): Promise<void> {
  const buffer = new Uint8Array(4_096);
  for (;;) {
    const count = await from.read(buffer).catch(() => null);
    if (count === null) return await to.closeWrite().catch(() => {});
    note(buffer.slice(0, count));
    await writeAll(to, buffer.subarray(0, count));
  }
}

function spansOf(octets: Uint8Array): Span[] {
  const view = new DataView(octets.buffer, octets.byteOffset);
  const spans: Span[] = [];
  for (let start = 0; start < octets.length;) {
    const end = start + HEADER + (view.getUint32(start) >>> 8);
    const type = view.getUint8(start + 3);
    spans.push({
      start,
      end,
      type,
      streamId: view.getUint32(start + 5),
      endStream: (view.getUint8(start + 4) & END_STREAM) !== 0,
    });
    start = end;
  }
  return spans;
}
