import { assert, assertEquals } from "@std/assert";
import { Channel, type ChannelEvent } from "../../mod.ts";
import { SubchannelTracer } from "../../src/client/connections/mod.ts";
import { echo, Stage } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";
import { CLOCK, Dials, virtually, wait } from "./support/dials.ts";
import { PuppetResolver } from "./support/puppet_resolver.ts";
import { NOTHING_COUNTED } from "./support/untraced.ts";

/** What an event says, in a word or two. */
function short(event: ChannelEvent): string {
  switch (event.type) {
    case "channel-state":
    case "subchannel-state":
      return `${event.type} ${event.state}`;
    case "resolved":
      return `resolved ${event.addresses.length}`;
    case "suspicion-ended":
      return `${event.outcome} after ${event.duration}`;
    default:
      return event.type;
  }
}

Deno.test("An observer is told of the states of a channel and its subchannels", async () => {
  const events: ChannelEvent[] = [];
  const observer = { channel: (event: ChannelEvent) => events.push(event) };
  await using stage = new Stage(echo, { channel: { observer } });
  assertEquals(events, []);
  await stage.words.one("a");
  stage.channel.enterIdle();
  await stage.clients[0].finished;
  assertEquals(events.map(short), [
    "channel-state CONNECTING",
    "resolved 1",
    "subchannel-state CONNECTING",
    "connect-started",
    "connected",
    "subchannel-state READY",
    "channel-state READY",
    "subchannel-state SHUTDOWN",
    "channel-state IDLE",
    "disconnected",
  ]);
  const [{ channelId, target }] = events;
  assertEquals(target, stage.target);
  assert(events.every((each) => each.channelId === channelId));
  assert(events.every((each) => each.target === target));
  const connected = events.find(({ type }) => type === "connected");
  assert(connected?.type === "connected" && !connected.isSecure);
  const disconnected = events.at(-1)!;
  assert(disconnected.type === "disconnected");
  assert(disconnected.state.kind === "closed");
  assertEquals(disconnected.state.reason.kind, "local-close");
  const subchannels = events.flatMap((each) =>
    "subchannelId" in each ? [each] : []
  );
  assertEquals(new Set(subchannels.map((each) => each.subchannelId)).size, 1);
  assert(subchannels.every(({ address }) => address === stage.target));
  const ids = events.flatMap((each) =>
    "connectionId" in each ? [each.connectionId] : []
  );
  assertEquals(ids, [stage.clients[0].id, stage.clients[0].id]);
  const { connectionAttemptsSucceeded, disconnections } = stage.channel
    .counters();
  assertEquals([connectionAttemptsSucceeded, disconnections], [1, 1]);
});

Deno.test("Addresses are told as they are found, and why none are", async () => {
  const events: ChannelEvent[] = [];
  const resolver = new PuppetResolver("127.0.0.1:1", "127.0.0.1:2");
  await using channel = new Channel("some:///name", {
    resolver,
    observer: { channel: (event) => events.push(event) },
  });
  await channel.connect().catch(() => {});
  resolver.move("127.0.0.1:3");
  assertEquals(
    events.flatMap((each) => each.type === "resolved" ? [each.addresses] : []),
    [["127.0.0.1:1", "127.0.0.1:2"], ["127.0.0.1:3"]],
  );
  const error = new Error("no such name");
  await using other = new Channel("some:///name", {
    resolver: {
      start: (listener) => listener.onError(error),
      refresh: () => {},
      stop: () => {},
    },
    observer: { channel: (event) => events.push(event) },
  });
  await other.connect().catch(() => {});
  const failed = events.find(({ type }) => type === "resolution-failed");
  assert(failed?.type === "resolution-failed");
  assert(failed.error.message.includes("no such name"));
});

/** A subchannel in virtual time, and what it tells. */
function followedSubchannel() {
  const events: ChannelEvent[] = [];
  const traced = {
    channelId: 7,
    target: "name:1",
    isSecure: true,
    clock: CLOCK,
    listener: { channel: (event: ChannelEvent) => void events.push(event) },
    ...NOTHING_COUNTED,
  };
  const dials = new Dials();
  const subchannel = dials.subchannel("a", {
    onState: () => {},
    onLoss: () => {},
    onRoom: () => {},
  }, {
    tracer: new SubchannelTracer("a", traced),
  });
  return { events, counters: traced, dials, subchannel };
}

