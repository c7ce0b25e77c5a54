import { assert, assertEquals } from "@std/assert";
import {
  type CallContext,
  GrpcError,
  type Handlers,
  Metadata,
  type RetryPolicyConfig,
  Status,
} from "../../mod.ts";
import { encodeRstStream, ErrorCode } from "../../src/frames/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { sayFields } from "../grpc/support/foreign.ts";
import { aborted, Stage, type Words } from "../grpc/support/words.ts";
import { answer, readRequest } from "./support/requests.ts";
import { Scene } from "./support/scene.ts";
import { PATIENCE } from "../harness/time.ts";

const POLICY: RetryPolicyConfig = {
  maxAttempts: 4,
  initialBackoff: "0.02s",
  maxBackoff: "0.05s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE"],
};

/** Options of a channel whose calls are made again. */
function retrying(policy: Partial<RetryPolicyConfig> = {}) {
  return {
    serviceConfig: {
      methodConfig: [{ name: [{}], retryPolicy: { ...POLICY, ...policy } }],
    },
  };
}

/** A server that refuses so many calls, and what it has seen. */
class Moody extends Stage {
  /** What each attempt said about those before it. */
  readonly previous: unknown[];
  /** The requests of each attempt. */
  readonly seen: string[][];
  /** When each attempt came. */
  readonly times: number[];

  constructor(
    refusals: number,
    policy: Partial<RetryPolicyConfig> = {},
    trailers: Record<string, string> = {},
  ) {
    const previous: unknown[] = [];
    const seen: string[][] = [];
    const times: number[] = [];
    const admit = (words: string[], { metadata }: CallContext) => {
      previous.push(metadata.get("grpc-previous-rpc-attempts"));
      seen.push(words);
      times.push(performance.now());
      if (seen.length > refusals) return words.join(" ");
      throw new GrpcError(Status.UNAVAILABLE, "not now", {
        metadata: new Metadata(trailers),
      });
    };
    const handlers: Handlers<typeof Words> = {
      one: (word, call) => admit([word], call),
      up: async (words, call) => admit(await Array.fromAsync(words), call),
      async *down(word, call) {
        yield admit([word], call);
      },
      async *both(words, call) {
        yield admit(await Array.fromAsync(words), call);
      },
    };
    super(handlers, { channel: retrying(policy) });
    this.previous = previous;
    this.seen = seen;
    this.times = times;
  }
}

Deno.test("A unary call is made again until it succeeds, and says how often it was before", async () => {
  await using stage = new Moody(2);
  assertEquals(await stage.words.one("a"), "a");
  assertEquals(stage.previous, [undefined, "1", "2"]);
  assertEquals(stage.seen, [["a"], ["a"], ["a"]]);
});

Deno.test("The requests of a client stream are sent again in order, though taken once", async () => {
  await using stage = new Moody(2);
  const words = Array.from({ length: 50 }, (_, i) => `${i}`);
  let taken = 0;
  const requests = async function* () {
    for (const word of words) {
      taken++;
      yield word;
      await Promise.resolve();
    }
  };
  assertEquals(await stage.words.up(requests()), words.join(" "));
  assertEquals(stage.seen, [words, words, words]);
  assertEquals(stage.previous, [undefined, "1", "2"]);
  assertEquals(taken, words.length);
});

Deno.test("Streams of responses are asked for again, too, as long as none has come", async () => {
  await using stage = new Moody(1);
  assertEquals(await Array.fromAsync(stage.words.down("a")), ["a"]);
  assertEquals(stage.previous, [undefined, "1"]);
  await using other = new Moody(1);
  const responses = other.words.both(["a", "b"]);
  assertEquals(await Array.fromAsync(responses), ["a b"]);
  assertEquals(other.seen, [["a", "b"], ["a", "b"]]);
});

Deno.test("After so many attempts, the last error is that of the call", async () => {
  await using stage = new Moody(9);
  await assertStatus(
    () => stage.words.one("a"),
    Status.UNAVAILABLE,
    "not now",
  );
  assertEquals(stage.seen.length, 4);
});

Deno.test("Another status is not asked for again", async () => {
  await using stage = new Moody(1, { retryableStatusCodes: ["ABORTED"] });
  await assertStatus(() => stage.words.one("a"), Status.UNAVAILABLE);
  assertEquals(stage.seen.length, 1);
});

