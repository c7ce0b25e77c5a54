import { assert, assertEquals, assertThrows } from "@std/assert";
import type { CallEvent, ChannelEvent } from "../../src/grpc/mod.ts";
import { Recorder } from "../../src/recorder/mod.ts";
import type { CloseReason } from "../../src/session/mod.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";
import { heapInUse } from "../harness/collect.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { puppetTransport } from "./support/puppet_transport.ts";

function closedEvent(at: number, kind: CloseReason["kind"]): TransportEvent {
  const by = "local";
  const lastPings: CloseReason["lastPings"] = [];
  const common = { code: 0, debug: "", message: "", lastReadAt: -1, lastPings };
  return { at, type: "closed", reason: { kind, by, at, ...common } };
}

function ping(at: number, id: number, rtt?: number): TransportEvent {
  const purpose = "keepalive";
  return rtt === undefined
    ? { at, type: "ping-sent", purpose, id }
    : { at, type: "ping-acked", purpose, id, rtt };
}

Deno.test("a recorder tells of a connection what happened to it, and when in the world", () => {
  const clock = new VirtualClock(1_000);
  clock.wall = () => 5_000_000 + clock.now();
  const recorder = new Recorder();
  const transport = puppetTransport(7, {
    clock,
    counters: { lastReadAt: 1_200, lastWrittenAt: 1_500 },
  });
  const events = [
    { at: 1_000, type: "established" },
    ping(1_100, 1),
    ping(1_110, 1, 10),
    ping(1_200, 2),
    ping(1_226, 2, 26),
  ] as TransportEvent[];
  for (const event of events) recorder.connection(event, transport);
  clock.tick(1_000);
  const recording = recorder.recording(7)!;
  assertEquals(recording, {
    type: "connection",
    id: 7,
    role: "client",
    peer: "192.0.2.1:50051",
    wallOffset: 5_000_000,
    since: 1_000,
    until: 2_000,
    forgotten: 0,
    events,
    stats: {
      pings: {
        sent: 2,
        acked: 2,
        lost: 0,
        loss: 0,
        rtt: { ...recording.stats.pings.rtt!, count: 2, max: 26 },
        jitter: 1,
      },
      age: 1_000,
      sinceRead: 800,
      sinceWrite: 500,
      strikes: 0,
      suspends: 0,
      lag: undefined,
    },
    calls: [],
  });
  assertEquals(recorder.recordings(), [recording]);
  const { id, role, peer, stats } = recording;
  const { connections, open } = recorder.stats();
  assertEquals([connections, open], [[{ id, role, peer, ...stats }], 1]);
  assertEquals(recorder.recording(8), undefined);
});

Deno.test("an end stops the clock of a recording; PINGs that were out are lost", () => {
  const clock = new VirtualClock();
  const recorder = new Recorder();
  const transport = puppetTransport(1, { clock, counters: { lastReadAt: 0 } });
  recorder.connection(ping(0, 1), transport);
  recorder.connection(ping(0, 1, 5), transport);
  recorder.connection(ping(10_000, 2), transport);
  const silence = 11_000;
  const timeout = { at: 11_000, type: "keepalive-timeout", silence } as const;
  recorder.connection(timeout, transport);
  recorder.connection(closedEvent(11_000, "keepalive-timeout"), transport);
  clock.tick(99_000);
  const { until, stats } = recorder.recording(1)!;
  assertEquals([until, stats.age, stats.sinceRead], [11_000, 11_000, 11_000]);
  assertEquals([stats.pings.lost, stats.pings.loss], [1, 0.5]);
  const merged = recorder.stats();
  assertEquals([merged.open, merged.ended], [0, { "keepalive-timeout": 1 }]);
  assertEquals([merged.pings.lost, merged.pings.sent], [1, 2]);
});

Deno.test("PINGs that measure bandwidth are times, and no events", () => {
  const recorder = new Recorder();
  const transport = puppetTransport(1);
  const purpose = "bdp";
  recorder.connection({ at: 1, type: "ping-sent", purpose, id: 1 }, transport);
  const acked = { at: 2, type: "ping-acked", purpose, id: 1, rtt: 1 } as const;
  recorder.connection(acked, transport);
  const { events, stats } = recorder.recording(1)!;
  assertEquals(events, []);
  assertEquals([stats.pings.sent, stats.pings.rtt!.count], [0, 1]);
  assertEquals(recorder.stats().pings.rtt!.count, 1);
});

Deno.test("strikes and suspends are counted, of each connection and together", () => {
  const recorder = new Recorder();
  for (const id of [1, 2]) {
    const transport = puppetTransport(id, { role: "server" });
    const strike = {
      at: 1,
      type: "ping-strike",
      strikes: 1,
      limit: 2,
    } as const;
    recorder.connection(strike, transport);
    recorder.connection({ at: 2, type: "suspended", slept: 9 }, transport);
    const { stats } = recorder.recording(id)!;
    assertEquals([stats.strikes, stats.suspends], [1, 1]);
  }
  const { strikes, suspends } = recorder.stats();
  assertEquals([strikes, suspends], [2, 2]);
});

