import { assert, assertEquals } from "@std/assert";
import { StreamTable } from "../../src/connection/streams/stream_table.ts";
import { echo, Stage, until } from "../grpc/support/words.ts";
import { goawaysIn } from "../harness/raw_peer.ts";
import { PuppetResolver } from "./support/puppet_resolver.ts";
import {
  answer,
  begin,
  echoRequests,
  finish,
  readHeads,
  readRequests,
} from "./support/requests.ts";
import { Scene } from "./support/scene.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

/** Lets every client use the identifiers 1 and 3 only. */
function scarceIdentifiers(): Disposable {
  const { prototype } = StreamTable;
  const real = Object.getOwnPropertyDescriptor(prototype, "exhausted")!;
  Object.defineProperty(prototype, "exhausted", {
    ...real,
    get(this: StreamTable) {
      return this.nextLocalId > 3;
    },
  });
  return {
    [Symbol.dispose]: () =>
      void Object.defineProperty(prototype, "exhausted", real),
  };
}

Deno.test("Row 106 CB-id-exhaustion: when identifiers are used up, calls go over a new connection, the old one finishes its streams and closes", async () => {
  using _limit = scarceIdentifiers();
  await using scene = new Scene();
  const first = await scene.connected();
  const calls = ["a", "b", "c"].map((word) => scene.words.one(word));
  const asked = await readRequests(first, 2);
  assertEquals(asked.map(({ streamId }) => streamId), [1, 3]);
  const second = await scene.welcome();
  const [{ streamId }] = await echoRequests(second, 1);
  assertEquals(streamId, 1);
  assertEquals(await calls[2], "c");
  await answer(first, 3, "b");
  await answer(first, 1, "a");
  assertEquals(await Promise.all(calls), ["a", "b", "c"]);
  await first.peer.rest();
  await until(() => scene.closes.length === 1);
  const { kind, by } = scene.closes[0];
  assertEquals([kind, by], ["drained", "local"]);
});

Deno.test("Row 106 CB-id-exhaustion: no call of hundreds is lost", async () => {
  using _limit = scarceIdentifiers();
  await using stage = new Stage(echo, {
    channel: { backoff: { initialBackoff: 1, jitter: 0 } },
  });
  const words = Array.from({ length: 200 }, (_, i) => `${i}`);
  const answers = await Promise.all(words.map((word) => stage.words.one(word)));
  assertEquals(answers, words);
  assert(stage.clients.length >= 100, `${stage.clients.length} connections`);
});

Deno.test("Row 107 CB-graceful-close: when an address is removed, its stream finishes while 200 calls go to the new one", async () => {
  await using next = new Stage();
  await using old = new Stage();
  const resolver = new PuppetResolver(old.target);
  await using stage = new Stage(echo, {
    target: "puppet:///words",
    channel: { resolver },
  });
  const last = Promise.withResolvers<string>();
  const requests = async function* () {
    yield "first";
    yield await last.promise;
  };
  const stream = stage.words.both(requests());
  assertEquals((await stream.next()).value, "first");
  const words = Array.from({ length: 200 }, (_, i) => `${i}`);
  const half = words.slice(0, 100).map((word) => stage.words.one(word));
  resolver.move(next.target);
  const rest = words.slice(100).map((word) => stage.words.one(word));
  assertEquals(await Promise.all([...half, ...rest]), words);
  assertEquals(stage.channel.peers, [next.target]);
  assert(next.accepted[0].counters().streamsStarted >= 100);
  last.resolve("last");
  assertEquals(await Array.fromAsync(stream), ["last"]);
  const { kind, by } = await stage.clients[0].closed;
  assertEquals([kind, by], ["drained", "local"]);
});

Deno.test("Row 107 CB-graceful-close: a connection without a stream closes at once when its address is removed", async () => {
  await using scene = new Scene({}, 2);
  const resolver = new PuppetResolver(scene.targets[0]);
  await using stage = new Stage(echo, {
    target: "puppet:///words",
    channel: { resolver },
  });
  const connecting = stage.channel.connect();
  const { peer } = await scene.welcome();
  await connecting;
  resolver.move(stage.target);
  const [{ code, debug }] = goawaysIn(await peer.rest());
  assertEquals([code, debug], [0, "client transport shutdown"]);
  assertEquals(await stage.words.one("a"), "a");
});