Deno.test(
  "A failed attempt is told, and when the next one may begin",
  virtually(async (time) => {
    const { events, counters, dials, subchannel } = followedSubchannel();
    subchannel.connect();
    await wait(time, 100);
    await dials.last().fail(time);
    await wait(time, 900);
    subchannel.connect();
    await dials.last().fail(time);
    const backoffs = events.flatMap((each) =>
      each.type === "backoff" ? [[each.at, each.failures, each.until]] : []
    );
    assertEquals(backoffs, [[100, 1, 1_000], [1_000, 2, 2_600]]);
    const failed = events.find(({ type }) => type === "connect-failed");
    assert(failed?.type === "connect-failed");
    assertEquals([failed.error.message, failed.duration], ["refused", 100]);
    assertEquals([failed.target, failed.isGivenUp], ["name:1", false]);
    assertEquals(counters.connectionAttemptsFailed, 2);
    subchannel.shutdown();
  }),
);

Deno.test(
  "An attempt that was given up is told as that",
  virtually(async (time) => {
    const { events, dials, subchannel } = followedSubchannel();
    subchannel.connect();
    await wait(time, 100);
    subchannel.shutdown();
    await dials.last().fail(time);
    const failed = events.find(({ type }) => type === "connect-failed");
    assert(failed?.type === "connect-failed" && failed.isGivenUp);
  }),
);

Deno.test(
  "A connection that the server ends is told as closed, with the reason",
  virtually(async (time) => {
    const { events, dials, subchannel } = followedSubchannel();
    subchannel.connect();
    const { transport } = await dials.last().succeed(time);
    const connected = events.find(({ type }) => type === "connected");
    assert(connected?.type === "connected" && connected.isSecure);
    void transport.close();
    await wait(time);
    const lost = events.find(({ type }) => type === "disconnected");
    assert(lost?.type === "disconnected" && lost.state.kind === "closed");
    assertEquals(lost.state.reason.kind, "local-close");
    subchannel.shutdown();
    await wait(time, 2_000);
  }),
);

for (
  const [outcome, calls, end] of [
    ["recovered", 1, "answer"],
    ["recovered", 0, "answer"],
    ["replaced", 1, "spare"],
    ["lost", 0, "loss"],
    ["replaced", 1, "late answer"],
  ] as const
) {
  Deno.test(
    `A suspicion is told with its reason, and that it ended with ${outcome}: ${end}, ${calls} calls`,
    virtually(async (time) => {
      const { events, counters, dials, subchannel } = followedSubchannel();
      subchannel.connect();
      const old = await dials.last().succeed(time);
      for (let i = 0; i < calls; i++) old.call();
      const at = Date.now();
      subchannel.connection!.onEvent({ type: "suspended", slept: 60_000, at });
      await wait(time, 500);
      const suspected = events.find(({ type }) => type === "suspected");
      assert(suspected?.type === "suspected");
      assertEquals(suspected.reason, "the machine slept for 60 s");
      assertEquals(suspected.connectionId, old.transport.id);
      if (end.includes("spare") || end === "late answer") {
        const spare = await dials.last().succeed(time);
        if (end === "late answer") spare.call();
        await wait(time);
      }
      if (end.includes("answer")) old.socket.acknowledgePings();
      else void old.transport.close();
      await wait(time);
      const ended = events.filter(({ type }) => type === "suspicion-ended");
      assertEquals(ended.map(short), [`${outcome} after 500`]);
      assertEquals(counters.suspicions, 1);
      subchannel.shutdown();
      await wait(time, 2_000);
    }),
  );
}

Deno.test("An observer of a channel that throws disturbs no connection", async () => {
  const errors = await reported(async () => {
    await using stage = new Stage(echo, {
      channel: {
        observer: {
          channel: () => {
            throw new Error("a bug");
          },
          connection: () => Promise.reject(new Error("a bug")),
        },
      },
    });
    assertEquals(await stage.words.one("a"), "a");
  });
  assert(errors.length >= 6);
  assert(errors.every((error) => (error as Error).message === "a bug"));
});

Deno.test("An onEvent of a channel that rejects is an uncaught error, and no unhandled rejection", async () => {
  const bug = new Error("a bug");
  await using stage = new Stage(echo);
  const errors = await reported(async () => {
    await using channel = new Channel(stage.target, {
      onEvent: () => Promise.reject(bug) as unknown as void,
    });
    await channel.connect();
  });
  assert(errors.length > 0);
  assert(errors.every((error) => error === bug));
});
