import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type CallMemory,
  type ConnectionMemory,
  MemoryQuota,
} from "../../src/memory/mod.ts";

const KIB = 1_024;
const LIMITS = { connection: 1_024 * KIB, total: 2_048 * KIB, patience: 100 };
const SHARE = 128 * KIB;

/** A call that notes what it is told. */
class Call {
  readonly memory: CallMemory;
  granted = 0;
  dropped = 0;
  refused: string | undefined;

  constructor(connection: ConnectionMemory, isReceiving = false) {
    this.memory = connection.open({
      refused: (reason) => {
        this.refused = reason;
        this.memory.drop();
      },
    });
    this.memory.isReceiving = isReceiving;
  }

  want(octets: number): boolean {
    return this.memory.want(octets, (isGranted) => {
      if (isGranted) this.granted++;
      else this.dropped++;
    });
  }

  /** Wants, and has in hand what it wanted. */
  take(octets: number): boolean {
    if (!this.want(octets)) return false;
    this.memory.inHand = octets;
    return true;
  }
}

function connection(quota = new MemoryQuota(LIMITS)): ConnectionMemory {
  return quota.connect();
}

Deno.test("What fits is granted at once, what does not waits in line", () => {
  const memory = connection();
  const calls = [1, 2, 3, 4].map(() => new Call(memory));
  assertEquals(calls.map((call) => call.take(400 * KIB)), [
    true,
    true,
    false,
    false,
  ]);
  assertEquals(memory.use, 800 * KIB);
  calls[1].memory.close();
  assertEquals(calls.map(({ granted }) => granted), [0, 0, 1, 0]);
  calls[2].memory.inHand = 100 * KIB;
  assertEquals(calls.map(({ granted }) => granted), [0, 0, 1, 1]);
  for (const call of calls) call.memory.close();
  assertEquals(memory.use, 0);
});

Deno.test("Who came first is first, even if a later one would fit", () => {
  const memory = connection();
  const [held, large, small] = [1, 2, 3].map(() => new Call(memory));
  assert(held.take(700 * KIB));
  assertEquals(large.want(600 * KIB), false);
  assertEquals(small.want(100 * KIB), false);
  held.memory.close();
  assertEquals([large.granted, small.granted], [1, 1]);
});

Deno.test("Small wants pass those that wait, while there is room", () => {
  const memory = connection();
  const [held, large, small] = [1, 2, 3].map(() => new Call(memory));
  assert(held.take(700 * KIB));
  assertEquals(large.want(600 * KIB), false);
  assertEquals(small.want(64 * KIB), true);
});

Deno.test("One message above the whole quota passes while next to nothing else is pinned", () => {
  const memory = connection();
  const [small, huge, other] = [1, 2, 3].map(() => new Call(memory));
  assert(small.take(10 * KIB));
  assertEquals(huge.take(100_000 * KIB), true);
  assertEquals(other.want(70 * KIB), false);
  huge.memory.close();
  assertEquals(other.granted, 1);
});

Deno.test("Calls that hold folded messages and wait to unfold them get their turn, one after the other", () => {
  for (const isTotal of [false, true]) {
    const quota = new MemoryQuota(LIMITS);
    const memories = Array.from({ length: 40 }, () => quota.connect());
    const calls = memories.map((memory) => {
      const call = new Call(isTotal ? memory : memories[0], true);
      call.memory.inHand = 60 * KIB;
      return call;
    });
    // A connection alone has as much pinned as to leave no room for the total.
    for (const call of isTotal ? calls : []) call.memory.inHand = 200 * KIB;
    const done = new Set<Call>();
    for (const call of calls) if (call.want(4_000 * KIB)) call.granted++;
    assert(calls.filter(({ granted }) => granted > 0).length < 5);
    for (let i = 0; i < calls.length; i++) {
      const next = calls.find((each) => each.granted > 0 && !done.has(each));
      assert(next !== undefined, `${i} of ${calls.length}`);
      done.add(next);
      next.memory.close();
    }
    assertEquals([quota.used, quota.pinned], [0, 0]);
  }
});

