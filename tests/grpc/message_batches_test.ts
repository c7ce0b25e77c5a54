import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MessageIterator } from "../../src/grpc/mod.ts";

/** A source of numbers, of which 255 cannot be decoded. */
class Source {
  readonly atHand: Uint8Array[] = [];
  readonly log: string[] = [];
  #waiting: PromiseWithResolvers<Uint8Array | undefined> | undefined;

  take(): Uint8Array | undefined {
    return this.atHand.shift();
  }
  next(): Promise<Uint8Array | undefined> {
    assertEquals(this.#waiting, undefined, "one asks at a time");
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }
  read([number]: Uint8Array): number {
    if (number === 255) throw new RangeError("unreadable");
    return number;
  }
  interrupt(): void {
    this.log.push("interrupt");
    this.settle(undefined);
  }
  stopped(): void {
    this.log.push("stopped");
  }
  add(...numbers: number[]): void {
    this.atHand.push(...numbers.map((number) => Uint8Array.of(number)));
  }
  settle(number: number | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(number === undefined ? undefined : Uint8Array.of(number));
  }
  fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

Deno.test("A batch has what is at hand, in order, and waits for one message only", async () => {
  const source = new Source();
  const batches = new MessageIterator(source).batches();
  source.add(1, 2, 3);
  assertEquals((await batches.next()).value, [1, 2, 3]);
  const fourth = batches.next();
  source.add(5, 6);
  source.settle(4);
  assertEquals((await fourth).value, [4, 5, 6]);
  const alone = batches.next();
  source.settle(7);
  assertEquals((await alone).value, [7]);
  const end = batches.next();
  source.settle(undefined);
  assertEquals(await end, { done: true, value: undefined });
  assertEquals(source.log, ["stopped"]);
});

Deno.test("A batch has 512 messages at the most", async () => {
  const source = new Source();
  source.add(...Array<number>(1_300).fill(1));
  const batches = new MessageIterator(source).batches();
  const lengths: number[] = [];
  for (let i = 0; i < 3; i++) {
    lengths.push((await batches.next()).value!.length);
  }
  assertEquals(lengths, [512, 512, 276]);
});

Deno.test("A batch ends with 16 KiB, and has one large message", async () => {
  const source = new Source();
  for (let i = 0; i < 40; i++) source.atHand.push(new Uint8Array(1_000));
  source.atHand.push(new Uint8Array(100_000), new Uint8Array(1));
  const lengths: number[] = [];
  const batches = new MessageIterator(source).batches();
  for (let left = 42; left > 0; left -= lengths.at(-1)!) {
    lengths.push((await batches.next()).value!.length);
  }
  assertEquals(lengths, [17, 17, 7, 1]);
});

Deno.test("A message that cannot be decoded comes as an error, after those before it", async () => {
  for (const numbers of [[1, 2, 255, 4], [255, 4]]) {
    const source = new Source();
    source.add(...numbers);
    const batches = new MessageIterator(source).batches();
    if (numbers[0] === 1) assertEquals((await batches.next()).value, [1, 2]);
    await assertRejects(() => batches.next(), RangeError, "unreadable");
    assertEquals(source.log, ["stopped"]);
    assertEquals((await batches.next()).done, true);
  }
});

Deno.test("The error of a call comes after the messages before it", async () => {
  const source = new Source();
  source.add(1);
  const batches = new MessageIterator(source).batches();
  assertEquals((await batches.next()).value, [1]);
  const failed = batches.next();
  source.fail(new Error("cancelled"));
  await assertRejects(() => failed, Error, "cancelled");
  assertEquals((await batches.next()).done, true);
});

Deno.test("Who has read some messages one by one goes on by the batch, and not back", async () => {
  const source = new Source();
  source.add(1, 2, 3);
  const messages = new MessageIterator(source);
  assertEquals((await messages.next()).value, 1);
  const batches = messages.batches();
  assert(messages.batches() === batches);
  await assertRejects(() => messages.next(), TypeError, "by the batch");
  assertEquals((await batches.next()).value, [2, 3]);
  assertEquals(source.log, []);
});

Deno.test("While a message is being waited for there are no batches", async () => {
  const source = new Source();
  const messages = new MessageIterator(source);
  const first = messages.next();
  assertThrows(() => messages.batches(), TypeError, "being waited for");
  source.settle(1);
  assertEquals((await first).value, 1);
  source.add(2);
  assertEquals((await messages.batches().next()).value, [2]);
});

Deno.test("Who stops reading stops it at once, by the batch or all of the stream", async () => {
  for (const what of ["batches", "messages"] as const) {
    const source = new Source();
    const messages = new MessageIterator(source);
    const batches = messages.batches();
    const pending = batches.next();
    await { batches, messages }[what].return(undefined);
    assertEquals((await pending).done, true);
    assertEquals((await batches.next()).done, true);
    assertEquals(source.log, ["interrupt", "stopped"]);
  }
});

Deno.test("Of a stream that is over there are no batches", async () => {
  const source = new Source();
  const messages = new MessageIterator(source);
  await messages.return();
  assertEquals((await messages.batches().next()).done, true);
});
