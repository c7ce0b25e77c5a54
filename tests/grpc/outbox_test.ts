import { assert, assertEquals, assertFalse } from "@std/assert";
import { decompress, Outbox } from "../../src/grpc/mod.ts";
import type { DataSource } from "../../src/transport/mod.ts";
import { octets } from "../harness/octets.ts";
import { FakeStream } from "./support/fake_stream.ts";
import { messagesIn } from "./support/take_all.ts";

/** Whether a promise has settled once all microtasks have run. */
async function isSettled(
  promise: Promise<unknown> | undefined,
): Promise<boolean> {
  let settled = false;
  const settle = () => settled = true;
  Promise.resolve(promise).then(settle, settle);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return settled;
}

Deno.test("A message that goes out at once may end the stream", () => {
  const fake = new FakeStream();
  new Outbox(fake.stream, "identity").sendNow(octets("aa"), true);
  assertEquals(fake.sent, [{
    data: octets("00 00000001 aa"),
    endStream: true,
  }]);
});

Deno.test("Of a message in two pieces, the second ends the stream", () => {
  const fake = new FakeStream();
  new Outbox(fake.stream, "identity").sendNow(new Uint8Array(10_000), true);
  assertEquals(
    fake.sent.map(({ data, endStream }) => [data.length, endStream]),
    [[5, false], [10_000, true]],
  );
});

Deno.test("The next message may follow while less than a window waits", async () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  await outbox.send(new Uint8Array(65_530));
  assert(outbox.isReady);
  const second = outbox.send(new Uint8Array(0));
  assertFalse(outbox.isReady);
  assertFalse(await isSettled(second));
  fake.queuedOctets = 0;
  outbox.onWritable();
  await second;
  assert(outbox.isReady);
});

Deno.test("A short message that would go beyond a window waits until less does", async () => {
  for (const length of [32, 1_024, 4_096]) {
    const fake = new FakeStream();
    const outbox = new Outbox(fake.stream, "identity");
    let sending: Promise<void> | undefined;
    while (sending === undefined) sending = outbox.send(new Uint8Array(length));
    const waits = fake.queuedOctets;
    assert(waits <= 65_536 && waits > 65_536 - 2 * (length + 5), `${waits}`);
    fake.queuedOctets -= length + 5;
    outbox.onWritable();
    await sending;
  }
});

Deno.test("A message larger than the window goes on the way, and the next one waits", async () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  const sending = outbox.send(new Uint8Array(1_000_000));
  assertEquals(fake.queuedOctets, 1_000_005);
  assertFalse(await isSettled(sending));
  fake.queuedOctets = 65_536;
  outbox.onWritable();
  assertFalse(await isSettled(sending));
  fake.queuedOctets = 65_535;
  outbox.onWritable();
  await sending;
});

/** Sends small messages behind one that waits; answers with their copies. */
function sendSmall(fake: FakeStream, outbox: Outbox, octet: number) {
  outbox.send(new Uint8Array(4_097));
  fake.sent.splice(0);
  for (let i = 0; i < 3; i++) outbox.send(new Uint8Array(8).fill(octet));
  return fake.sent.splice(0).map(({ data }) => data);
}

Deno.test("Small messages take a buffer of their stream only where so much waits that it holds four times of it", () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  const buffers = new Set<ArrayBufferLike>();
  while (fake.queuedOctets < 8_192) {
    const before = fake.queuedOctets;
    outbox.send(new Uint8Array(50));
    const { buffer } = fake.sent[fake.sent.length - 1].data;
    if (buffer.byteLength <= 8_192) continue;
    buffers.add(buffer);
    assert(before >= buffer.byteLength / 4);
  }
  assertEquals(buffers.size, 1);
});

Deno.test("Copies of messages are written over once all of them have been sent, and not before", () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  const first = sendSmall(fake, outbox, 1);
  outbox.onWritable();
  sendSmall(fake, outbox, 2);
  for (const copy of first) assertEquals(copy[5], 1);
  fake.queuedOctets = 0;
  outbox.onWritable();
  sendSmall(fake, outbox, 3);
  for (const copy of first) assertEquals(copy[5], 3);
});

Deno.test("What waits when a call ends is sent as it was", () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  const copies = sendSmall(fake, outbox, 1);
  outbox.close();
  fake.queuedOctets = 0;
  outbox.onWritable();
  const next = new Outbox(fake.stream, "identity");
  for (let octet = 2; octet < 9; octet++) sendSmall(fake, next, octet);
  for (const copy of copies) assertEquals(copy[5], 1);
});

Deno.test("When the stream ends, nobody waits any more", async () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  const sending = outbox.send(new Uint8Array(1_000_000));
  outbox.close();
  await sending;
  await outbox.send(new Uint8Array(1_000_000));
});

Deno.test("With gzip, messages are compressed and marked so", async () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "gzip");
  assertFalse(outbox.isReady);
  const payload = new Uint8Array(100_000).fill(1);
  await outbox.send(payload);
  const [message] = messagesIn(fake.octets);
  assert(message.compressed);
  assertEquals(await decompress(message, "gzip", 100_000), payload);
});

Deno.test("Short messages behind others cost their stream what one does", () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  outbox.send(new Uint8Array(4_097));
  fake.sent.splice(0);
  const offered: DataSource[] = [];
  fake.offer = (source) => void offered.push(source);
  for (let i = 0; i < 100; i++) outbox.send(octets("aabb"));
  assertEquals([fake.sent.length, outbox.offeredOctets], [0, 700]);
  assertEquals(new Set(offered).size, 1);
  assertEquals(outbox.takeOffered().length, 700);
  assertEquals(outbox.takeOffered().length, 0);
});

Deno.test("More short messages at hand than a buffer holds are all sent, in order", () => {
  const fake = new FakeStream();
  const outbox = new Outbox(fake.stream, "identity");
  fake.offer = () => {};
  fake.flush = () => fake.sendData(outbox.takeOffered(), false);
  const lengths = Array.from({ length: 60 }, (_, i) => 1_000 - i);
  for (const length of lengths) outbox.sendNow(new Uint8Array(length), false);
  outbox.close();
  assertEquals(
    messagesIn(fake.octets).map(({ payload }) => payload.length),
    lengths,
  );
});

Deno.test("What waits is looked at now and then, not for each message", () => {
  const fake = new FakeStream();
  let looks = 0;
  let waits = 0;
  Object.defineProperty(fake, "queuedOctets", {
    get: () => {
      looks++;
      return waits;
    },
  });
  fake.sendData = (data) => void (waits += data.length);
  fake.offer = (source) => void (waits += source.takeOffered().length);
  const outbox = new Outbox(fake.stream, "identity");
  for (let i = 0; i < 1_000; i++) outbox.send(new Uint8Array(32));
  assert(waits === 37_000 && looks <= 20, `${waits} octets, ${looks} looks`);
});
