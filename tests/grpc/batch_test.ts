import { assert, assertEquals } from "@std/assert";
import { Batch, encodeTimeout } from "../../src/grpc/mod.ts";
import { acceptCalls } from "../../src/server/calls/accept_call.ts";
import type { StreamConsumer } from "../../src/transport/mod.ts";
import { concat } from "../harness/octets.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { rawMethod } from "./support/played_call.ts";
import { messagesIn } from "./support/take_all.ts";
import { Timers } from "./support/timers.ts";
import { TransportPair } from "./support/transport_pair.ts";

const DOWN = rawMethod("Down", false, true);

/** A pair whose server answers with the responses of a handler. */
async function pairWith(
  handler: () => Iterable<unknown> | AsyncIterable<unknown>,
): Promise<TransportPair> {
  const pair = new TransportPair({
    onStream: acceptCalls({
      maxReceiveLength: 10_000,
      maxHandlers: 100,
      compression: "identity",
      find: () => ({ method: DOWN as never, handler }),
      handlers: { enter: () => ({ leave: () => {} }) },
    }),
  });
  await pair.settle();
  return pair;
}

/** What comes of a call of the pair, frame by frame. */
class Frames implements StreamConsumer {
  readonly data: Uint8Array[] = [];
  trailers = 0;

  onHeaders(_fields: unknown, endStream: boolean): void {
    if (endStream) this.trailers++;
  }
  onData(data: Uint8Array): void {
    this.data.push(data.slice());
  }
  onWritable(): void {}
  onReset(): void {}
  onClosed(): void {}

  /** Makes the call. */
  static async of(pair: TransportPair): Promise<Frames> {
    const frames = new Frames();
    const stream = pair.client.openStream(
      [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", DOWN.path],
        ["te", "trailers"],
        ["content-type", "application/grpc"],
        ["grpc-timeout", encodeTimeout(1_000)],
      ],
      false,
      frames,
    );
    stream.sendData(new Uint8Array(5), true);
    await pair.settle();
    return frames;
  }

  /** The first octets of the messages. */
  get messages(): number[] {
    return messagesIn(concat(...this.data)).map(({ payload }) => payload[0]);
  }
}

/** Messages of 32 octets, numbered. */
function numbered(count: number): Uint8Array[] {
  return Array.from(
    { length: count },
    (_, index) => new Uint8Array(32).fill(index),
  );
}

Deno.test("A thousand responses that lie in an array take three frames and a write each, in order", async () => {
  const timers = new Timers();
  const responses = numbered(1_000);
  const pair = await pairWith(() => responses);
  const before = pair.ends[1].writes;
  const frames = await Frames.of(pair);
  assertEquals(frames.messages, responses.map(([first]) => first));
  assertEquals(frames.trailers, 1);
  const writes = pair.ends[1].writes - before;
  assert(frames.data.length <= 4, `${frames.data.length} DATA frames`);
  assert(writes <= 6, `${writes} writes`);
  await pair.close(timers);
});

Deno.test("So do those of a generator, and promises among them are waited for", async () => {
  const timers = new Timers();
  const responses = numbered(1_000);
  const pair = await pairWith(function* () {
    for (const [index, response] of responses.entries()) {
      yield index === 500 ? Promise.resolve(response) : response;
    }
  });
  const frames = await Frames.of(pair);
  assertEquals(frames.messages, responses.map(([first]) => first));
  assert(frames.data.length <= 5, `${frames.data.length} DATA frames`);
  await pair.close(timers);
});

Deno.test("So do those of an async generator that has them at hand, also through another", async () => {
  const timers = new Timers();
  const responses = numbered(1_000);
  async function* own() {
    for await (const response of responses) yield response;
  }
  async function* passedOn() {
    for await (const response of own()) yield response;
  }
  for (const handler of [own, passedOn]) {
    const pair = await pairWith(handler);
    const before = pair.ends[1].writes;
    const frames = await Frames.of(pair);
    assertEquals(frames.messages, responses.map(([first]) => first));
    const writes = pair.ends[1].writes - before;
    assert(frames.data.length <= 5, `${frames.data.length} DATA frames`);
    assert(writes <= 7, `${writes} writes`);
    await pair.close(timers);
  }
});

Deno.test("An async generator that waits has what it made before sent meanwhile", async () => {
  const timers = new Timers();
  const { promise, resolve } = Promise.withResolvers<void>();
  const pair = await pairWith(async function* () {
    yield* numbered(3);
    await promise;
    yield* numbered(2);
  });
  const frames = await Frames.of(pair);
  // The headers leave at once, and what is there by then with them.
  assertEquals([frames.messages, frames.data.length], [[0, 1, 2], 2]);
  resolve();
  await pair.settle();
  assertEquals([frames.messages.length, frames.data.length], [5, 3]);
  await pair.close(timers);
});

Deno.test("A generator that ends early, or throws, has its iterator returned, and what it gave before arrives", async () => {
  const timers = new Timers();
  let isReturned = false;
  const pair = await pairWith(function* () {
    try {
      yield* numbered(10);
      throw new Error("no more");
    } finally {
      isReturned = true;
    }
  });
  const frames = await Frames.of(pair);
  assertEquals(frames.messages, numbered(10).map(([first]) => first));
  assertEquals([isReturned, frames.trailers], [true, 1]);
  await pair.close(timers);
});

Deno.test("A batch ends after 512 messages, however fast they are", () => {
  const batch = new Batch(new VirtualClock());
  for (let round = 0; round < 3; round++) {
    let messages = 1;
    while (!batch.add()) messages++;
    assertEquals(messages, 512);
    batch.renew();
  }
});

Deno.test("Who takes a millisecond for each message has each sent by itself", () => {
  let now = 0;
  const batch = new Batch({ now: () => now++ } as never);
  for (let round = 0; round < 10; round++) {
    assertEquals(batch.add(), true);
    batch.renew();
  }
});

Deno.test("No message waits for longer than twice what the batch had taken, and the slice", () => {
  let now = 0;
  const batch = new Batch({ now: () => now } as never);
  // Fast ones at first, and then slow ones.
  let messages = 1;
  for (; !batch.add(); messages++) now += messages < 100 ? 0.001 : 0.1;
  assert(messages <= 128, `${messages} messages`);
});
