import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  type ChannelOptions,
  createClient,
  implement,
  type Observer,
  serve,
  type ServeOptions,
} from "../../mod.ts";
import { EventLog } from "../../src/connection/event_log.ts";
import { type Clock, nextId, systemClock } from "../../src/runtime/mod.ts";
import { echo, Words } from "../grpc/support/words.ts";

const CALLS = 200;

/** What calls cost besides themselves. */
interface Cost {
  /** Things that were given a number: what an observer is told of. */
  readonly ids: number;
  /** How often the clock of the channel was read. */
  readonly reads: number;
  /** Kinds of events of connections that were made at the client. */
  readonly kinds: ReadonlySet<string>;
}

/** A clock that counts how often it is read. */
function counted(): Clock & { reads: number } {
  return {
    ...systemClock,
    reads: 0,
    now() {
      this.reads++;
      return systemClock.now();
    },
  };
}

/** Makes calls over a connection that stands, one after the other. */
async function costOf(
  client: ChannelOptions,
  server: ServeOptions = {},
): Promise<Cost> {
  const clock = counted();
  await using running = serve({
    ...server,
    hostname: "127.0.0.1",
    port: 0,
  }, [implement(Words, echo)]);
  const { port } = running.addr as Deno.NetAddr;
  const kinds = new Set<string>();
  const { push } = EventLog.prototype;
  EventLog.prototype.push = function (event) {
    kinds.add(event.type);
    push.call(this, event);
  };
  try {
    await using channel = new Channel(`127.0.0.1:${port}`, {
      ...client,
      clock,
    });
    const words = createClient(Words, channel);
    await words.one("a");
    const before = { ids: idsSoFar(), reads: clock.reads };
    for (let i = 0; i < CALLS; i++) await words.one("a");
    const ids = idsSoFar() - before.ids - 2;
    return { ids, reads: clock.reads - before.reads, kinds };
  } finally {
    EventLog.prototype.push = push;
  }
}

/** Numbers of calls and attempts that were drawn, and two for the question. */
function idsSoFar(): number {
  return nextId("call") + nextId("attempt");
}

function nothing(): void {}

Deno.test("Without an observer, nothing is made for a call and no clock is read", async () => {
  const bare = await costOf({});
  assertEquals(bare.ids, 0);
  const others: Observer = { channel: nothing };
  const elsewhere = await costOf({ observer: others }, { observer: others });
  assertEquals(elsewhere.ids, 0);
  const watching = await costOf(
    { observer: { call: nothing } },
    { observer: { call: nothing } },
  );
  // The call and its attempt, and the call of the server.
  assertEquals(watching.ids, 3 * CALLS);
  // The transport reads the clock a few times for each, more or less.
  assert(watching.reads >= bare.reads + 2 * CALLS, `${watching.reads}`);
  assert(elsewhere.reads < bare.reads + CALLS, `${elsewhere.reads}`);
});

Deno.test("Without a listener, a channel has only those events made that it needs itself", async () => {
  const keepalive = { time: 10_000 };
  const recorder = false;
  const { kinds } = await costOf({ keepalive, recorder }, { recorder });
  for (const kind of ["keepalive-woken", "keepalive-dormant", "goaway-sent"]) {
    assert(!kinds.has(kind), kind);
  }
  assert(!kinds.has("settings-acked"));
  const heard = await costOf({ observer: { connection: nothing } });
  assert(heard.kinds.has("settings-acked"));
});

Deno.test("the recorder that is always on has no event made for a call, and gives nothing a number", async () => {
  const bare = await costOf({ recorder: false }, { recorder: false });
  const recorded = await costOf({ keepalive: { time: 10_000 } }, {
    enforcement: { advertise: false },
  });
  assertEquals([recorded.ids, bare.ids], [0, 0]);
  assert(recorded.reads < bare.reads + CALLS, `${recorded.reads}`);
  assertEquals([...recorded.kinds].sort(), [
    "closed",
    "data",
    "ended",
    "established",
    "goaway-sent",
    "headers",
    "settings-acked",
  ]);
});
