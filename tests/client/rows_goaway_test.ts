import { assert, assertEquals } from "@std/assert";
import {
  type CloseReason,
  createClient,
  HealthDefinition,
  ServingStatus,
  Status,
} from "../../mod.ts";
import {
  encodePing,
  encodeRstStream,
  ErrorCode,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import type { ForeignEnd } from "../grpc/support/foreign.ts";
import { until } from "../grpc/support/words.ts";
import { goawaysIn } from "../harness/raw_peer.ts";
import {
  answer,
  begin,
  echoRequests,
  finish,
  readHeads,
  readRequest,
  readRequests,
} from "./support/requests.ts";
import { sayGoaway, Scene } from "./support/scene.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

const { NO_ERROR, INTERNAL_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } = ErrorCode;

/** The setting MAX_CONCURRENT_STREAMS. */
const MAX_STREAMS = 3;

/** Requests that end when the test says so. */
function pending(): { requests: AsyncGenerator<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* requests() {
    yield "first";
    await promise;
  }
  return { requests: requests(), end: resolve };
}

Deno.test("Row 74 GC-idle-close: an idle channel lets go of the connection, and makes the next one for a call", async () => {
  await using scene = new Scene();
  const first = await scene.connected();
  const before = scene.words.one("before");
  await echoRequests(first, 1);
  assertEquals(await before, "before");
  await sayGoaway(first, 0, NO_ERROR, "max_idle");
  assertEquals(goawaysIn(await first.peer.rest()), []);
  await scene.channel.waitFor("IDLE");
  await atLeast(200);
  assertEquals(scene.states, ["IDLE", "CONNECTING", "READY", "IDLE"]);
  const after = scene.words.one("after");
  await echoRequests(await scene.welcome(), 1);
  assertEquals(await after, "after");
  assertEquals(scene.closes.map(({ kind }) => kind), ["goaway"]);
  assertEquals(scene.clients.length, 2);
});

Deno.test("Row 75 GC-retriable: streams above the last identifier move to a new connection, that below it continues", async () => {
  await using scene = new Scene();
  const first = await scene.connected();
  const calls = ["a", "b", "c"].map((word) => scene.words.one(word));
  const asked = await readRequests(first, 3);
  assertEquals(asked.map(({ streamId }) => streamId), [1, 3, 5]);
  await sayGoaway(first, 1, NO_ERROR, "max_age");
  const more = Array.from({ length: 20 }, (_, i) => scene.words.one(`${i}`));
  const moved = await echoRequests(await scene.welcome(), 22);
  assertEquals(
    moved.map(({ words }) => words[0]).sort(),
    ["b", "c", ...Array.from({ length: 20 }, (_, i) => `${i}`)].sort(),
  );
  for (const { fields } of moved) {
    assertEquals(fields["grpc-previous-rpc-attempts"], undefined);
  }
  assertEquals(await Promise.all(calls.slice(1)), ["b", "c"]);
  assertEquals((await Promise.all(more)).length, 20);
  await answer(first, 1, "a");
  assertEquals(await calls[0], "a");
  const told = await first.peer.rest();
  const resets = told.filter(({ type }) => type === FrameType.RST_STREAM);
  assertEquals(resets, []);
});

type Refusal = (end: ForeignEnd, streamId: number) => Promise<void>;

const refuseByGoaway: Refusal = (end) => sayGoaway(end, 0, NO_ERROR);

const refuseByReset: Refusal = ({ peer }, streamId) =>
  peer.say((writer) => encodeRstStream(writer, streamId, REFUSED_STREAM));

const REFUSALS: Record<string, Refusal[]> = {
  "REFUSED_STREAM twice": [refuseByReset, refuseByReset],
  "GOAWAY, then REFUSED_STREAM twice": [
    refuseByGoaway,
    refuseByReset,
    refuseByReset,
  ],
  "REFUSED_STREAM around a GOAWAY": [
    refuseByReset,
    refuseByGoaway,
    refuseByReset,
  ],
};

for (const [how, refusals] of Object.entries(REFUSALS)) {
  Deno.test(`Row 76 GC-retry-once: a call that is refused with ${how} is UNAVAILABLE`, async () => {
    await using scene = new Scene();
    let end = await scene.connected();
    const call = assertStatus(() => scene.words.one("a"), Status.UNAVAILABLE);
    for (const refuse of refusals) {
      const { streamId, words } = await readRequest(end);
      assertEquals(words, ["a"]);
      await refuse(end, streamId);
      if (refuse === refuseByGoaway) end = await scene.welcome();
    }
    await call;
  });
}

Deno.test("Row 76 GC-retry-once: unlike in grpc-go, servers that retire connections do not fail the call that meets two of them", async () => {
  await using scene = new Scene();
  const end = await scene.connected();
  const call = scene.words.one("a");
  await readRequest(end);
  await sayGoaway(end, 0, NO_ERROR);
  for (let i = 0; i < 3; i++) {
    const next = await scene.welcome();
    await readRequest(next);
    await sayGoaway(next, 0, NO_ERROR);
  }
  await echoRequests(await scene.welcome(), 1);
  assertEquals(await call, "a");
});

Deno.test("Row 77 GC-two-phase: the first GOAWAY of a drain fails no stream, the second those above its identifier", async () => {
  await using scene = new Scene();
  const first = await scene.connected();
  const calls = ["a", "b"].map((word) => scene.words.one(word));
  await readRequests(first, 2);
  await sayGoaway(first, MAX_UINT31, NO_ERROR, "max_age");
  await until(() => scene.clients[0].state.kind === "draining");
  const later = scene.words.one("c");
  const second = await scene.welcome();
  const [asked] = await echoRequests(second, 1);
  assertEquals(asked.words, ["c"]);
  assertEquals(await later, "c");
  await sayGoaway(first, 1, NO_ERROR, "max_age");
  const [moved] = await echoRequests(second, 1);
  assertEquals(moved.words, ["b"]);
  assertEquals(await calls[1], "b");
  await answer(first, 1, "a");
  assertEquals(await calls[0], "a");
  assertEquals(scene.clients.length, 2);
});

const BAD_GOAWAYS: Record<string, [ids: number[], message: string]> = {
  "Row 78 GC-increasing": [
    [1, 3],
    "received goaway with stream id: 3, which exceeds stream id of previous goaway: 1",
  ],
  "Row 79 GC-even-id": [
    [2],
    "received goaway with non-zero even-numbered stream id: 2",
  ],
};

for (const [row, [ids, message]] of Object.entries(BAD_GOAWAYS)) {
  Deno.test(`${row}: the connection ends with PROTOCOL_ERROR, the next call has a new one`, async () => {
    await using scene = new Scene();
    const first = await scene.connected();
    const call = assertStatus(() => scene.words.one("a"), Status.UNAVAILABLE);
    await readRequest(first);
    for (const id of ids) await sayGoaway(first, id, NO_ERROR);
    const { kind, code } = (await call).cause as CloseReason;
    assertEquals([kind, code], ["protocol-error", PROTOCOL_ERROR]);
    const told = await first.peer.until(FrameType.GOAWAY);
    const [goaway] = goawaysIn([told]);
    assertEquals(goaway.code, PROTOCOL_ERROR);
    assert(goaway.debug.includes(message), goaway.debug);
    const next = scene.words.one("b", { waitForReady: true });
    await echoRequests(await scene.welcome(), 1);
    assertEquals(await next, "b");
    await first.peer.conn.closeWrite();
  });
}

Deno.test("Row 80 GC-nonzero-code: a stream below the last identifier may still finish", async () => {
  await using scene = new Scene();
  const end = await scene.connected();
  const call = scene.words.one("a");
  await readRequest(end);
  await sayGoaway(end, 1, INTERNAL_ERROR);
  await until(() => scene.clients[0].state.kind === "draining");
  await answer(end, 1, "a");
  assertEquals(await call, "a");
});

Deno.test("Row 80 GC-nonzero-code: a stream whose socket dies then is told of the code", async () => {
  await using scene = new Scene();
  const end = await scene.connected();
  const call = assertStatus(
    () => scene.words.one("a"),
    Status.UNAVAILABLE,
    /received prior goaway: code: INTERNAL_ERROR$/,
  );
  await readRequest(end);
  await sayGoaway(end, 1, INTERNAL_ERROR);
  await end.peer.conn.closeWrite();
  await call;
});

Deno.test("Row 81 GC-then-close: the death of the old connection does not touch the new one", async () => {
  await using scene = new Scene();
  const first = await scene.connected();
  const old = assertStatus(() => scene.words.one("old"), Status.UNAVAILABLE);
  await readRequest(first);
  await sayGoaway(first, MAX_UINT31, NO_ERROR);
  await until(() => scene.clients[0].state.kind === "draining");
  const fresh = scene.words.one("new");
  const second = await scene.welcome();
  const { streamId } = await readRequest(second);
  await first.peer.conn.closeWrite();
  await old;
  assertEquals(scene.channel.state, "READY");
  await answer(second, streamId, "new");
  assertEquals(await fresh, "new");
  assertEquals(scene.clients.length, 2);
});

Deno.test("Row 81 GC-then-close: a server that retires each connection at its first call, and serves that call, is not slow to reach", async () => {
  await using scene = new Scene({
    backoff: { initialBackoff: 60_000, jitter: 0 },
  });
  const calls: Promise<string>[] = [];
  const ends: ForeignEnd[] = [];
  const start = performance.now();
  for (const word of ["a", "b", "c", "d"]) {
    calls.push(scene.words.one(word));
    const end = await scene.welcome();
    ends.push(end);
    await readRequest(end);
    await sayGoaway(end, MAX_UINT31, NO_ERROR);
    await until(() => scene.clients.at(-1)?.state.kind === "draining");
  }
  for (const [i, end] of ends.entries()) await answer(end, 1, "abcd"[i]);
  assertEquals(await Promise.all(calls), ["a", "b", "c", "d"]);
  const took = performance.now() - start;
  assert(took < PATIENCE, `${took} ms`);
});

Deno.test("Row 82 GC-quota-waiters: calls that wait for room go to a new connection", async () => {
  await using scene = new Scene();
  const first = await scene.connected([[MAX_STREAMS, 1]]);
  const calls = ["a", "b", "c", "d"].map((word) => scene.words.one(word));
  const [{ words }] = await readRequests(first, 1);
  assertEquals(words, ["a"]);
  await sayGoaway(first, 1, NO_ERROR, "max_age");
  const moved = await echoRequests(await scene.welcome(), 3);
  assertEquals(moved.map(({ words }) => words[0]), ["b", "c", "d"]);
  assertEquals(await Promise.all(calls.slice(1)), ["b", "c", "d"]);
  await answer(first, 1, "a");
  assertEquals(await calls[0], "a");
});

Deno.test("Row 83 GC-health-stream: a Watch is a stream like any other (there is no client-side health checking): both streams below the last identifier continue", async () => {
  await using scene = new Scene();
  const health = createClient(HealthDefinition, scene.channel);
  const end = await scene.connected();
  const watch = health.watch({ service: "" });
  const status = watch.next();
  await readRequest(end);
  const { requests, end: endRequests } = pending();
  const both = scene.words.both(requests);
  const word = both.next();
  await readHeads(end, 1);
  await begin(end, 1, "\x08\x01");
  await begin(end, 3, "one");
  assertEquals((await status).value, { status: ServingStatus.SERVING });
  assertEquals((await word).value, "one");
  await sayGoaway(end, 3, NO_ERROR);
  await until(() => scene.clients[0].state.kind === "draining");
  await finish(end, 1, "\x08\x02");
  await finish(end, 3, "two");
  const { value } = await watch.next();
  assertEquals(value, { status: ServingStatus.NOT_SERVING });
  assertEquals(await Array.fromAsync(both), ["two"]);
  assertEquals(await drain(watch), 0);
  endRequests();
});

Deno.test("Row 84 GC-client-sends: a channel that is closed says GOAWAY NO_ERROR", async () => {
  await using scene = new Scene();
  const { peer } = await scene.connected();
  await scene.channel.close();
  assertEquals(goawaysIn(await peer.rest()), [{
    code: NO_ERROR,
    debug: "client transport shutdown",
    lastStreamId: 0,
  }]);
});

Deno.test("Row 89 PF-echo: a PING is answered once, before GOAWAY and while draining", async () => {
  await using scene = new Scene();
  const end = await scene.connected();
  const call = scene.words.one("a");
  await readRequest(end);
  const payloads = [1, 2].map((seed) =>
    Uint8Array.from({ length: 8 }, (_, i) => 251 * seed + 17 * i & 0xff)
  );
  await end.peer.say((writer) => encodePing(writer, false, payloads[0]));
  await sayGoaway(end, 1, NO_ERROR);
  await end.peer.say((writer) => encodePing(writer, false, payloads[1]));
  await answer(end, 1, "a");
  assertEquals(await call, "a");
  const pings = (await end.peer.rest())
    .filter((frame) => frame.type === FrameType.PING)
    .filter(({ ack }) => ack);
  assertEquals(pings.map(({ opaqueData }) => opaqueData), payloads);
});
