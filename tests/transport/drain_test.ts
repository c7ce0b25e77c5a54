import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertRejects,
} from "@std/assert";
import { deadline } from "@std/async";
import {
  encodeData,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  ErrorCode,
  type Frame,
  FrameReader,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import {
  dial,
  DialError,
  listen,
  type Listener,
  type ListenOptions,
  type StreamAcceptor,
} from "../../src/transport/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { goawaysIn, hello, PREFACE, RawPeer } from "../harness/raw_peer.ts";
import { consumer } from "./support/consumer.ts";
import { PATIENCE } from "../harness/time.ts";
import { refusedAs } from "../harness/refused.ts";

/** A header block that needs no table: `:status: 200`. */
const BLOCK = Uint8Array.of(0x83, 0x86, 0x84);

/** Leaves streams open until the client ends them, then ends them, too. */
const patient: StreamAcceptor = (stream) =>
  consumer({
    onData: (data, endStream) => {
      stream.consumed(data.length);
      if (endStream) stream.sendHeaders([[":status", "200"]], true);
    },
  });

function serve(options: ListenOptions = {}): Listener {
  return listen({
    hostname: "127.0.0.1",
    port: 0,
    onStream: patient,
    ...options,
  });
}

function portOf({ addr }: Listener): number {
  return (addr as Deno.NetAddr).port;
}

/** A raw client with stream 1 open. */
async function busyPeer(listener: Listener): Promise<RawPeer> {
  const peer = await RawPeer.greet(portOf(listener));
  await peer.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  await peer.say((writer) => encodePing(writer, false, new Uint8Array(8)));
  await peer.until(FrameType.PING);
  return peer;
}

/** Acknowledges the PING of the drain. */
async function acknowledge(peer: RawPeer): Promise<void> {
  const { opaqueData } = await peer.until(FrameType.PING);
  await peer.say((writer) => encodePing(writer, true, opaqueData));
}

/** The client ends stream 1, so that the server does. */
async function endStream(peer: RawPeer): Promise<void> {
  await peer.say((writer) => encodeData(writer, 1, new Uint8Array(0), true));
}

/**
 * Reads to the end, which must be no reset: Deno tells the two apart only when
 * more is written, as a socket that was reset takes nothing.
 */
async function readToEnd({ conn }: RawPeer): Promise<Frame[]> {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const count = await deadline(conn.read(buffer), PATIENCE);
    if (count === null) break;
    frames.push(...readFrames(reader, buffer.subarray(0, count)));
  }
  await conn.write(new Uint8Array(1_000));
  return frames;
}

Deno.test("67 DR-fin-not-rst: a client with much unread data in flight reads the GOAWAY and the end, and no reset", async () => {
  await using listener = serve();
  using peer = await RawPeer.greet(portOf(listener));
  await peer.say((writer) => {
    encodeHeaders(writer, 1, BLOCK, false, true);
    for (let i = 0; i < 4; i++) encodePing(writer, false, new Uint8Array(8));
    for (let i = 0; i < 60; i++) {
      encodeData(writer, 1, new Uint8Array(16_384), false);
    }
  });
  const frames = await readToEnd(peer);
  assertEquals(goawaysIn(frames), [{
    code: ErrorCode.ENHANCE_YOUR_CALM,
    debug: "too_many_pings",
    lastStreamId: 1,
  }]);
  assertEquals(frames.at(-1)?.type, FrameType.GOAWAY);
});

Deno.test("67 DR-fin-not-rst: so does one whose stream is cut off when the grace of its connection is over", async () => {
  await using listener = serve({
    keepalive: { maxConnectionAge: 50, maxConnectionAgeGrace: 50 },
  });
  using peer = await busyPeer(listener);
  await listener.transports.values().next().value?.closed;
  for (let i = 0; i < 60; i++) {
    await peer.say((writer) =>
      encodeData(writer, 1, new Uint8Array(16_384), false)
    );
  }
  assertEquals(goawaysIn(await readToEnd(peer)), [{
    code: ErrorCode.NO_ERROR,
    debug: "max_age",
    lastStreamId: MAX_UINT31,
  }]);
});

