import { assertThrows } from "@std/assert";
import "../harness/thorough.ts";
import { assertFollows } from "../../src/client/connections/subchannel_state.ts";
import {
  type Due,
  DueHeap,
  Fifo,
  type InLine,
  Line,
  StreamMap,
} from "../../src/collections/mod.ts";
import { EventLog } from "../../src/connection/event_log.ts";
import { GoawayExchange } from "../../src/connection/goaway_exchange.ts";
import type { ConnectionEvent } from "../../src/connection/mod.ts";
import { Output } from "../../src/connection/output.ts";
import {
  ReceiveWindow,
  SendWindow,
} from "../../src/connection/streams/flow_window.ts";
import { SendQueue } from "../../src/connection/streams/send_queue.ts";
import {
  afterLocalEnd,
  afterRemoteEnd,
} from "../../src/connection/streams/stream.ts";
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
import { HandlerQuota } from "../../src/server/calls/handler_quota.ts";
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
  const call = new MemoryQuota().connect().open({ refused() {} });
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

caught("DATA above the window of the peer", "DATA keeps to the window", () => {
  new SendWindow(10).take(11);
});

caught("Data that is handed over twice", "what is available, unread", () => {
  const window = new ReceiveWindow(100);
  window.receive(10);
  window.consume(11);
});

caught("A window above 2^31-1", "a window of this end is at most", () => {
  new ReceiveWindow(100).grow(2 ** 31);
});

caught("A stream that is ended twice", "a stream is ended once", () => {
  const queue = new SendQueue();
  queue.end();
  queue.end([["grpc-status", "0"]]);
});

caught("Octets that no chunk has", "octets that wait are in a chunk", () => {
  const queue = new SendQueue();
  queue.push(new Uint8Array(1));
  queue.take(2, new Uint8Array(2), 0);
});

for (const state of ["half-closed-local", "half-closed-remote"] as const) {
  caught(`A second end in the state ${state}`, "", () => {
    if (state === "half-closed-local") afterLocalEnd(state);
    else afterRemoteEnd(state);
  });
}

caught("A GOAWAY that names more than the last", "endpoints MUST NOT", () => {
  const events = new EventLog<ConnectionEvent>(0, false);
  const goaways = new GoawayExchange("server", new Output(), events);
  goaways.sendGoaway(1, 0, "");
  goaways.sendGoaway(3, 0, "");
});

caught("A place in a heap that has changed", "none is due before", () => {
  const heap = new DueHeap<Due>();
  const item = (at: number) => ({ at, order: at, index: -1 });
  const first = item(1);
  heap.add(first);
  for (const at of [2, 3, 4]) heap.add(item(at));
  first.at = 9;
  for (let at = 10; at < 20; at++) heap.add(item(at));
});

caught("A handler that leaves and did not enter", "a handler leaves", () => {
  new HandlerQuota(10).leave();
});

caught("A subchannel that skips a state", "a subchannel moves", () => {
  const until = { error: new Error("refused"), until: 0 };
  assertFollows({ kind: "TRANSIENT_FAILURE", ...until }, { kind: "IDLE" });
});

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