Deno.test("A call whose response has begun is not made again", async () => {
  let attempts = 0;
  await using stage = new Stage({
    async *down() {
      attempts++;
      yield "first";
      throw new GrpcError(Status.UNAVAILABLE, "not any more");
    },
  }, { channel: retrying() });
  const responses = stage.words.down("");
  assertEquals((await responses.next()).value, "first");
  await assertStatus(
    () => responses.next(),
    Status.UNAVAILABLE,
    "not any more",
  );
  assertEquals(attempts, 1);
});

Deno.test("A server that says when to come back is obeyed", async () => {
  await using stage = new Moody(1, {}, { "grpc-retry-pushback-ms": "300" });
  assertEquals(await stage.words.one("a"), "a");
  const [first, second] = stage.times;
  assert(second - first >= 290, `${second - first} ms`);
  assertEquals(stage.previous, [undefined, "1"]);
});

for (const pushback of ["-1", "never"]) {
  Deno.test(`A server that says not to come back (${pushback}) is obeyed`, async () => {
    const trailers = { "grpc-retry-pushback-ms": pushback };
    await using stage = new Moody(1, {}, trailers);
    await assertStatus(() => stage.words.one("a"), Status.UNAVAILABLE);
    assertEquals(stage.seen.length, 1);
  });
}

Deno.test("The deadline of a call bounds all its attempts and pauses", async () => {
  await using stage = new Moody(9, {
    initialBackoff: "600s",
    maxBackoff: "600s",
  });
  const start = performance.now();
  await assertStatus(
    () => stage.words.one("a", { deadline: 60_000 }),
    Status.UNAVAILABLE,
    "not now",
  );
  const took = performance.now() - start;
  assert(took < PATIENCE, `${took} ms`);
  assertEquals(stage.seen.length, 1);
});

Deno.test("An attempt that hangs ends at the deadline of the call, and has no successor", async () => {
  let attempts = 0;
  await using stage = new Stage({
    one: (_word, { signal }) => {
      if (++attempts > 1) return aborted(signal).then(String);
      throw new GrpcError(Status.UNAVAILABLE, "not now");
    },
  }, { channel: retrying() });
  // A busy machine may need longer for two attempts.
  for (let deadline = 300; attempts < 2; deadline *= 2) {
    attempts = 0;
    const start = performance.now();
    await assertStatus(
      () => stage.words.one("a", { deadline }),
      Status.DEADLINE_EXCEEDED,
    );
    const took = performance.now() - start;
    assert(took >= deadline - 5 && took < deadline + PATIENCE, `${took} ms`);
  }
  assertEquals(attempts, 2);
});

Deno.test("A call whose connection is lost is made again on the next one, requests in order", async () => {
  await using scene = new Scene(retrying());
  const first = await scene.connected();
  const call = scene.words.up(["a", "b", "c"]);
  const before = await readRequest(first);
  await first.peer.conn.closeWrite();
  const second = await scene.welcome();
  const after = await readRequest(second);
  await answer(second, after.streamId, "abc");
  assertEquals(await call, "abc");
  assertEquals([before.words, after.words], [["a", "b", "c"], ["a", "b", "c"]]);
  assertEquals(before.fields["grpc-previous-rpc-attempts"], undefined);
  assertEquals(after.fields["grpc-previous-rpc-attempts"], "1");
});

Deno.test("Without a policy, a call that the server may have seen is not made again", async () => {
  await using scene = new Scene();
  const end = await scene.connected();
  const call = assertStatus(() => scene.words.one("a"), Status.UNAVAILABLE);
  await readRequest(end);
  await end.peer.conn.closeWrite();
  await call;
  assertEquals(scene.clients.length, 1);
});

Deno.test("A refusal, then a failure that the policy knows: the first retry is not counted", async () => {
  await using scene = new Scene(retrying());
  const end = await scene.connected();
  const call = scene.words.one("a");
  const first = await readRequest(end);
  await end.peer.say((writer) =>
    encodeRstStream(writer, first.streamId, ErrorCode.REFUSED_STREAM)
  );
  const second = await readRequest(end);
  assertEquals(second.fields["grpc-previous-rpc-attempts"], undefined);
  await end.peer.say((writer) =>
    sayFields(writer, second.streamId, [
      [":status", "200"],
      ["content-type", "application/grpc"],
      ["grpc-status", "14"],
    ], true)
  );
  const third = await readRequest(end);
  assertEquals(third.fields["grpc-previous-rpc-attempts"], "1");
  await answer(end, third.streamId, "a");
  assertEquals(await call, "a");
});