Deno.test("a client that neither reads nor closes is waited for, but no longer than a second", async () => {
  await using listener = serve();
  using _peer = await busyPeer(listener);
  const start = performance.now();
  await deadline(listener.close(), PATIENCE);
  const taken = performance.now() - start;
  assertGreaterOrEqual(taken, 900);
  assertLess(taken, 3_000);
});

Deno.test("71 DR-new-conn: after shutdown nobody can connect", async () => {
  const listener = serve();
  const port = portOf(listener);
  await listener.shutdown();
  const error = await assertRejects(() => dial(`127.0.0.1:${port}`));
  assertInstanceOf(error, DialError);
  assertEquals(error.phase, "connect");
});

Deno.test("71 DR-new-conn: a client that shakes hands during the shutdown is told to leave at once", async () => {
  const listener = serve();
  using peer = await RawPeer.connect(portOf(listener));
  while (listener.transports.size === 0) await peer.until(FrameType.SETTINGS);
  const done = listener.shutdown();
  await peer.write(PREFACE);
  await peer.say(hello);
  const first = await peer.until(FrameType.GOAWAY);
  assertEquals(first.lastStreamId, MAX_UINT31);
  await acknowledge(peer);
  assertEquals(goawaysIn(await peer.rest()), [{
    code: ErrorCode.NO_ERROR,
    debug: "graceful_stop",
    lastStreamId: 0,
  }]);
  peer[Symbol.dispose]();
  await deadline(done, PATIENCE);
});

Deno.test("71 DR-new-conn: a client that is not yet accepted when the shutdown begins does not hold it up", async () => {
  const listener = serve();
  const peer = await RawPeer.connect(portOf(listener));
  const done = listener.shutdown();
  peer[Symbol.dispose]();
  await deadline(done, PATIENCE);
});

Deno.test("66 DR-no-streams: idle clients leave at the first GOAWAY, and the shutdown is over at once", async () => {
  const listener = serve();
  const target = `127.0.0.1:${portOf(listener)}`;
  const clients = [await dial(target), await dial(target), await dial(target)];
  const servers = [...listener.transports];
  assertEquals(servers.length, 3);
  await deadline(listener.shutdown(), PATIENCE);
  for (const client of clients) {
    const { kind, debug } = await client.closed;
    assertEquals([kind, debug], ["goaway", "graceful_stop"]);
    await client.finished;
  }
  for (const server of servers) {
    const { kind, debug } = await server.closed;
    assertEquals([kind, debug], ["drained", "graceful_stop"]);
  }
});

Deno.test("68 DR-idempotent: several shutdowns at once end with the last stream, and none before", async () => {
  const listener = serve();
  using peer = await busyPeer(listener);
  let over = 0;
  const shutdowns = [1, 2, 3].map(async () => {
    await listener.shutdown();
    over++;
  });
  await acknowledge(peer);
  const second = await peer.until(FrameType.GOAWAY);
  assertEquals(second.lastStreamId, 1);
  assertEquals(over, 0);
  await endStream(peer);
  assertEquals(goawaysIn(await peer.rest()), []);
  peer[Symbol.dispose]();
  await deadline(Promise.all(shutdowns), PATIENCE);
  await listener.shutdown();
});

Deno.test("72 DR-then-stop: close() during a shutdown cuts the open stream off, and ends both", async () => {
  const listener = serve();
  using peer = await busyPeer(listener);
  const shutdown = listener.shutdown();
  await acknowledge(peer);
  await peer.until(FrameType.GOAWAY);
  const close = listener.close();
  const [{ code, lastStreamId }] = goawaysIn(await peer.rest());
  assertEquals([code, lastStreamId], [ErrorCode.NO_ERROR, 1]);
  peer[Symbol.dispose]();
  await deadline(Promise.all([shutdown, close]), PATIENCE);
});

