import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import {
  Channel,
  type ClientInterceptor,
  GrpcError,
  implement,
  serve,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import {
  aborted,
  activeStreams,
  echo,
  Stage,
  until,
  Words,
} from "../grpc/support/words.ts";
import { atLeast, breathe, PATIENCE } from "../harness/time.ts";

/** A stage whose streams say one word, and are silent until they are cancelled. */
class Quiet extends Stage {
  readonly ended: { count: number };

  constructor(interceptors: readonly ClientInterceptor[] = []) {
    const ended = { count: 0 };
    super({
      async *down(_word, { signal }) {
        yield "first";
        await aborted(signal);
        ended.count++;
      },
    }, { channel: { interceptors } });
    this.ended = ended;
  }
}

const passOn: ClientInterceptor = (request, next) => next(request);

for (const interceptors of [[], [passOn]]) {
  const how = interceptors.length === 0 ? "" : ", with an interceptor, too";

  Deno.test(`The end of a stream whose read is pending cancels it at once${how}`, async () => {
    await using stage = new Quiet(interceptors);
    const responses = stage.words.down("");
    assertEquals((await responses.next()).value, "first");
    const pending = responses.next();
    const end = await deadline(responses.return("over"), 1_000);
    assertEquals(end, { done: true, value: "over" });
    assertEquals(await deadline(pending, PATIENCE), {
      done: true,
      value: undefined,
    });
    await until(() => stage.ended.count === 1);
    await stage.nothingIsLeft();
    assertEquals((await responses.next()).done, true);
  });

  Deno.test(`A cancelled ReadableStream of responses cancels the call${how}`, async () => {
    await using stage = new Quiet(interceptors);
    const reader = ReadableStream.from(stage.words.down("")).getReader();
    assertEquals((await reader.read()).value, "first");
    const pending = reader.read();
    await deadline(reader.cancel(), PATIENCE);
    assertEquals((await pending).done, true);
    await until(() => stage.ended.count === 1);
    await stage.nothingIsLeft();
  });

  Deno.test(`Who throws into a stream gets the error back, and the call is cancelled${how}`, async () => {
    await using stage = new Quiet(interceptors);
    const responses = stage.words.down("");
    await responses.next();
    const thrown = new Error("enough");
    const error = await responses.throw(thrown).catch((error) => error);
    assertEquals(error, thrown);
    await until(() => stage.ended.count === 1);
    await using _ = responses;
    assertEquals((await responses.next()).done, true);
  });
}

Deno.test("A stream that ends before its first read makes no call", async () => {
  await using stage = new Stage(echo);
  const responses = stage.words.down("a b");
  assertEquals(await responses.return("x"), { done: true, value: "x" });
  assertEquals((await responses.next()).done, true);
  assertEquals(await stage.words.one("w"), "w");
  assertEquals(stage.clients[0].counters().streamsStarted, 1);
});

Deno.test("Several reads at once get the responses in order", async () => {
  await using stage = new Stage(echo);
  const responses = stage.words.down("a b");
  const reads = Array.from({ length: 4 }, () => responses.next());
  const results = await Promise.all(reads);
  assertEquals(results.map(({ value }) => value), [
    "a",
    "b",
    undefined,
    undefined,
  ]);
});

Deno.test("ready() waits on through the idle timeout, and enterIdle", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  await using channel = new Channel(`127.0.0.1:${port}`, {
    idleTimeout: 30,
    backoff: { initialBackoff: 20, jitter: 0 },
  });
  const ready = channel.ready();
  await atLeast(100);
  assert(channel.state !== "IDLE", channel.state);
  channel.enterIdle();
  const server = serve({ hostname: "127.0.0.1", port }, []);
  await deadline(ready, PATIENCE);
  await channel.waitFor("IDLE");
  await channel.close();
  await server.close();
});

Deno.test("ready() ends with its signal, and with the channel", async () => {
  await using channel = new Channel("127.0.0.1:1");
  const abort = new AbortController();
  const ready = channel.ready({ signal: abort.signal });
  const reason = new Error("enough");
  abort.abort(reason);
  assertEquals(await ready.catch((error) => error), reason);
  const again = channel.ready({ signal: abort.signal });
  assertEquals(await again.catch((error) => error), reason);
  const other = channel.ready().catch((error) => error);
  await channel.close();
  const error = await other;
  assert(error instanceof TypeError, String(error));
});

Deno.test("A channel that closes ends calls that wait for their next attempt", async () => {
  let attempts = 0;
  await using stage = new Stage({
    one() {
      attempts++;
      throw new GrpcError(Status.UNAVAILABLE, "not now");
    },
  }, {
    channel: {
      serviceConfig: {
        methodConfig: [{
          name: [{}],
          retryPolicy: {
            maxAttempts: 5,
            initialBackoff: "60s",
            maxBackoff: "60s",
            backoffMultiplier: 1,
            retryableStatusCodes: ["UNAVAILABLE"],
          },
        }],
      },
    },
  });
  const call = assertStatus(
    () => stage.words.one(""),
    Status.UNAVAILABLE,
    "the channel is closed",
  );
  await until(() => attempts === 1);
  await until(() => activeStreams(stage.clients[0]) === 0);
  await breathe();
  await stage.channel.close();
  await deadline(call, PATIENCE);
  assertEquals(attempts, 1);
});

Deno.test("A call that a closing connection may still have sent is not made again", async () => {
  for (let microtasks = 0; microtasks < 8; microtasks++) {
    let runs = 0;
    const server = serve({ hostname: "127.0.0.1", port: 0 }, [
      implement(Words, {
        one: (word) => word,
        async up(words) {
          runs++;
          return String((await Array.fromAsync(words)).length);
        },
      }),
    ]);
    const { port } = server.addr as Deno.NetAddr;
    await using channel = new Channel(`127.0.0.1:${port}`);
    await channel.ready();
    channel.unary(Words.one, "a").catch(() => {});
    for (let i = 0; i < microtasks; i++) await undefined;
    const call = channel.clientStreaming(Words.up, ["a", "b"]);
    channel.enterIdle();
    const outcome = await call.catch((error) => error.statusMessage);
    await channel.close();
    await server.shutdown();
    assert(
      runs <= 1,
      `${runs} runs after ${microtasks} microtasks, ${outcome}`,
    );
  }
});