Deno.test("It waits while something else is held, and passes when that is given back", () => {
  const memory = connection();
  const [held, huge] = [1, 2].map(() => new Call(memory));
  assert(held.take(500 * KIB));
  assertEquals(huge.want(100_000 * KIB), false);
  held.memory.inHand = 0;
  assertEquals(huge.granted, 1);
});

Deno.test("First windows leave a quarter of the limit for messages that are let in", () => {
  const memory = connection();
  memory.window = 64 * KIB;
  const receiving = Array.from({ length: 100 }, () => new Call(memory, true));
  for (const { memory } of receiving) memory.unread(64 * KIB, 0, false);
  assert(memory.use > LIMITS.connection);
  assertEquals(receiving[0].want(200 * KIB), true);
  receiving[0].memory.unread(64 * KIB, 200 * KIB, true);
  assertEquals(receiving[1].want(200 * KIB), false);
  receiving[0].memory.unread(264 * KIB, 0, true);
  assertEquals(receiving[1].granted, 0);
  receiving[0].memory.close();
  assertEquals(receiving[1].granted, 1);
});

Deno.test("The window of the connection has room as far as reserved messages are to come", () => {
  const quota = new MemoryQuota({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
  });
  const attacker = quota.connect();
  const held = new Call(attacker);
  held.memory.unread(2_000 * KIB, 0, false);
  const memory = quota.connect();
  const loose = new Call(memory, true);
  loose.memory.unread(SHARE, 0, false);
  assert(memory.room <= 0);
  const call = new Call(memory, true);
  assertEquals(call.want(500 * KIB), true);
  call.memory.unread(0, 500 * KIB, true);
  memory.credited(64 * KIB);
  assert(attacker.room <= 0);
  held.memory.close();
  assert(memory.room >= 64 * KIB);
});

Deno.test("Each connection has its share, whatever others hold", () => {
  const quota = new MemoryQuota(LIMITS);
  for (let i = 0; i < 4; i++) {
    new Call(quota.connect()).memory.unread(1_000 * KIB, 0, false);
  }
  assert(quota.used > LIMITS.total);
  const honest = quota.connect();
  assertEquals(honest.room, SHARE);
  honest.credited(65_535);
  for (let i = 0; i < 60; i++) {
    const call = new Call(honest);
    assertEquals(call.take(KIB), true);
    assertEquals(call.memory.isCrowded, false);
  }
});

Deno.test("Who waits for the total only goes on when another connection gives back", () => {
  const quota = new MemoryQuota(LIMITS);
  const holders = [1, 2, 3].map(() => new Call(quota.connect()));
  for (const holder of holders.slice(0, 2)) assert(holder.take(1_000 * KIB));
  assertEquals(holders[2].take(600 * KIB), false);
  holders[0].memory.close();
  assertEquals(holders[2].granted, 1);
});

