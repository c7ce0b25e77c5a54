import { assertEquals } from "@std/assert";
import { Channel, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, until, Words } from "../grpc/support/words.ts";
import { PuppetResolver } from "./support/puppet_resolver.ts";

const LARGE = { metadata: { "x-large": "x".repeat(10_000) }, deadline: 10_000 };

Deno.test("A stream whose large headers were answered makes way for others while it runs", async () => {
  const held = Promise.withResolvers<void>();
  await using stage = new Stage({
    ...echo,
    both: async function* (words) {
      for await (const word of words) yield word;
      await held.promise;
    },
  });
  const requests = async function* () {
    yield "w";
    await held.promise;
  };
  const responses = [];
  for (let i = 0; i < 5; i++) {
    const stream = stage.words.both(requests(), LARGE);
    assertEquals((await stream.next()).value, "w");
    responses.push(stream);
  }
  assertEquals(stage.clients.length, 1);
  held.resolve();
  for (const stream of responses) await Array.fromAsync(stream);
});

Deno.test("A call with large headers on a channel that is being closed fails at once", async () => {
  const held = Promise.withResolvers<void>();
  let begun = 0;
  await using stage = new Stage({
    ...echo,
    one: async (word) => {
      begun++;
      await held.promise;
      return word;
    },
  });
  const running = stage.words.one("w").catch(() => {});
  await until(() => begun === 1);
  const closing = stage.channel.close();
  await assertStatus(() => stage.words.one("w", LARGE), Status.UNAVAILABLE);
  await closing;
  await running;
  held.resolve();
});

Deno.test("A call with large headers finds addresses that are new, though the others have left the channel idle", async () => {
  await using stage = new Stage();
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  const resolver = new PuppetResolver(`127.0.0.1:${port}`);
  await using channel = new Channel("puppet:words", {
    resolver,
    idleTimeout: 1,
    backoff: { initialBackoff: 1, maxBackoff: 1 },
  });
  const small = new AbortController();
  const left = channel.unary(Words.one, "w", {
    waitForReady: true,
    signal: small.signal,
  }).catch(() => {});
  const large = channel.unary(Words.one, "w", { ...LARGE, waitForReady: true });
  small.abort();
  await left;
  await channel.waitFor("IDLE");
  resolver.move(stage.target);
  assertEquals(await large, "w");
});
