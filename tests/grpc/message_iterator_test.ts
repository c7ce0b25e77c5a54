import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageIterator } from "../../src/grpc/mod.ts";
import { octets } from "../harness/octets.ts";

/** A source of what is pushed. */
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
  read(payload: Uint8Array): number {
    if (payload[0] === 0xff) throw new RangeError("unreadable");
    return payload[0];
  }
  interrupt(): void {
    this.log.push("interrupt");
    this.settle(undefined);
  }
  stopped(): void {
    this.log.push("stopped");
  }
  settle(payload: Uint8Array | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(payload);
  }
  fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

Deno.test("What is at hand is there after one microtask", async () => {
  const source = new Source();
  source.atHand.push(octets("01"), octets("02"));
  const messages = new MessageIterator(source);
  for (const wanted of [1, 2]) {
    let value: number | undefined;
    messages.next().then((result) => value = result.value as number);
    await undefined;
    assertEquals(value, wanted);
  }
});

Deno.test("Who asks several times at once is answered in order, up to the end", async () => {
  const source = new Source();
  const messages = new MessageIterator(source);
  const asked = [messages.next(), messages.next(), messages.next()];
  source.atHand.push(octets("09"));
  for (const payload of [octets("01"), octets("02"), undefined]) {
    source.settle(payload);
    for (let i = 0; i < 10; i++) await undefined;
  }
  assertEquals(
    (await Promise.all(asked)).map(({ value, done }) => [value, done]),
    [[1, false], [2, false], [undefined, true]],
  );
  assertEquals((await messages.next()).done, true);
  assertEquals(source.log, ["stopped"]);
});

Deno.test("An error is told once, and is the end: of reading, and of decoding", async () => {
  for (const isAtHand of [true, false]) {
    const source = new Source();
    const messages = new MessageIterator(source);
    if (isAtHand) source.atHand.push(octets("ff"));
    const asked = messages.next();
    if (!isAtHand) source.settle(octets("ff"));
    await assertRejects(() => asked, RangeError, "unreadable");
    assertEquals((await messages.next()).done, true);
    assertEquals(source.log, ["stopped"]);
  }
  const source = new Source();
  const messages = new MessageIterator(source);
  const asked = messages.next();
  source.fail(new TypeError("broken"));
  await assertRejects(() => asked, TypeError, "broken");
  assertEquals((await messages.next()).done, true);
});

Deno.test("A loop that is left interrupts at once, also while a message is waited for", async () => {
  const source = new Source();
  source.atHand.push(octets("01"));
  const messages = new MessageIterator(source);
  for await (const message of messages) {
    assertEquals(message, 1);
    break;
  }
  assertEquals(source.log, ["interrupt", "stopped"]);
  const another = new Source();
  const waiting = new MessageIterator(another);
  const asked = waiting.next();
  const left = waiting.return();
  assertEquals((await asked).done, true);
  assertEquals((await left).done, true);
  assertEquals(another.log, ["interrupt", "stopped"]);
});

Deno.test("An error that is thrown into it is the end", async () => {
  const source = new Source();
  const messages = new MessageIterator(source);
  await assertRejects(() => messages.throw(new RangeError("x")), RangeError);
  source.atHand.push(octets("01"));
  assertEquals((await messages.next()).done, true);
  assert(source.log.includes("stopped"));
});
