import { assert, assertEquals } from "@std/assert";
import { Channel, createClient, implement, serve } from "../../mod.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { echo, Stage, until, Words } from "../grpc/support/words.ts";
import { RawServer } from "../harness/raw_peer.ts";
import { PuppetResolver } from "./support/puppet_resolver.ts";
import { QUICK_BACKOFF } from "./support/scene.ts";
import { PATIENCE } from "../harness/time.ts";

/** The calls that a server has had. */
function callsOf(transports: readonly Transport[]): number {
  return transports.reduce(
    (sum, transport) => sum + transport.counters().streamsStarted,
    0,
  );
}

/** Milliseconds of a first call. */
async function timeOfCall(channel: Channel): Promise<number> {
  const start = performance.now();
  assertEquals(await channel.unary(Words.one, "a"), "a");
  return performance.now() - start;
}

Deno.test("pick_first passes over a dead address: one that refuses, one that is silent", async () => {
  await using stage = new Stage();
  using silent = new RawServer();
  const refusing = new RawServer();
  const { target } = refusing;
  refusing[Symbol.dispose]();
  for (const dead of [[target], [silent.target], [target, silent.target]]) {
    await using channel = new Channel([...dead, stage.target]);
    const took = await timeOfCall(channel);
    assert(took < PATIENCE, `${took} ms`);
    assertEquals(channel.peers, [stage.target]);
  }
});

Deno.test("pick_first moves to the next address when the one in use dies", async () => {
  await using second = new Stage();
  const first = new Stage();
  await using channel = new Channel([first.target, second.target], {
    backoff: QUICK_BACKOFF,
  });
  const words = createClient(Words, channel);
  assertEquals(await words.one("a"), "a");
  assertEquals(channel.peers, [first.target]);
  await first[Symbol.asyncDispose]();
  await until(() => channel.state !== "READY");
  assertEquals(await words.one("b"), "b");
  assertEquals(channel.peers, [second.target]);
});

Deno.test("round_robin halves 100 calls between two servers", async () => {
  await using first = new Stage();
  await using second = new Stage();
  await using channel = new Channel([first.target, second.target], {
    loadBalancing: "round_robin",
  });
  const words = createClient(Words, channel);
  await channel.ready();
  await until(() => channel.peers.length === 2);
  for (let i = 0; i < 50; i++) {
    const calls = ["a", "b"].map((word) => words.one(word));
    assertEquals(await Promise.all(calls), ["a", "b"]);
  }
  const counts = [first, second].map(({ accepted }) => callsOf(accepted));
  assertEquals(counts, [50, 50]);
});

Deno.test("round_robin goes on with one server, and takes the other back", async () => {
  await using first = new Stage();
  const second = new Stage();
  const { port, target } = second;
  await using channel = new Channel([first.target, target], {
    loadBalancing: "round_robin",
    backoff: { ...QUICK_BACKOFF, maxBackoff: 100 },
  });
  const words = createClient(Words, channel);
  await channel.ready();
  await until(() => channel.peers.length === 2);
  await second[Symbol.asyncDispose]();
  await until(() => channel.peers.length === 1);
  for (let i = 0; i < 10; i++) assertEquals(await words.one("a"), "a");
  assertEquals(channel.state, "READY");
  await using _back = serve({ hostname: "127.0.0.1", port }, [
    implement(Words, { one: () => "from the second" }),
  ]);
  await until(() => channel.peers.length === 2);
  const answers = [await words.one("a"), await words.one("a")];
  assertEquals(answers.toSorted(), ["a", "from the second"]);
});

Deno.test("Calls follow a resolver from server to server, and none fails", async () => {
  await using first = new Stage();
  await using second = new Stage();
  for (const loadBalancing of ["pick_first", "round_robin"] as const) {
    const resolver = new PuppetResolver(first.target);
    await using stage = new Stage(echo, {
      target: "puppet:///words",
      channel: { resolver, loadBalancing, backoff: QUICK_BACKOFF },
    });
    let stop = false;
    let calls = 0;
    const caller = async () => {
      while (!stop) {
        const word = `${calls++}`;
        assertEquals(await stage.words.one(word), word);
      }
    };
    const callers = Promise.all([caller(), caller(), caller()]);
    for (let i = 0; i < 6; i++) {
      const made = calls;
      await until(() => calls > made + 6);
      resolver.move((i % 2 === 0 ? second : first).target);
    }
    const before = callsOf(first.accepted);
    await until(() => callsOf(first.accepted) > before);
    stop = true;
    await callers;
    assertEquals(stage.channel.peers, [first.target]);
    assert(stage.clients.length >= 7, `${stage.clients.length} connections`);
    assert(callsOf(second.accepted) > 0);
  }
});
