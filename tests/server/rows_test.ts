import { assert, assertEquals } from "@std/assert";
import {
  encodePing,
  encodeRstStream,
  encodeSettings,
  ErrorCode,
  FrameType,
  SettingId,
} from "../../src/frames/mod.ts";
import { GrpcError, Status } from "../../mod.ts";
import { goawaysIn } from "../harness/raw_peer.ts";
import { request, sayFields, sayMessage } from "../grpc/support/foreign.ts";
import { ForeignClient } from "../grpc/support/foreign_client.ts";
import { aborted, activeStreams, Stage, until } from "../grpc/support/words.ts";
import { atLeast, breathe, PATIENCE } from "../harness/time.ts";

const ONE = "/test.Words/One";
const UP = "/test.Words/Up";
const DOWN = "/test.Words/Down";

Deno.test("Row 117: a client that never reads and never cancels loses its stream at the deadline", async () => {
  const reasons: unknown[] = [];
  await using stage = new Stage({
    // deno-lint-ignore require-yield
    async *down(_word, { signal }) {
      reasons.push(await aborted(signal));
    },
  });
  using client = await ForeignClient.greet(stage.port);
  const start = performance.now();
  // grpc-go answers with RST_STREAM(CANCEL) alone. Here the client is told why
  // as long as it listens, which this one does.
  const { sections } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(DOWN, { "grpc-timeout": "20m" }));
    sayMessage(writer, 1, "w", true);
  });
  assert(performance.now() - start >= 19);
  assertEquals(sections[0]["grpc-status"], String(Status.DEADLINE_EXCEEDED));
  await until(() => reasons.length === 1);
  assertEquals((reasons[0] as GrpcError).code, Status.DEADLINE_EXCEEDED);
  assertEquals(activeStreams(stage.accepted[0]), 0);
});

Deno.test("Row 117: a client that does not end its requests loses its stream, too", async () => {
  await using stage = new Stage({
    up: async (words) => (await Array.fromAsync(words)).join(),
  });
  using client = await ForeignClient.greet(stage.port);
  const { sections } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(UP, { "grpc-timeout": "20m" }));
    sayMessage(writer, 1, "w");
  });
  assertEquals(sections[0]["grpc-status"], String(Status.DEADLINE_EXCEEDED));
  const { errorCode } = await client.peer.until(FrameType.RST_STREAM);
  assertEquals(errorCode, ErrorCode.NO_ERROR);
  assertEquals(activeStreams(stage.accepted[0]), 0);
});

Deno.test("Row 117: a client that opens no window has its stream reset with CANCEL", async () => {
  let released = false;
  await using stage = new Stage({
    *down() {
      try {
        for (;;) yield "x".repeat(50_000);
      } finally {
        released = true;
      }
    },
  });
  using client = await ForeignClient.greet(stage.port);
  const { reset, octets } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(DOWN, { "grpc-timeout": "30m" }));
    sayMessage(writer, 1, "w", true);
  });
  assertEquals([reset, octets], [ErrorCode.CANCEL, 65_535]);
  await until(() => released);
  assertEquals(activeStreams(stage.accepted[0]), 0);
});

Deno.test("Row 115: above MAX_CONCURRENT_STREAMS a stream is refused, below it again served", async () => {
  const go = Promise.withResolvers<string>();
  await using stage = new Stage({ one: () => go.promise }, {
    server: { maxConcurrentStreams: 1 },
  });
  using client = await ForeignClient.greet(stage.port);
  const call = (id: number) =>
    client.peer.say((writer) => {
      sayFields(writer, id, request(ONE));
      sayMessage(writer, id, "w", true);
    });
  await call(1);
  await call(3);
  assertEquals((await client.response(3)).reset, ErrorCode.REFUSED_STREAM);
  go.resolve("done");
  assertEquals((await client.response(1)).sections[1], { "grpc-status": "0" });
  await call(5);
  assertEquals((await client.response(5)).sections[1], { "grpc-status": "0" });
});

Deno.test("Row 113: the next handler starts when the one before has returned, whatever was reset", async () => {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  await using stage = new Stage({
    async one(word) {
      started.push(word);
      await new Promise<void>((resolve) => ends.set(word, resolve));
      return word;
    },
  }, { server: { maxConcurrentStreams: 1 } });
  using client = await ForeignClient.greet(stage.port);
  const call = (id: number) =>
    client.peer.say((writer) => {
      sayFields(writer, id, request(ONE));
      sayMessage(writer, id, `word ${id}`, true);
    });
  const cancel = (id: number) =>
    client.peer.say((writer) => encodeRstStream(writer, id, ErrorCode.CANCEL));
  await call(1);
  await until(() => started.length === 1);
  for (const id of [1, 3, 5]) {
    await cancel(id);
    await call(id + 2);
  }
  await until(() => stage.accepted[0].counters().streamsStarted === 4);
  // Where grpc-go stops reading, the connection goes on here.
  await client.peer.say((writer) =>
    encodePing(writer, false, new Uint8Array(8))
  );
  await client.peer.until(FrameType.PING);
  await breathe();
  assertEquals(started, ["word 1"]);
  ends.get("word 1")!();
  await until(() => started.length === 2);
  assertEquals(started, ["word 1", "word 7"]);
  ends.get("word 7")!();
  assertEquals((await client.response(7)).sections[1], { "grpc-status": "0" });
});

Deno.test("Row 54: a connection whose response waits for a window is not idle", async () => {
  await using stage = new Stage({ one: (word) => word }, {
    server: { keepalive: { maxConnectionIdle: 60 } },
  });
  using client = await ForeignClient.greet(stage.port);
  await client.peer.say((writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
    sayFields(writer, 1, request(ONE));
    sayMessage(writer, 1, "w", true);
  });
  assertEquals((await client.fields())[":status"], "200");
  await atLeast(200);
  assertEquals(stage.accepted[0].state.kind, "open");
  const start = performance.now();
  await client.peer.say((writer) =>
    encodeRstStream(writer, 1, ErrorCode.CANCEL)
  );
  const goaway = await client.peer.until(FrameType.GOAWAY);
  const after = performance.now() - start;
  assert(after >= 55 && after < PATIENCE, `${after} ms`);
  assertEquals(goawaysIn([goaway])[0].debug, "max_idle");
});

Deno.test("Row 31: handlers are cancelled when the client does not answer keepalive", async () => {
  const reasons: unknown[] = [];
  let released = false;
  await using stage = new Stage({
    one: async (_word, { signal }) =>
      String(reasons.push(await aborted(signal))),
    async *down() {
      try {
        for (;;) {
          await breathe();
          yield "word";
        }
      } finally {
        released = true;
      }
    },
  }, {
    server: { keepalive: { time: 60, timeout: 50, minimumTime: 0 } },
  });
  using client = await ForeignClient.greet(stage.port);
  const start = performance.now();
  await client.peer.say((writer) => {
    for (const [id, path] of [[1, ONE], [3, DOWN]] as const) {
      sayFields(writer, id, request(path));
      sayMessage(writer, id, "w", true);
    }
  });
  const frames = await client.peer.rest();
  const took = performance.now() - start;
  assert(took >= 105 && took < PATIENCE, `${took} ms`);
  assertEquals(goawaysIn(frames), []);
  await until(() => released && reasons.length === 1);
  const [reason] = reasons;
  assert(reason instanceof GrpcError);
  assertEquals(reason.code, Status.CANCELLED);
  assertEquals((reason.cause as { kind: string }).kind, "keepalive-timeout");
});
