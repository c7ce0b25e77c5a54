import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { Clock } from "../../src/runtime/mod.ts";
import { clientParameters, Session } from "../../src/session/mod.ts";
import type { Socket } from "../../src/transport/mod.ts";
import {
  SocketWriter,
  type WriteSource,
} from "../../src/transport/socket_writer.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";

/** Has something to write, and is told when it has its writer no more. */
class Source implements WriteSource {
  readonly session = new Session(clientParameters(), 0);
  readonly gathers = false;
  readonly socket: Socket;
  readonly written: number[] = [];
  readonly failures: unknown[] = [];
  done = 0;
  #more: Uint8Array<ArrayBuffer>[];

  /** Each write takes so many octets, or fails. */
  constructor(takes: (number | Error)[], more: Uint8Array<ArrayBuffer>[] = []) {
    this.#more = more;
    this.socket = {
      read: () => new Promise(() => {}),
      write: ({ length }) => {
        this.written.push(length);
        const taken = takes.shift() ?? length;
        return typeof taken === "number"
          ? Promise.resolve(taken)
          : Promise.reject(taken);
      },
      close: () => {},
    };
  }

  takeMore(): Uint8Array<ArrayBuffer> {
    return this.#more.shift() ?? new Uint8Array();
  }

  noteProgress(): void {}
  schedule(): void {}

  writerDone(): void {
    this.done++;
  }

  writeFailed(error: unknown): void {
    this.failures.push(error);
  }
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Writes four octets with a writer that is lent for it. */
async function write(clock: Clock, source: Source): Promise<SocketWriter> {
  const writer = SocketWriter.lent(clock);
  writer.start(source, new Uint8Array(4));
  await microtasks();
  return writer;
}

Deno.test("a writer is given back when all is written, and lent to who writes next", async () => {
  const clock = new VirtualClock();
  const first = new Source([], [new Uint8Array(2)]);
  const writer = await write(clock, first);
  assertEquals([first.written, first.done], [[4, 2], 1]);
  const second = new Source([]);
  assertStrictEquals(await write(clock, second), writer);
  assertEquals([first.written, second.written], [[4, 2], [4]]);
});

Deno.test("two who write at a time have a writer each", async () => {
  const clock = new VirtualClock();
  const [one, other] = [SocketWriter.lent(clock), SocketWriter.lent(clock)];
  const [first, second] = [new Source([]), new Source([])];
  one.start(first, new Uint8Array(4));
  other.start(second, new Uint8Array(5));
  await microtasks();
  assertEquals([first.written, second.written], [[4], [5]]);
  assertEquals([first.done, second.done], [1, 1]);
});

Deno.test("a writer is kept while the socket takes less than all, and for good when that fails", async () => {
  const clock = new VirtualClock();
  const slow = new Source([3]);
  const writer = await write(clock, slow);
  assertEquals([slow.written, slow.done], [[4, 1], 1]);
  const slower = new Source([4, 1], [new Uint8Array(2)]);
  const its = await write(clock, slower);
  assertStrictEquals(its, writer);
  assertEquals([slower.written, slower.done], [[4, 2, 1], 1]);
  const last = new Source([new Error("gone")]);
  assertStrictEquals(await write(clock, last), writer);
  assert(SocketWriter.lent(clock) !== writer, "what failed is not lent again");
  clock.tick(100);
  await microtasks();
  assertEquals([last.done, last.failures.length], [0, 1]);
});

Deno.test("a writer whose writes a timer looks at is given back when that has fired", async () => {
  const clock = new VirtualClock();
  const busy = new Source([]);
  busy.session.observed = true;
  const writer = SocketWriter.lent(clock);
  writer.start(busy, new Uint8Array(4));
  writer.watch();
  await microtasks();
  assertEquals([busy.done, clock.pending, writer.isWriting], [0, 1, false]);
  const another = await write(clock, new Source([]));
  assert(another !== writer);
  clock.tick(50);
  assertEquals([busy.done, clock.pending], [1, 0]);
  assertStrictEquals(SocketWriter.lent(clock), writer);
  assertEquals(busy.session.takeEvents(), []);
});

Deno.test("a writer that waited for room for long is given back when all is written", async () => {
  const clock = new VirtualClock();
  const slow = new Source([]);
  const { promise, resolve } = Promise.withResolvers<number>();
  slow.socket.write = () => promise;
  slow.session.observed = true;
  const writer = SocketWriter.lent(clock);
  writer.start(slow, new Uint8Array(4));
  writer.watch();
  clock.tick(50);
  resolve(4);
  await microtasks();
  assertEquals([writer.isWriting, clock.pending], [false, 0]);
  assertEquals(slow.done, 1);
  assertStrictEquals(SocketWriter.lent(clock), writer);
  assertEquals(slow.session.takeEvents().map(({ type }) => type), [
    "write-stalled",
    "write-resumed",
  ]);
});

Deno.test("who closes leaves no timer behind", async () => {
  const clock = new VirtualClock();
  const busy = new Source([]);
  busy.session.observed = true;
  const writer = SocketWriter.lent(clock);
  writer.start(busy, new Uint8Array(4));
  writer.watch();
  await microtasks();
  writer.unwatch();
  assertEquals([busy.done, clock.pending], [0, 0]);
});
