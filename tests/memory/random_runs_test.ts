import { assert, assertEquals } from "@std/assert";
import {
  type CallMemory,
  type ConnectionMemory,
  MemoryQuota,
} from "../../src/memory/mod.ts";
import { type Random, withSeed } from "../harness/seed.ts";

const KIB = 1_024;
const RUNS = 3_000;

/** A call that does with its memory whatever a call may do. */
class Call {
  readonly memory: CallMemory;
  readonly connection: ConnectionMemory;
  wants = 0;
  isRefused = false;

  constructor(connection: ConnectionMemory) {
    this.connection = connection;
    this.memory = connection.open({
      refused: () => {
        this.isRefused = true;
        this.close();
      },
    });
    this.memory.isReceiving = true;
  }

  want(octets: number): void {
    if (this.wants > 0) return;
    this.wants++;
    const verdict = () => this.wants--;
    if (this.memory.want(octets, verdict)) verdict();
  }

  close(): void {
    this.memory.close();
  }
}

class World {
  readonly random: Random;
  readonly quota: MemoryQuota;
  readonly connections: ConnectionMemory[] = [];
  readonly calls: Call[] = [];
  readonly credit = new Map<ConnectionMemory, number>();
  now = 0;

  constructor(random: Random) {
    this.random = random;
    const connection = 64 * KIB * (1 + random.below(16));
    const total = connection * (1 + random.below(4));
    this.quota = new MemoryQuota({ connection, total, patience: 100 });
  }

  step(): void {
    const { random, calls, connections } = this;
    this.now += random.below(20);
    const call = calls.length > 0 ? random.pick(calls) : undefined;
    const size = () =>
      random.pick([0, 1, 100, 10 * KIB, 64 * KIB, 300 * KIB, 5_000 * KIB]);
    switch (random.below(15)) {
      case 0:
        if (connections.length < 4) connections.push(this.quota.connect());
        return;
      case 1:
      case 2:
        if (connections.length > 0) {
          calls.push(new Call(random.pick(connections)));
        }
        return;
      case 3:
        return call?.want(size());
      case 4:
        return call?.memory.unread(
          size(),
          random.oneIn(2) ? size() : 0,
          random.oneIn(2),
        );
      case 5:
        if (call !== undefined) call.memory.inHand = size();
        return;
      case 6:
        if (call !== undefined) call.memory.queued = size();
        return;
      case 7:
        if (call !== undefined) call.memory.base = size();
        return;
      case 8:
        if (call !== undefined) call.memory.isWaiting = random.oneIn(2);
        return;
      case 9:
        return call?.memory.settle();
      case 10:
        return call?.memory.drop();
      case 11:
        return call?.close();
      case 12:
        return this.exchange();
      case 13:
        return this.end();
      case 14:
        for (const each of connections) {
          if (each.deadline(this.now) > this.now) continue;
          each.advance(this.now);
          assert(each.deadline(this.now) >= this.now, "due again at once");
        }
    }
  }

  /** The peer gets credit and uses some of it. */
  exchange(): void {
    const { random, connections } = this;
    if (connections.length === 0) return;
    const connection = random.pick(connections);
    const room = Math.max(0, Math.floor(connection.room));
    const credit = (this.credit.get(connection) ?? 0) + random.below(room + 1);
    connection.credited(credit - (this.credit.get(connection) ?? 0));
    const used = random.below(credit + 1);
    connection.arrived(used);
    this.credit.set(connection, credit - used);
    connection.setShort(random.oneIn(2));
    connection.endTurn();
  }

  end(): void {
    const { random, connections } = this;
    if (!random.oneIn(3) || connections.length === 0) return;
    const [connection] = connections.splice(
      random.below(connections.length),
      1,
    );
    this.credit.delete(connection);
    connection.close();
  }

  /** What is held is what the parts hold, and nothing is less than nothing. */
  check(): void {
    const all = new Set([
      ...this.connections,
      ...this.calls.map(({ connection }) => connection),
    ]);
    let used = 0;
    let pinned = 0;
    for (const connection of all) {
      let use = this.credit.get(connection) ?? 0;
      for (const call of this.calls) {
        if (call.connection !== connection) continue;
        const { octets } = call.memory;
        assert(
          octets >= 0 && call.memory.pinned >= 0 &&
            call.memory.pinned <= octets,
        );
        use += octets;
        pinned += call.memory.pinned;
      }
      assertEquals(connection.use, use);
      assertEquals(connection.shared, Math.max(0, use - 128 * KIB));
      used += connection.shared;
    }
    assertEquals([this.quota.used, this.quota.pinned], [used, pinned]);
  }
}

Deno.test(
  `In ${RUNS} runs of calls that end in every way, what is held is the sum of the parts, and all of it returns`,
  withSeed((random) => {
    for (let run = 0; run < RUNS; run++) {
      const world = new World(random);
      const steps = random.below(80);
      for (let i = 0; i < steps; i++) {
        world.step();
        world.check();
      }
      for (const call of world.calls) call.close();
      for (const connection of world.connections) connection.close();
      world.credit.clear();
      assertEquals([world.quota.used, world.quota.pinned], [0, 0]);
      for (const { connection, wants } of world.calls) {
        assertEquals([connection.use, connection.idle, wants], [0, 0, 0]);
        assertEquals(connection.deadline(world.now), Infinity);
      }
    }
  }),
);

Deno.test(
  "Calls that give back what they got all get what they want, in whatever order",
  withSeed((random) => {
    for (let run = 0; run < 300; run++) {
      const world = new World(random);
      const { quota } = world;
      for (let i = 0; i < 3; i++) world.connections.push(quota.connect());
      const waiting: Call[] = [];
      for (let i = 0; i < 50; i++) {
        const call = new Call(random.pick(world.connections));
        const window = random.below(64 * KIB);
        call.memory.unread(window, 0, false);
        call.want(random.below(6_000 * KIB));
        waiting.push(call);
      }
      while (waiting.length > 0) {
        const ready = waiting.filter(({ wants }) => wants === 0);
        assert(ready.length > 0, "nobody has what it wants");
        const call = random.pick(ready);
        assertEquals(call.isRefused, false);
        waiting.splice(waiting.indexOf(call), 1);
        call.close();
      }
      assertEquals(quota.used, 0);
    }
  }),
);

Deno.test(
  "Whoever waits in vain has an answer within as many patiences as calls wait",
  withSeed((random) => {
    for (let run = 0; run < 300; run++) {
      const world = new World(random);
      const { quota } = world;
      const calls: Call[] = [];
      for (let i = 0; i < 4; i++) world.connections.push(quota.connect());
      for (let i = 0; i < 30; i++) {
        const call = new Call(random.pick(world.connections));
        call.memory.unread(random.below(64 * KIB), 0, false);
        call.want(random.below(2_000 * KIB));
        calls.push(call);
      }
      for (let i = 0; i < calls.length + 4; i++) {
        const times = world.connections.map((each) => each.deadline(world.now));
        const due = Math.min(...times);
        if (due === Infinity) break;
        world.now = due;
        for (const each of world.connections) each.advance(due);
      }
      for (const call of calls) assertEquals(call.wants, 0);
    }
  }),
);
