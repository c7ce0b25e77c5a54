/**
 * What arrives on a stream, from DATA to whoever reads: cut into messages, and
 * taken one by one or by the batch.
 *
 * ```sh
 * deno bench tests/bench/messages_bench.ts
 * ```
 *
 * @module
 */
import { MessageIterator } from "../../src/grpc/mod.ts";
import { frameMessage, join } from "../../src/grpc/messages/framing.ts";
import { MessageReader } from "../../src/grpc/messages/reader.ts";
import { encodeData, FrameReader, FrameWriter } from "../../src/frames/mod.ts";

/** Octets of DATA of each run, in frames of the usual size. */
const OCTETS = 1_048_576;
const FRAME = 16_384;

/** Messages of so many octets, one behind the other, as DATA. */
function dataOf(size: number): Uint8Array[] {
  const message = join(frameMessage(new Uint8Array(size), false));
  const count = Math.floor(OCTETS / message.length);
  const octets = new Uint8Array(count * message.length);
  for (let i = 0; i < count; i++) octets.set(message, i * message.length);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += FRAME) {
    frames.push(octets.subarray(at, at + FRAME));
  }
  return frames;
}

/** Reads them; answers with their octets. */
async function read(
  frames: readonly Uint8Array[],
  isBatched: boolean,
): Promise<number> {
  const reader = new MessageReader(OCTETS);
  let next = 0;
  const messages = new MessageIterator({
    take: () => reader.takePlain(),
    next() {
      while (reader.messages === 0 && next < frames.length) {
        reader.push(frames[next++]);
      }
      return Promise.resolve(reader.takePlain());
    },
    read: (payload) => payload.length,
  });
  let octets = 0;
  if (isBatched) {
    for await (const batch of messages.batches()) {
      for (const length of batch) octets += length;
    }
  } else {
    for await (const length of messages) octets += length;
  }
  return octets;
}

for (const size of [32, 1_024, 65_536]) {
  const frames = dataOf(size);
  const group = `1 MiB of messages of ${size} octets`;
  Deno.bench("one by one", { group, baseline: true }, async () => {
    await read(frames, false);
  });
  Deno.bench("by the batch", { group }, async () => {
    await read(frames, true);
  });
}

const writer = new FrameWriter();
for (let i = 0; i < 64; i++) {
  encodeData(writer, 1, new Uint8Array(FRAME), false);
}
const whole = writer.take();

/** Cuts what is read, so many octets at a time, into frames. */
function cut(count: number): void {
  const reader = new FrameReader();
  for (let at = 0; at < whole.length; at += count) {
    reader.feed(whole.subarray(at, at + count));
    while (reader.next() !== undefined);
  }
}

for (const count of [whole.length, 65_536, 10_000]) {
  Deno.bench(`in reads of ${count} octets`, {
    group: "64 frames of 16 KiB",
  }, () => cut(count));
}