Deno.test("what was done late is counted with by how much, of each connection and together", () => {
  const recorder = new Recorder();
  for (const id of [1, 2]) {
    const event = { at: 1, type: "timer-late", lag: 100 * id } as const;
    recorder.connection(event, puppetTransport(id));
    const { lag } = recorder.recording(id)!.stats;
    assertEquals([lag?.count, lag?.max], [1, 100 * id]);
  }
  const { lag } = recorder.stats();
  assertEquals([lag?.count, lag?.max], [2, 200]);
});

Deno.test("the last 16 connections that ended are remembered", () => {
  const recorder = new Recorder();
  for (let id = 1; id <= 20; id++) {
    const transport = puppetTransport(id);
    recorder.connection({ at: 0, type: "established" }, transport);
    recorder.connection(closedEvent(1, "local-close"), transport);
  }
  const ids = recorder.recordings().map(({ id }) => id);
  assertEquals(ids, Array.from({ length: 16 }, (_, i) => i + 5));
  assertEquals(recorder.stats().ended, { "local-close": 20 });
});

const CHANNEL = { channelId: 3, target: "name:1" };
const STAMP = { ...CHANNEL, subchannelId: 4, address: "192.0.2.1:1" };

Deno.test("what happens before there is a connection is told by the clock that was given", () => {
  const clock = new VirtualClock(1_000);
  clock.wall = () => 5_000_000 + clock.now();
  const recorder = new Recorder({ clock });
  const type = "channel-state";
  recorder.channel({ at: 0, ...CHANNEL, type, state: "IDLE", reason: "" });
  clock.tick(500);
  assertEquals(recorder.recordings()[0].wallOffset, 5_000_000);
});

Deno.test("a channel has a ring of its own, and suspicions with their outcomes", () => {
  const recorder = new Recorder({ events: 4 });
  const events: ChannelEvent[] = [
    { at: 0, ...CHANNEL, type: "channel-state", state: "IDLE", reason: "" },
    { at: 1, type: "connect-started", ...STAMP },
    {
      at: 2,
      type: "connected",
      ...STAMP,
      connectionId: 5,
      isSecure: false,
      duration: 1,
    },
    { at: 3, type: "suspected", ...STAMP, connectionId: 5, reason: "late" },
    {
      at: 4,
      type: "suspicion-ended",
      ...STAMP,
      connectionId: 5,
      outcome: "replaced",
      duration: 1,
    },
  ];
  for (const event of events) recorder.channel(event);
  const [recording] = recorder.recordings();
  assertEquals([recording.type, recording.id], ["channel", 3]);
  assertEquals([recording.forgotten, recording.events], [1, events.slice(1)]);
  assertEquals(recorder.stats().suspicions, {
    begun: 1,
    recovered: 0,
    replaced: 1,
    lost: 0,
  });
});

Deno.test("the long texts and lists of a channel are cut", () => {
  const recorder = new Recorder();
  const reason = "x".repeat(9_999);
  const addresses = Array.from({ length: 500 }, (_, i) => `192.0.2.1:${i}`);
  const type = "channel-state";
  recorder.channel({ at: 0, ...CHANNEL, type, state: "READY", reason });
  recorder.channel({ at: 0, ...CHANNEL, type: "resolved", addresses });
  const [state, resolved] = recorder.recordings()[0].events as ChannelEvent[];
  assert(state.type === "channel-state" && resolved.type === "resolved");
  assertEquals([state.reason.length, resolved.addresses.length], [512, 64]);
});

Deno.test("channels that were closed are remembered as connections are", () => {
  const recorder = new Recorder({ ended: 2 });
  const type = "channel-state";
  for (let channelId = 1; channelId <= 5; channelId++) {
    const event = { at: 0, ...CHANNEL, channelId, type, reason: "" } as const;
    recorder.channel({ ...event, state: "READY" });
    if (channelId > 1) recorder.channel({ ...event, state: "SHUTDOWN" });
  }
  assertEquals(recorder.recordings().map(({ id }) => id), [1, 4, 5]);
});

Deno.test("what is told of a channel after it was forgotten does not bring it back", () => {
  for (const ended of [0, 2]) {
    const recorder = new Recorder({ ended });
    for (let channelId = 1; channelId <= 5; channelId++) {
      const type = "channel-state";
      const event = { at: 0, ...CHANNEL, channelId, type, reason: "" } as const;
      recorder.channel({ ...event, state: "READY" });
      recorder.channel({ ...event, state: "SHUTDOWN" });
    }
    for (let channelId = 1; channelId <= 5; channelId++) {
      recorder.channel({
        at: 1,
        ...STAMP,
        channelId,
        type: "subchannel-state",
        state: "SHUTDOWN",
        reason: "",
      });
    }
    const ids = recorder.recordings().map(({ id }) => id);
    assertEquals(ids, ended === 0 ? [] : [4, 5]);
  }
});