Deno.test("73 DR-client-close: a client that closes ends the shutdown within a second, in spite of its open stream", async () => {
  for (const polite of [true, false]) {
    const listener = serve();
    using peer = await busyPeer(listener);
    const shutdown = listener.shutdown();
    await acknowledge(peer);
    await peer.until(FrameType.GOAWAY);
    if (polite) {
      await peer.say((writer) =>
        encodeGoaway(writer, 0, ErrorCode.NO_ERROR, new Uint8Array(0))
      );
    }
    peer[Symbol.dispose]();
    await deadline(shutdown, PATIENCE);
  }
});

Deno.test("shutdown({ grace }): streams that do not end in time are cut off, with a GOAWAY", async () => {
  const listener = serve();
  using peer = await busyPeer(listener);
  const start = performance.now();
  const shutdown = listener.shutdown({ grace: 100 });
  const goaways = goawaysIn(await peer.rest());
  assertGreaterOrEqual(performance.now() - start, 99);
  assertEquals(
    goaways.map(({ code, lastStreamId }) => [code, lastStreamId]),
    [[ErrorCode.NO_ERROR, MAX_UINT31], [ErrorCode.NO_ERROR, 1]],
  );
  peer[Symbol.dispose]();
  await deadline(shutdown, PATIENCE);
});

Deno.test("shutdown({ grace }): streams that end in time end it early, and leave no timer", async () => {
  const listener = serve();
  using peer = await busyPeer(listener);
  const shutdown = listener.shutdown({ grace: 60_000 });
  await acknowledge(peer);
  await endStream(peer);
  const frames = await peer.rest();
  assert(frames.some(({ type }) => type === FrameType.HEADERS));
  peer[Symbol.dispose]();
  await deadline(shutdown, PATIENCE);
});

Deno.test("shutdown({ grace }): more than a timer can wait is not taken for none", async () => {
  const listener = serve();
  using peer = await busyPeer(listener);
  const shutdown = listener.shutdown({ grace: 2 ** 31 });
  await acknowledge(peer);
  await peer.until(FrameType.GOAWAY);
  await peer.say((writer) => encodePing(writer, false, new Uint8Array(8)));
  await peer.until(FrameType.PING);
  await endStream(peer);
  assertEquals(goawaysIn(await peer.rest()), []);
  peer[Symbol.dispose]();
  await deadline(shutdown, PATIENCE);
});

Deno.test("shutdown refuses bad arguments, and goes on listening", async () => {
  await using listener = serve();
  for (const grace of [-1, NaN, "1s" as unknown as number]) {
    await assertRejects(
      () => listener.shutdown({ grace }),
      refusedAs(grace, "number"),
    );
  }
  for (const spread of [-1, NaN, Infinity, "1s" as unknown as number]) {
    await assertRejects(
      () => listener.shutdown({ spread }),
      refusedAs(spread, "number"),
    );
  }
  await assertRejects(
    () => listener.shutdown({ grace: 1_000, spread: 1_001 }),
    RangeError,
    "Cannot use spread: expected at most the grace, which is 1000 ms, received 1001",
  );
  await assertRejects(
    () => listener.shutdown({ grase: 1 } as { grace?: number }),
    TypeError,
    'did you mean "grace"?',
  );
  await using transport = await dial(`127.0.0.1:${portOf(listener)}`);
  assertEquals(transport.state.kind, "open");
});

Deno.test("Transport.drain refuses a reason that the peer would not see as it is", async () => {
  await using listener = serve();
  await using transport = await dial(`127.0.0.1:${portOf(listener)}`);
  await assertRejects(() => transport.drain("Feierabend, Schluß"), TypeError);
  assertEquals(transport.state.kind, "open");
  await transport.drain("Feierabend");
  assertEquals((await transport.closed).kind, "drained");
});
