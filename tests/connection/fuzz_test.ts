import { assert, assertLessOrEqual } from "@std/assert";
import {
  ConnectionError,
  encodeFrame,
  FrameType,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { type Random, withSeed } from "../harness/seed.ts";
import { client, type Endpoint, FIELDS, server } from "./support.ts";

const STREAM_IDS = [0, 1, 3, 5, 7, 9, 2, 0x7fff_ffff] as const;
const MAX_STREAMS = 3;

/** Payload lengths that a type may have; others are drawn, too. */
const LENGTHS = [[0, 1, 20], [1, 3], [5], [4], [0, 6], [6], [8], [8, 9], [4], [
  1,
]];

/** One field of a table, one for the dynamic table, and a malformed one. */
const BLOCKS = [octets("83"), octets("40 01 78 01 79"), octets("00 01 58 00")];

function randomFrames(random: Random): Uint8Array {
  const writer = new FrameWriter();
  for (let count = 1 + random.below(4); count > 0; count--) {
    const type = random.below(11);
    const length = random.oneIn(20)
      ? random.below(12)
      : random.pick(LENGTHS[type] ?? [0, 3]);
    const payload = randomPayload(random, type, length);
    const flags = random.pick([0, 0, 1, 4, 4, 5, 0xc, random.below(0x100)]);
    const onConnection = [4, 6, 7].includes(type) && !random.oneIn(20);
    const streamId = onConnection ? 0 : random.pick(STREAM_IDS);
    encodeFrame(writer, type, flags, streamId, payload);
  }
  return writer.take();
}

/** Field blocks mostly make sense, as one that does not ends the connection. */
function randomPayload(
  random: Random,
  type: number,
  length: number,
): Uint8Array {
  const hasBlock = type === FrameType.HEADERS ||
    type === FrameType.CONTINUATION;
  if (hasBlock && !random.oneIn(20)) return random.pick(BLOCKS);
  return random.oneIn(2)
    ? new Uint8Array(length).fill(random.below(4))
    : random.octets(length);
}

/** Does what an owner may do; what it may not do is refused by type. */
function command(end: Endpoint, random: Random): void {
  const { connection } = end;
  const { streams } = connection;
  const id = random.pick(STREAM_IDS);
  const commands = [
    () => connection.role === "client" && streams.open(FIELDS, random.oneIn(2)),
    () => streams.sendHeaders(id, FIELDS, random.oneIn(2)),
    () => streams.sendData(id, random.octets(9), random.oneIn(2)),
    () => streams.sendData(id, new Uint8Array(40_000), random.oneIn(2)),
    () => streams.reset(id, 8),
    () => streams.consumed(id, random.below(40_000)),
    () => connection.ping("user", end.now),
    () => random.oneIn(10) && connection.drain("fuzz", end.now),
  ];
  try {
    random.pick(commands)();
  } catch (error) {
    assert(error instanceof TypeError || error instanceof RangeError);
  }
}

/** A connection until it ends, or has lived long enough. */
function live(end: Endpoint, random: Random): void {
  for (let i = 0; i < 40; i++) {
    end.now += random.below(3) * 100;
    command(end, random);
    try {
      end.receive(randomFrames(random));
      end.connection.advance(end.now);
    } catch (error) {
      assert(error instanceof ConnectionError, `${error}`);
      return;
    } finally {
      end.takeEvents();
    }
    const { activeCount } = end.connection.streams;
    if (end.connection.role === "server") {
      assertLessOrEqual(activeCount, MAX_STREAMS);
    }
    end.sent();
  }
}

Deno.test(
  "A server answers any frames with frames, or ends with a typed error",
  withSeed((random) => {
    for (let i = 0; i < 1_500; i++) {
      live(server({ maxConcurrentStreams: MAX_STREAMS }), random);
    }
  }),
);

Deno.test(
  "A client answers any frames with frames, or ends with a typed error",
  withSeed((random) => {
    for (let i = 0; i < 1_500; i++) live(client(), random);
  }),
);