const UNARY = { requestStream: false, responseStream: false };
const CALL = { callId: 1, connectionId: 9, streamId: 1 };

Deno.test("calls are recorded when asked for, with their methods", () => {
  assertEquals(new Recorder().call, undefined);
  const recorder = new Recorder({ calls: true });
  const transport = puppetTransport(9);
  recorder.connection({ at: 0, type: "established" }, transport);
  const sums = {
    messagesSent: 0,
    messagesReceived: 0,
    octetsSent: 0,
    octetsReceived: 0,
  };
  const end = {
    status: 4,
    statusMessage: "",
    duration: 3,
    by: "local",
    ...sums,
  } as const;
  const method = "/a.B/C";
  const events: CallEvent[] = [
    {
      at: 1,
      type: "call-started",
      callId: 1,
      channelId: 2,
      method,
      target: "",
      ...UNARY,
    },
    {
      at: 2,
      type: "attempt-picked",
      attemptId: 3,
      delay: 1,
      peer: "",
      ...CALL,
    },
    { at: 5, type: "attempt-ended", callId: 1, attemptId: 3, ...end },
    {
      at: 6,
      type: "server-call-started",
      serverId: 1,
      method,
      isKnown: true,
      ...UNARY,
      peer: "",
      ...CALL,
      callId: 4,
      streamId: 3,
    },
  ];
  for (const event of events) recorder.call!(event);
  assertEquals(recorder.recording(9)!.calls, [
    { method, streamId: 1, from: 2, to: 5, status: 4 },
    { method, streamId: 3, from: 6, to: Infinity, status: -1 },
  ]);
});

Deno.test("retries, and deadlines without an answer, are in the story of the channel", () => {
  const recorder = new Recorder({ calls: true });
  const attempt = { callId: 1, attemptId: 2 };
  const end = {
    type: "attempt-ended",
    ...attempt,
    statusMessage: "",
    duration: 1,
    messagesSent: 1,
    messagesReceived: 0,
    octetsSent: 1,
    octetsReceived: 0,
  } as const;
  const start = { type: "attempt-started", ...attempt } as const;
  const method = "/a.B/C";
  const events: CallEvent[] = [
    {
      at: 0,
      type: "call-started",
      callId: 1,
      channelId: 9,
      method,
      target: "",
      ...UNARY,
    },
    { at: 1, ...start, number: 1, cause: "first", previousAttempts: 0 },
    { at: 2, ...end, status: 14, by: "peer" },
    { at: 3, ...start, number: 2, cause: "policy", previousAttempts: 1 },
    { at: 4, ...end, status: 4, by: "local", messagesReceived: 1 },
    { at: 5, ...end, status: 4, by: "local" },
  ];
  for (const event of events) recorder.call!(event);
  const [recording] = recorder.recordings();
  assertEquals([recording.type, recording.id], ["channel", 9]);
  assertEquals(recording.events.map(({ at }) => at), [3, 5]);
});

Deno.test("a recorder checks its options", () => {
  assertThrows(() => new Recorder({ event: 1 } as never), TypeError, "events");
  assertThrows(() => new Recorder({ events: 0 }), RangeError, "events");
  assertThrows(() => new Recorder({ ended: -1 }), RangeError, "ended");
  assertThrows(() => new Recorder({ calls: 1 as never }), TypeError, "calls");
  const clock = { now: 1 } as never;
  assertThrows(() => new Recorder({ clock }), TypeError, "clock");
});

Deno.test("100 000 connections leave nothing behind but the last 16", () => {
  const recorder = new Recorder({ calls: true });
  const clock = new VirtualClock();
  const live = (count: number, from: number) => {
    for (let id = from; id < from + count; id++) {
      const transport = puppetTransport(id, { clock });
      recorder.connection({ at: 0, type: "established" }, transport);
      recorder.connection(ping(1, 1), transport);
      recorder.connection(ping(2, 1, 1), transport);
      recorder.connection(closedEvent(3, "local-close"), transport);
      recorder.call!({
        at: 4,
        type: "attempt-picked",
        attemptId: id,
        delay: 0,
        peer: "",
        ...CALL,
        connectionId: id,
      });
    }
  };
  live(50_000, 0);
  // What is left behind is so each time; what the runtime holds, only now and then.
  const grown = Math.min(...[0, 1, 2].map((round) => {
    const before = heapInUse();
    live(100_000, 50_000 + 100_000 * round);
    return heapInUse() - before;
  }));
  assertEquals(recorder.recordings().length, 16);
  assert(grown < 512 * 1024, `${grown} octets more`);
});
