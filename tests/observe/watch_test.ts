import { assert, assertEquals, assertRejects } from "@std/assert";
import { watch, type WatchSnapshot } from "../../src/observe/mod.ts";
import { Recorder } from "../../src/recorder/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { puppetTransport } from "../recorder/support/puppet_transport.ts";
import { Echo, World } from "../simulation/support/world.ts";
import { HOSTILE } from "./support/recordings.ts";

const SECOND = 1_000;

/** A channel with a call that does not end, and what is seen of it. */
function watched(stop?: AbortSignal) {
  const world = new World(4, {
    channel: { keepalive: { time: 10 * SECOND, timeout: 20 * SECOND } },
    server: { enforcement: { minTime: 5 * SECOND } },
  });
  const looks: WatchSnapshot[] = [];
  const { channel, clock } = world;
  const done = (async () => {
    for await (const look of watch(channel, { clock, signal: stop })) {
      looks.push(look);
    }
  })();
  const responses = channel.serverStreaming(Echo.watch, new Uint8Array(1));
  const ended = Array.fromAsync(responses).catch(() => {});
  return { world, looks, done, ended };
}

Deno.test("a connection is seen to die as it happens", async () => {
  const { world, looks, done, ended } = watched();
  await world.clock.advance(25 * SECOND);
  const [alive] = looks.at(-1)!.connections;
  assertEquals(alive.state, "open");
  assertEquals(alive.unanswered, undefined);
  assert(alive.rtts.length === 2 && alive.rtts[0] < 20, `${alive.rtts}`);
  assert(alive.words.startsWith("read "), alive.words);
  assertEquals(looks.at(-1)!.calls.running, 1);

  world.network.dark();
  await world.clock.advance(9 * SECOND);
  const [silent] = looks.at(-1)!.connections;
  assertEquals(
    silent.words,
    "silent for 13 s, PING unanswered 3 s of 20 s",
  );
  await world.clock.advance(10 * SECOND);
  const [suspect] = looks.at(-1)!.connections;
  assertEquals(suspect.state, "suspect");
  assertEquals(
    suspect.words,
    "suspect, new calls go elsewhere, silent for 23 s, PING unanswered 13 s of 20 s",
  );
  await world.clock.advance(10 * SECOND);
  const after = looks.at(-1)!;
  assertEquals(after.connections.filter(({ id }) => id === alive.id), []);
  const end = after.ended.find(({ id }) => id === alive.id)!;
  assertEquals(end.isGood, false);
  assert(end.words.startsWith("Closed by this end (keepalive-timeout)"));
  world.network.light();
  await ended;
  await world.end();
  await done;
});

Deno.test("what has happened is told once, in order, and the end of the channel ends it", async () => {
  const { world, looks, done, ended } = watched();
  await world.clock.advance(12 * SECOND);
  await world.end();
  await Promise.all([done, ended]);
  assertEquals(looks.at(-1)!.state, "SHUTDOWN");
  const news = looks.flatMap(({ news }) => news);
  const times = news.map(({ at }) => at);
  assertEquals(times, times.toSorted((a, b) => a - b));
  const count = (type: string) =>
    news.filter((each) => each.type === type).length;
  for (const type of ["established", "ping-sent", "ping-acked", "closed"]) {
    assertEquals(count(type), 1, type);
  }
  assertEquals(looks[0].news, []);
});

Deno.test("a signal ends it at once, also between two looks", async () => {
  const stop = new AbortController();
  const { world, looks, done, ended } = watched(stop.signal);
  await world.clock.advance(1_500);
  stop.abort();
  await done;
  assertEquals(looks.length, 2);
  await world.end();
  await ended;
});

Deno.test("a server is watched in the same way", async () => {
  const { world, done, ended } = watched();
  await world.clock.advance(SECOND);
  const { clock, server } = world;
  const stop = new AbortController();
  for await (const look of watch(server, { clock, signal: stop.signal })) {
    assertEquals([look.state, look.keepalive], [undefined, undefined]);
    assertEquals(look.connections.map(({ role }) => role), ["server"]);
    assertEquals(look.calls.running, 1);
    break;
  }
  await world.end();
  await Promise.all([done, ended]);
});

Deno.test("what a peer says is escaped", async () => {
  const clock = new VirtualClock();
  const recorder = new Recorder({ clock });
  const transport = puppetTransport(1, { clock });
  const goaway = { lastStreamId: 1, code: 0, debug: HOSTILE };
  recorder.connection({ at: 0, type: "goaway-received", ...goaway }, transport);
  const [reason, closeAt] = [HOSTILE, Infinity];
  recorder.connection(
    { at: 0, type: "draining", by: "peer", reason, closeAt },
    transport,
  );
  const counters = () => ({
    callsStarted: 0,
    callsSucceeded: 0,
    callsFailed: 0,
  });
  const source = {
    recordings: () => recorder.recordings(),
    stats: () => recorder.stats(),
    counters,
    reason: HOSTILE,
  };
  for await (const look of watch(source, { clock })) {
    const text = JSON.stringify(look);
    assert(!/[\p{Cc}\u202e]/u.test(text), text);
    assert(look.connections[0].words.includes("alert(1)"));
    break;
  }
});

Deno.test("what cannot be watched, and options that cannot be used, are refused", async () => {
  const first = (source: unknown, options?: unknown) => () =>
    watch(source as never, options as never).next();
  await assertRejects(first(undefined), TypeError, "recordings");
  await assertRejects(first({ stats() {} }), TypeError, "counters");
  const { channel, ...rest } = { channel: new World(1).channel };
  assertEquals(rest, {});
  await assertRejects(
    first(channel, { intervall: 1 }),
    TypeError,
    'did you mean "interval"?',
  );
  await assertRejects(first(channel, { interval: 49 }), RangeError, "50");
  await assertRejects(first(channel, { signal: 1 }), TypeError, "signal");
  await channel.close();
});
