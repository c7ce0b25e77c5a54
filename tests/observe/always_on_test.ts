import { assert, assertEquals, assertThrows } from "@std/assert";
import { Channel, GrpcError, serve, Status } from "../../mod.ts";
import { Echo, World } from "../simulation/support/world.ts";

const SECOND = 1_000;

/** A channel and a server that nobody watches. */
function unwatched(recorder?: boolean): World {
  return new World(3, {
    channel: {
      onEvent: undefined,
      recorder,
      keepalive: { time: 10 * SECOND, timeout: SECOND },
    },
    server: {
      onEvent: undefined,
      recorder,
      enforcement: { advertise: false },
    },
  });
}

/** The error of a call whose connection is lost in a black hole. */
async function lostCall(world: World): Promise<GrpcError> {
  const messages = world.channel.serverStreaming(Echo.watch, new Uint8Array(1));
  let caught: unknown;
  const ended = (async () => {
    for await (const _ of messages);
  })().catch((error) => caught = error);
  await world.clock.advance(25 * SECOND);
  world.network.dark();
  await world.clock.advance(30 * SECOND);
  await ended;
  assert(caught instanceof GrpcError);
  return caught;
}

Deno.test("a channel that nobody watches remembers what happened, and the error of a call tells it", async () => {
  const world = unwatched();
  const { recording } = await lostCall(world);
  assert(recording !== undefined);
  assertEquals(recording.role, "client");
  assertEquals(recording.events.map(({ type }) => type), [
    "established",
    "settings-acked",
    "ping-sent",
    "ping-acked",
    "ping-sent",
    "ping-acked",
    "ping-sent",
    "keepalive-timeout",
    "goaway-sent",
    "closed",
  ]);
  const { pings } = recording.stats;
  assertEquals([pings.sent, pings.acked, pings.lost], [3, 2, 1]);
  const [channel, connection] = world.channel.recordings();
  assertEquals(connection.id, recording.id);
  assertEquals(connection.events, recording.events);
  const told = channel.events.map((event): string => event.type);
  for (const type of ["connected", "suspected", "suspicion-ended"]) {
    assert(told.includes(type), `${type} in ${told}`);
  }
  const stats = world.channel.stats();
  assertEquals(stats.ended, { "keepalive-timeout": 1 });
  assertEquals([stats.suspicions.begun, stats.suspicions.lost], [1, 1]);
  world.network.light();
  await world.end();
});

for (const isWatched of [false, true]) {
  const who = isWatched ? "is observed" : "nobody watches";
  Deno.test(`retries, and deadlines with nothing read, are in the story of a channel that ${who}`, async () => {
    const told: string[] = [];
    const world = new World(5, {
      channel: {
        serviceConfig: {
          methodConfig: [{
            name: [{}],
            retryPolicy: {
              maxAttempts: 3,
              initialBackoff: "0.1s",
              maxBackoff: "1s",
              backoffMultiplier: 2,
              retryableStatusCodes: ["UNAVAILABLE"],
            },
          }],
        },
        ...(isWatched
          ? { observer: { call: ({ type }) => void told.push(type) } }
          : {}),
      },
      server: {
        interceptors: [(_call, proceed) => {
          if (refusals-- > 0) throw new GrpcError(Status.UNAVAILABLE, "busy");
          return proceed();
        }],
      },
    });
    let refusals = 2;
    world.call();
    await world.clock.advance(5 * SECOND);
    world.network.dark();
    world.call(1, { deadline: 2 * SECOND });
    await world.clock.advance(5 * SECOND);
    const [{ events }] = world.channel.recordings();
    const [second, third, overdue, ...others] = events
      .filter((event) => "callId" in event);
    assert(second.type === "attempt-started");
    assert(third.type === "attempt-started");
    assert(overdue.type === "attempt-ended");
    assertEquals([second.number, second.cause], [2, "policy"]);
    assertEquals([third.number, third.callId], [3, second.callId]);
    assert(third.attemptId !== second.attemptId);
    assertEquals([overdue.status, overdue.messagesSent], [4, 1]);
    assertEquals(overdue.duration, 2 * SECOND);
    assertEquals(others, []);
    assertEquals(told.includes("call-started"), isWatched);
    world.network.light();
    await world.end();
  });
}

Deno.test("so does a server", async () => {
  const world = unwatched();
  world.call();
  await world.clock.advance(SECOND);
  assertEquals(world.server.stats().open, 1);
  await world.channel.close();
  await world.clock.advance(SECOND);
  const [recording] = world.server.recordings();
  assert(recording.type === "connection");
  assertEquals([recording.role, recording.events.at(-1)?.type], [
    "server",
    "closed",
  ]);
  assertEquals(world.server.stats().open, 0);
  await world.end();
});

Deno.test("a recorder that is turned off remembers nothing", async () => {
  const world = unwatched(false);
  const error = await lostCall(world);
  assertEquals(error.recording, undefined);
  assertEquals(world.channel.recordings(), []);
  assertEquals(world.server.recordings(), []);
  assertEquals(world.channel.stats().ended, {});
  world.network.light();
  await world.end();
});

Deno.test("an error that no connection has to do with has no recording", () => {
  assertEquals(new GrpcError(14, "away").recording, undefined);
  assertEquals(new GrpcError(14, "away", { cause: 1 }).recording, undefined);
  const cause = new Error("mine");
  assertEquals(new GrpcError(14, "away", { cause }).recording, undefined);
});

Deno.test("the option recorder is a boolean", () => {
  const recorder = "yes" as never;
  assertThrows(
    () => new Channel("127.0.0.1:1", { recorder }),
    TypeError,
    "recorder",
  );
  assertThrows(() => serve({ port: 0, recorder }, []), TypeError, "recorder");
});