Deno.test("If nothing is given back for so long, the call that frees most ends, of equals the youngest", () => {
  const memory = connection();
  const hung = new Call(memory);
  assert(hung.take(1_000 * KIB));
  const calls = [50, 60, 60, 10].map((size) => {
    const call = new Call(memory, true);
    call.memory.unread(size * KIB, 0, false);
    return call;
  });
  assertEquals(calls.map((call) => call.want(500 * KIB)), [
    false,
    false,
    false,
    false,
  ]);
  assertEquals(memory.deadline(0), 100);
  memory.advance(99);
  assertEquals(calls.map(({ refused }) => refused), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  memory.advance(100);
  assertEquals(calls.map(({ refused }) => refused !== undefined), [
    false,
    false,
    true,
    false,
  ]);
  assertStringIncludes(calls[2].refused ?? "", "memoryQuota.connection");
  assertEquals(calls[2].dropped, 1);
  assertEquals(hung.refused, undefined);
});

Deno.test("In the end all who wait in vain have an answer, and nobody else", () => {
  const memory = connection();
  const hung = new Call(memory);
  assert(hung.take(1_000 * KIB));
  const calls = [1, 2, 3].map(() => new Call(memory, true));
  for (const call of calls) call.want(500 * KIB);
  let now = 0;
  for (let i = 0; i < 10 && memory.deadline(now) < Infinity; i++) {
    now = memory.deadline(now);
    memory.advance(now);
  }
  assertEquals(calls.every(({ refused }) => refused !== undefined), true);
  assertEquals(hung.refused, undefined);
  assertEquals(memory.deadline(now), Infinity);
});

Deno.test("What moves gets time: a reserved message that arrives slowly is not given up", () => {
  const memory = connection();
  const slow = new Call(memory, true);
  assert(slow.want(1_000 * KIB));
  slow.memory.unread(0, 1_000 * KIB, true);
  const waiting = new Call(memory, true);
  assertEquals(waiting.want(500 * KIB), false);
  let now = 0;
  for (let left = 980; left > 0; left -= 20) {
    slow.memory.unread((1_000 - left) * KIB, left * KIB, true);
    assert(memory.deadline(now) > now);
    now += 90;
    memory.advance(now);
  }
  assertEquals([slow.refused, waiting.refused], [undefined, undefined]);
  now = memory.deadline(now);
  memory.advance(now);
  assert(slow.refused !== undefined);
  assertEquals(waiting.granted, 1);
});

Deno.test("Reservations that stand still on another connection give way to who waits for the total", () => {
  const quota = new MemoryQuota(LIMITS);
  const stalled = [1, 2].map(() => {
    const call = new Call(quota.connect(), true);
    assert(call.want(1_000 * KIB));
    call.memory.unread(0, 1_000 * KIB, true);
    return call;
  });
  for (const call of stalled) call.memory.arrived = 0;
  const memory = quota.connect();
  const honest = new Call(memory, true);
  assertEquals(honest.want(900 * KIB), false);
  assertEquals(memory.deadline(0), 100);
  memory.advance(100);
  assertEquals(
    stalled.filter(({ refused }) => refused !== undefined).length,
    1,
  );
  assertEquals([honest.refused, honest.granted], [undefined, 1]);
});

/** Lets time pass until the first of some calls is refused; answers when. */
function firstRefusal(
  memories: readonly ConnectionMemory[],
  calls: readonly Call[],
  meanwhile: (now: number) => void,
): number {
  for (let now = 0; now < 10_000; now += 10) {
    meanwhile(now);
    for (const memory of memories) memory.advance(now);
    if (calls.some(({ refused }) => refused !== undefined)) return now;
  }
  return Infinity;
}

Deno.test("Small calls that come and go are no progress for who waits, on the same connection or on others", () => {
  for (const isElsewhere of [false, true]) {
    const quota = new MemoryQuota(LIMITS);
    const memories = [quota.connect(), quota.connect(), quota.connect()];
    const stalled = memories.slice(0, 2).map((memory) => {
      const call = new Call(memory, true);
      assert(call.want(1_000 * KIB));
      call.memory.unread(0, 1_000 * KIB, true);
      return call;
    });
    const waiting = new Call(memories[isElsewhere ? 2 : 0], true);
    assertEquals(waiting.want(900 * KIB), false);
    const at = firstRefusal(memories, [...stalled, waiting], () => {
      for (const memory of memories) {
        const small = new Call(memory, true);
        small.memory.inHand = 10 * KIB;
        small.memory.close();
      }
    });
    assert(at <= 200, `${at}`);
    assertEquals([waiting.refused, waiting.granted], [undefined, 1]);
  }
});

Deno.test("Where no call can give anything back, the next look is a patience later, and not at once", () => {
  const memory = connection();
  const small = Array.from({ length: 120 }, () => new Call(memory, true));
  for (const { memory } of small) memory.unread(10 * KIB, 0, false);
  const waiting = new Call(memory, true);
  waiting.memory.isWaiting = true;
  assert(memory.use > LIMITS.connection);
  memory.setShort(true);
  assertEquals(memory.deadline(0), 100);
  memory.advance(100);
  assertEquals(memory.deadline(100), 200);
  memory.advance(150);
  assertEquals(memory.deadline(150), 200);
  for (const { memory } of small) memory.close();
  memory.setShort(false);
  assertEquals(memory.deadline(200), Infinity);
});

Deno.test("Reserved messages that drip are no progress", () => {
  const memory = connection();
  const slow = new Call(memory, true);
  assert(slow.want(1_000 * KIB));
  slow.memory.unread(0, 1_000 * KIB, true);
  const waiting = new Call(memory, true);
  assertEquals(waiting.want(500 * KIB), false);
  const at = firstRefusal([memory], [slow, waiting], (now) => {
    slow.memory.unread(now + 1, 1_000 * KIB - now - 1, true);
  });
  assert(at <= 200, `${at}`);
  assertEquals([waiting.refused, waiting.granted], [undefined, 1]);
});

Deno.test("Who waits for the total waits as long as messages of others go on, if slowly", () => {
  const quota = new MemoryQuota(LIMITS);
  const memories = [1, 2, 3].map(() => quota.connect());
  const slow = memories.slice(0, 2).map((memory) => {
    const call = new Call(memory, true);
    assert(call.want(1_000 * KIB));
    return call;
  });
  const waiting = new Call(memories[2], true);
  assertEquals(waiting.want(900 * KIB), false);
  const all = [...slow, waiting];
  const at = firstRefusal(memories, all, (now) => {
    for (const { memory } of slow) {
      const octets = Math.min(1_000, 1 + now / 4) * KIB;
      memory.unread(octets, 1_000 * KIB - octets, true);
    }
  });
  assert(at > 4_000, `${at}`);
});

Deno.test("Calls that have their turn are progress for those behind them", () => {
  const quota = new MemoryQuota(LIMITS);
  const memories = Array.from({ length: 40 }, () => quota.connect());
  const running = memories.slice(0, 2).map((memory) => new Call(memory));
  for (const call of running) assert(call.take(1_000 * KIB));
  const waiting = memories.slice(2).map((memory) => new Call(memory, true));
  for (const call of waiting) assertEquals(call.want(1_000 * KIB), false);
  const at = firstRefusal(memories, waiting, (now) => {
    if (now % 90 > 0) return;
    running.find(({ memory }) => memory.octets > 0)?.memory.close();
    running.push(...waiting.filter(({ granted }) => granted > 0));
  });
  assertEquals(at, Infinity);
  assert(waiting.every(({ granted }) => granted === 1));
});

Deno.test("Handlers wait while too much is to be sent, and not for what others have in hand", () => {
  const memory = connection();
  const busy = new Call(memory);
  assert(busy.take(10_000 * KIB));
  assertEquals(busy.memory.isCrowded, false);
  busy.memory.close();
  const unread = [1, 2, 3].map(() => new Call(memory));
  for (const call of unread) call.memory.queued = 500 * KIB;
  const next = new Call(memory);
  assertEquals(next.memory.isCrowded, true);
  assertEquals(next.want(0), false);
  unread[0].memory.queued = 0;
  assertEquals(next.granted, 1);
});

Deno.test("While too much is to be sent on all connections, those wait that have more than their share of it", () => {
  const quota = new MemoryQuota({ ...LIMITS, connection: 2_048 * KIB });
  const many = Array.from({ length: 9 }, () => connection(quota));
  const unread = many.map((memory) => new Call(memory));
  for (const call of unread) call.memory.queued = SHARE + KIB;
  const next = unread.map((_, at) => new Call(many[at]));
  assertEquals(
    next.map(({ memory }) => memory.isCrowded),
    many.map(() => true),
  );
  assertEquals(next[0].want(0), false);
  assertEquals(new Call(connection(quota)).memory.isCrowded, false);
  unread[0].memory.queued = SHARE;
  assertEquals(next[0].granted, 1);
});

Deno.test("A message counts until the next one has come, makes room for that, and is given back with its call", () => {
  const memory = connection(new MemoryQuota({ ...LIMITS, total: 4_096 * KIB }));
  const calls = [1, 2].map(() => new Call(memory));
  assertEquals(calls.map((call) => call.take(500 * KIB)), [true, true]);
  for (const { memory } of calls) {
    memory.goOn();
    memory.isWaiting = true;
  }
  assertEquals(memory.use, 1_000 * KIB);
  assertEquals(calls[0].want(500 * KIB), true);
  calls[0].memory.inHand = 500 * KIB;
  calls[0].memory.handOver();
  assertEquals(memory.use, 1_000 * KIB);
  const next = new Call(memory);
  assertEquals(next.want(500 * KIB), false);
  assertEquals(memory.deadline(0), LIMITS.patience);
  memory.advance(LIMITS.patience);
  assertEquals(calls.map(({ refused }) => refused === undefined), [
    true,
    false,
  ]);
  assertEquals(next.granted, 1);
  for (const { memory } of [...calls, next]) memory.close();
  assertEquals(memory.use, 0);
});

Deno.test("Header lists of running calls take half of the total, and a share of each connection", () => {
  const quota = new MemoryQuota(LIMITS);
  const [first, second] = [connection(quota), connection(quota)];
  const calls = Array.from({ length: 17 }, () => new Call(first));
  for (const call of calls.slice(0, 16)) {
    assert(first.admitsList(64 * KIB));
    call.memory.base = 64 * KIB;
  }
  assertEquals(first.admitsList(1), false);
  assertEquals(second.admitsList(SHARE), true);
  assertEquals(second.admitsList(SHARE + 1), false);
  calls[0].memory.base = 32 * KIB;
  assertEquals(first.admitsList(32 * KIB), true);
  assertEquals(first.admitsList(32 * KIB + 1), false);
  for (const call of calls) call.memory.close();
  assertEquals(first.admitsList(1_024 * KIB), true);
  assertEquals(quota.used, 0);
});

Deno.test("A connection that was denied credit is told when there is room", () => {
  const memory = connection();
  let told = 0;
  memory.owner = { schedule: () => told++ };
  const call = new Call(memory, true);
  call.memory.unread(3_000 * KIB, 0, false);
  assert(memory.room <= 0);
  memory.setShort(true);
  call.memory.unread(2_990 * KIB, 0, false);
  assertEquals(told, 0);
  call.memory.unread(0, 0, false);
  assert(told > 0);
});

Deno.test("A connection whose streams could send more than the limit is held to it", () => {
  const memory = connection(new MemoryQuota({ ...LIMITS, total: Infinity }));
  const calls = Array.from({ length: 17 }, () => new Call(memory, true));
  assert(memory.room > 0);
  calls[0].memory.unread(1_400 * KIB, 0, false);
  assert(memory.room <= 0);
  for (const call of calls.slice(1)) call.memory.isReceiving = false;
  assertEquals(memory.room, Infinity);
});

Deno.test("A connection without credit is no reason to end a call, as long as nobody waits for a message", () => {
  const memory = connection();
  const call = new Call(memory, true);
  call.memory.unread(2_000 * KIB, 0, false);
  memory.setShort(true);
  assertEquals(memory.deadline(0), Infinity);
  const waiting = new Call(memory, true);
  waiting.memory.isWaiting = true;
  assertEquals(memory.deadline(50), 150);
  memory.advance(150);
  assert(call.refused !== undefined);
  assertEquals(waiting.refused, undefined);
});

Deno.test("A call that leaves waits no longer, and is told so once", () => {
  const memory = connection();
  const [held, first, second] = [1, 2, 3].map(() => new Call(memory));
  assert(held.take(1_000 * KIB));
  first.want(900 * KIB);
  second.want(10 * KIB * KIB);
  first.memory.drop();
  first.memory.drop();
  assertEquals([first.dropped, first.granted], [1, 0]);
  held.memory.close();
  assertEquals(second.granted, 1);
  assertEquals(first.granted, 0);
});

Deno.test("A call that is closed goes on if it waits, and nothing is counted for it any more", () => {
  const memory = connection();
  const [held, closed] = [new Call(memory), new Call(memory, true)];
  assert(held.take(1_000 * KIB));
  assertEquals(closed.want(900 * KIB), false);
  closed.memory.close();
  assertEquals([closed.granted, closed.dropped], [1, 0]);

  closed.memory.unread(10 * KIB, 10 * KIB, true);
  closed.memory.inHand = 10 * KIB;
  closed.memory.queued = 10 * KIB;
  closed.memory.base = 10 * KIB;
  closed.memory.isReceiving = closed.memory.isWaiting = true;
  assertEquals(closed.want(9_000 * KIB), true);
  assertEquals([closed.memory.octets, memory.use], [0, 1_000 * KIB]);
  held.memory.close();
  assertEquals([memory.use, memory.isUnderPressure], [0, false]);
});

Deno.test("Room that ends of requests and of windows make is room for who waits", () => {
  for (const makes of ["ends of requests", "smaller windows"]) {
    const memory = connection();
    memory.divide(16);
    const others = makes === "smaller windows"
      ? []
      : Array.from({ length: 15 }, () => new Call(memory, true));
    if (makes === "smaller windows") memory.grown = 900 * KIB;
    const [held, waiting] = [new Call(memory), new Call(memory)];
    assert(held.take(200 * KIB));
    assertEquals(waiting.want(200 * KIB), false);
    for (const each of others) each.memory.isReceiving = false;
    memory.grown = 0;
    assertEquals(waiting.granted, 1, makes);
  }
});

Deno.test("Who begins to wait outside of a turn sees to it that the deadline is looked at", () => {
  const memory = connection();
  let told = 0;
  memory.owner = { schedule: () => told++ };
  const [held, waiting] = [new Call(memory), new Call(memory)];
  assert(held.take(1_000 * KIB));
  assertEquals(told, 0);
  assertEquals(waiting.want(900 * KIB), false);
  assertEquals([told, memory.deadline(7)], [1, 107]);

  waiting.memory.drop();
  memory.setShort(true);
  assertEquals(memory.deadline(7), Infinity);
  const before = told;
  waiting.memory.isWaiting = true;
  assertEquals([told - before, memory.deadline(9)], [1, 109]);
});

Deno.test("Responses that leave slowly do not end those that wait for them", () => {
  const memory = connection();
  const [sending, waiting] = [new Call(memory), new Call(memory)];
  sending.memory.queued = 2_000 * KIB;
  assertEquals(waiting.want(0), false);
  for (let now = 0; now < 1_000; now += 90) {
    assertEquals(memory.deadline(now), now + 100);
    memory.sent();
    memory.advance(now + 90);
  }
  assertEquals(waiting.refused, undefined);
  memory.advance(2_000);
  memory.advance(2_100);
  assert(waiting.refused !== undefined);
});

Deno.test("When a connection ends, what it had promised is free, and its calls hold what they have", () => {
  const quota = new MemoryQuota(LIMITS);
  const memory = quota.connect();
  memory.credited(500 * KIB);
  const call = new Call(memory);
  assert(call.take(300 * KIB));
  assertEquals(quota.used, 800 * KIB - SHARE);
  memory.close();
  memory.close();
  assertEquals(memory.use, 300 * KIB);
  assertEquals(call.want(5_000 * KIB), true);
  call.memory.close();
  assertEquals([memory.use, quota.used, quota.pinned], [0, 0, 0]);
});

Deno.test("Nothing is limited by Infinity", () => {
  const quota = new MemoryQuota({ connection: Infinity, total: Infinity });
  const memory = quota.connect();
  for (let i = 0; i < 100; i++) {
    assertEquals(new Call(memory).take(2 ** 40), true);
  }
  assertEquals(memory.room, Infinity);
});

Deno.test("First windows are so small that as many streams as may be open fit in", () => {
  const divided = (connection: number, streams: number) =>
    new MemoryQuota({ connection }).connect().divide(streams);
  assertEquals(divided(64 * KIB * KIB, 1_000), 65_535);
  assertEquals(divided(64 * KIB * KIB, Infinity), 65_535);
  assertEquals(divided(64 * KIB * KIB, 0), 65_535);
  assertEquals(divided(64 * KIB * KIB, 10_000), 6_710);
  assertEquals(divided(64 * KIB, 1_000), 1_024);
  assertEquals(divided(Infinity, 1_000_000), 65_535);
});

Deno.test("Who is to collect garbage hears when most of much was given back, and at its end", () => {
  const quota = new MemoryQuota();
  const used: number[] = [];
  quota.onQuiet = () => used.push(Math.ceil(quota.used / KIB / KIB));
  const call = new Call(quota.connect());
  for (let j = 1; j <= 40; j++) call.memory.inHand = j * KIB * KIB;
  assertEquals(used, []);
  for (let j = 39; j >= 0; j--) call.memory.inHand = j * KIB * KIB;
  assertEquals(used, [10, 0]);
  call.memory.inHand = 10 * KIB * KIB;
  call.memory.inHand = 0;
  assertEquals(used, [10, 0]);
});