Deno.test("Row 108 CI-basic: a channel without a call is IDLE after the timeout, and its connection closed", async () => {
  await using scene = new Scene({ idleTimeout: 100 });
  const start = performance.now();
  const call = scene.words.one("a");
  const end = await scene.welcome();
  await echoRequests(end, 1);
  assertEquals(await call, "a");
  const frames = await end.peer.rest();
  const took = performance.now() - start;
  assert(took > 95 && took < PATIENCE, `${took} ms`);
  const [{ code, debug }] = goawaysIn(frames);
  assertEquals([code, debug], [0, "client transport shutdown"]);
  assertEquals(scene.channel.state, "IDLE");
  assertEquals(
    scene.channel.reason,
    "no call was made for the idle timeout",
  );
});

Deno.test("Row 108 CI-basic: a running call keeps the channel READY, unary or stream", async () => {
  await using scene = new Scene({ idleTimeout: 60 });
  const call = scene.words.one("a");
  const end = await scene.welcome();
  await readHeads(end, 1);
  await atLeast(200);
  assertEquals(scene.channel.state, "READY");
  const stream = scene.words.down("b");
  const word = stream.next();
  await readHeads(end, 1);
  await answer(end, 1, "a");
  assertEquals(await call, "a");
  await begin(end, 3, "b");
  assertEquals((await word).value, "b");
  await atLeast(200);
  assertEquals(scene.channel.state, "READY");
  await finish(end, 3);
  assertEquals(await Array.fromAsync(stream), []);
  await scene.channel.waitFor("IDLE");
});

Deno.test("Row 108 CI-basic: frequent calls keep the channel READY", async () => {
  // A machine that is too busy to call frequently gets more time for it.
  for (let idleTimeout = 200, isProven = false; !isProven; idleTimeout *= 2) {
    await using stage = new Stage(echo, { channel: { idleTimeout } });
    let longest = 0;
    let since = performance.now();
    for (let i = 0; i < 20; i++) {
      assertEquals(await stage.words.one("a"), "a");
      await atLeast(idleTimeout / 10);
      longest = Math.max(longest, performance.now() - since);
      since = performance.now();
    }
    if (longest > idleTimeout - 10) continue;
    isProven = true;
    assertEquals(stage.clients.length, 1);
  }
});

Deno.test("Row 108 CI-basic: without a timeout (Infinity) the channel stays READY", async () => {
  await using stage = new Stage(echo, { channel: { idleTimeout: Infinity } });
  assertEquals(await stage.words.one("a"), "a");
  await atLeast(200);
  assertEquals(stage.channel.state, "READY");
});

Deno.test("Row 109 CI-exit: a call, and connect, leave idleness", async () => {
  await using stage = new Stage(echo, { channel: { idleTimeout: 80 } });
  assertEquals(await stage.words.one("a"), "a");
  await stage.channel.waitFor("IDLE");
  assertEquals(await stage.words.one("b"), "b");
  await stage.channel.waitFor("IDLE");
  await stage.channel.connect();
  await stage.channel.waitFor("IDLE");
  assertEquals(stage.clients.length, 3);
});

Deno.test("Row 109 CI-exit: calls that race the idle timer all succeed", async () => {
  await using stage = new Stage(echo, { channel: { idleTimeout: 10 } });
  for (let i = 0; i < 60; i++) {
    const calls = ["a", "b"].map((word) => stage.words.one(word));
    assertEquals(await Promise.all(calls), ["a", "b"]);
    await atLeast(8 + i % 5);
  }
  assert(stage.clients.length > 1, `${stage.clients.length} connections`);
});

Deno.test("Row 109 CI-exit: enterIdle closes the connection, and the next call makes another", async () => {
  await using scene = new Scene();
  const { peer } = await scene.connected();
  scene.channel.enterIdle();
  assertEquals(scene.channel.state, "IDLE");
  const [{ code, debug }] = goawaysIn(await peer.rest());
  assertEquals([code, debug], [0, "client transport shutdown"]);
  await atLeast(100);
  assertEquals(scene.channel.state, "IDLE");
  const call = scene.words.one("a");
  await echoRequests(await scene.welcome(), 1);
  assertEquals(await call, "a");
});
