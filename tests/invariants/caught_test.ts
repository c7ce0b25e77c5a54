import { assertThrows } from "@std/assert";
import "../harness/thorough.ts";
import {
  Fifo,
  type InLine,
  Line,
  StreamMap,
} from "../../src/collections/mod.ts";
import { FrameWriter } from "../../src/frames/mod.ts";
import { DynamicTable } from "../../src/hpack/dynamic_table.ts";
import { EncoderTable } from "../../src/hpack/encoder_table.ts";
import { InvariantError } from "../../src/invariants/mod.ts";
import {
  PingEnforcement,
  resolveEnforcement,
} from "../../src/keepalive/mod.ts";
import { CallLine } from "../../src/memory/call_line.ts";
import { MemoryQuota } from "../../src/memory/mod.ts";
import { resolveMemoryQuota } from "../../src/memory/limits.ts";
import {
  type MemoryHolder,
  TotalMemory,
} from "../../src/memory/total_memory.ts";

/** A test that a fault of the library in a step of its own is noticed there. */
function caught(name: string, why: string, step: () => void): void {
  Deno.test(`${name} is caught`, () => {
    assertThrows(step, InvariantError, `Broken invariant: ${why}`);
  });
}

class Waiter implements InLine<Waiter> {
  line: object | undefined;
  ahead: Waiter | undefined;
  behind: Waiter | undefined;
}

caught("A stream without an identifier", "the identifier of a stream", () => {
  new StreamMap<string>().set(0, "connection");
});

caught("Who has neighbours in no line", "who stands in no line", () => {
  const waiter = new Waiter();
  waiter.behind = new Waiter();
  new Line<Waiter>().join(waiter);
});

caught("A neighbour that does not know its own", "neighbours in a line", () => {
  const line = new Line<Waiter>();
  const [first, second] = [new Waiter(), new Waiter()];
  line.join(first);
  line.join(second);
  first.behind = undefined;
  line.leave(first);
});

caught("A frame without a beginning", "the length of a frame", () => {
  new FrameWriter().endFrame(100);
});

caught(
  "A place past the end of a dynamic table",
  "a position is one of",
  () => {
    const table = new DynamicTable(4_096);
    table.insert(["name", "value"]);
    table.at(1);
  },
);

caught(
  "An entry whose size has changed",
  "the entries of a dynamic table",
  () => {
    const table = new DynamicTable(4_096);
    const field: [string, string] = ["name", "value"];
    table.insert(field);
    field[1] = "another value";
    table.insert(["name", "other"]);
  },
);

caught("An entry that is evicted twice", "the name of each entry", () => {
  class Faulty extends EncoderTable {
    override evicted(field: [string, string], identity: number): void {
      super.evicted(field, identity);
      super.evicted(field, identity);
    }
  }
  const table = new Faulty(4_096);
  table.insert(["name", "value"]);
  table.resize(0);
});

for (
  const [what, step] of [
    ["fewer calls that wait", (memory) => memory.waiting(-1)],
    ["fewer calls that receive", (memory) => memory.receiving(-1)],
    ["less that is queued", (memory) => memory.queue(-1)],
    ["fewer header lists", (memory) => memory.list(-1)],
    ["less that is to come", (memory) => memory.awaits(-1)],
    ["less than nothing that arrived", (memory) => memory.arrived(-1)],
  ] satisfies [
    string,
    (memory: ReturnType<MemoryQuota["connect"]>) => void,
  ][]
) {
  caught(`A connection with ${what} than none`, "", () => {
    step(new MemoryQuota().connect());
  });
}

caught("A call that stands in line twice", "a call stands in line once", () => {
  const call = new MemoryQuota().connect().open(() => {});
  const line = new CallLine();
  line.join(call);
  line.join(call);
});

caught("What a connection gives back twice", "all connections hold", () => {
  new TotalMemory(resolveMemoryQuota()).change(-1, holder(0));
});

caught("A total that is not the sum", "connections hold 10 octets", () => {
  new TotalMemory(resolveMemoryQuota()).change(20, holder(10));
});

function holder(shared: number): MemoryHolder {
  return { shared, isWaiting: false, retry: () => {}, giveBack: () => false };
}

Deno.test("A queue counts what is in it, however it is used", () => {
  const queue = new Fifo<number>();
  for (let i = 0; i < 1_000; i++) {
    queue.push(i);
    if (i % 3 > 0) queue.shift();
  }
  while (queue.length > 0) queue.shift();
});

caught("A client that is judged after its end", "a client that sent", () => {
  const enforcement = new PingEnforcement(resolveEnforcement({}));
  for (let i = 0; i < 5; i++) enforcement.pingReceived(i, 1);
});
