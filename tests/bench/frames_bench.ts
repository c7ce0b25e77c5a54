/**
 * What one PING costs when 512 of them arrive in one slice: to decode it and
 * to encode its acknowledgement, on the level of frames and on the level of a
 * session with keepalive armed and enforcement without a limit.
 *
 * ```sh
 * deno bench tests/bench/frames_bench.ts
 * deno run tests/bench/frames_bench.ts --assert
 * ```
 *
 * Both print a table of nanoseconds a frame, the median of many rounds. The
 * times that `deno bench` prints itself are those of a whole batch. The bound
 * is 50 ns a frame.
 *
 * Frames of every type pass through the code between the rounds, as in a
 * process that serves calls: the figures are not those of code that only ever
 * saw PINGs.
 *
 * @module
 */
import {
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeHeaders,
  encodePing,
  encodePriority,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  encodeWindowUpdate,
  FrameReader,
  FrameType,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { serverParameters, Session } from "../../src/session/mod.ts";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import { type Figure, median, report, requireFlags } from "./measure.ts";

const BATCH = 512;
const BOUND = 50;
const ROUNDS = 300;
const BATCHES_A_ROUND = 20;

const OPAQUE_DATA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const PINGS = encoded((writer) => {
  for (let i = 0; i < BATCH; i++) encodePing(writer, false, OPAQUE_DATA);
});

/** One batch of frames through the code that is measured. */
interface Work {
  readonly name: string;
  readonly run: () => void;
}

const reader = new FrameReader();
const writer = new FrameWriter();
const session = new Session(
  serverParameters({
    keepalive: { time: 10_000, timeout: 1_000 },
    enforcement: { maxPingStrikes: 0 },
  }),
  0,
);
let now = 0;
let streamId = 1;

session.receive(CLIENT_PREFACE, now);
session.receive(encoded((writer) => encodeSettings(writer, [])), now);
session.takeOutput();

const works: readonly Work[] = [
  { name: "encode PING", run: encodePings },
  { name: "decode PING", run: decodePings },
  { name: "decode PING, encode its ACK", run: acknowledgePings },
  { name: "session: receive PING, take its ACK", run: receivePings },
];

if (import.meta.main) {
  requireFlags(
    "Usage: deno run tests/bench/frames_bench.ts [--assert]",
    ["--assert"],
  );
}
for (const { name, run } of works) {
  Deno.bench(`${name} (${BATCH} frames)`, { group: "PING" }, run);
}
globalThis.addEventListener("unload", () => report(works.map(perFrame)));

function encodePings(): void {
  for (let i = 0; i < BATCH; i++) encodePing(writer, false, OPAQUE_DATA);
  requireLength(writer.take());
}

function decodePings(): void {
  let count = 0;
  reader.feed(PINGS);
  for (let frame = reader.next(); frame; frame = reader.next()) {
    if (frame.type === FrameType.PING && !frame.ack) count++;
  }
  if (count !== BATCH) throw new Error(`Decoded ${count} PINGs of ${BATCH}`);
}

function acknowledgePings(): void {
  reader.feed(PINGS);
  for (let frame = reader.next(); frame; frame = reader.next()) {
    if (frame.type === FrameType.PING && !frame.ack) {
      encodePing(writer, true, frame.opaqueData);
    }
  }
  requireLength(writer.take());
}

function receivePings(): void {
  session.receive(PINGS, now += 0.01);
  requireLength(session.takeOutput());
}

/** The HPACK blocks of `:method: POST` and `:scheme: http`. */
const METHOD = Uint8Array.of(0x83);
const SCHEME = Uint8Array.of(0x86);

/** Lets each frame type pass through the reader and the session. */
function exchangeFrames(): void {
  const frames = encoded((writer) => {
    encodeHeaders(writer, streamId, METHOD, false, false);
    encodeContinuation(writer, streamId, SCHEME, true);
    encodeData(writer, streamId, OPAQUE_DATA, false);
    encodeWindowUpdate(writer, streamId, 1);
    encodePriority(writer, streamId, 0, 16, false);
    encodePing(writer, false, OPAQUE_DATA);
    encodeSettings(writer, []);
    encodeSettingsAck(writer);
    encodeFrame(writer, 0xbe, 0, streamId, OPAQUE_DATA);
    encodeRstStream(writer, streamId, 8);
  });
  streamId += 2;
  now += 1_000;
  session.receive(frames, now);
  session.takeOutput();
  session.takeEvents();
  reader.feed(frames);
  while (reader.next() !== undefined);
}

function perFrame({ name, run }: Work): Figure {
  const rounds = Array.from({ length: ROUNDS }, () => {
    exchangeFrames();
    const start = performance.now();
    for (let i = 0; i < BATCHES_A_ROUND; i++) run();
    const milliseconds = performance.now() - start;
    return milliseconds * 1e6 / (BATCHES_A_ROUND * BATCH);
  });
  return { name, value: median(rounds), unit: "ns", bound: BOUND };
}

function encoded(encode: (writer: FrameWriter) => void): Uint8Array {
  const writer = new FrameWriter();
  encode(writer);
  return writer.take();
}

function requireLength(octets: Uint8Array): void {
  if (octets.length === PINGS.length) return;
  throw new Error(`Got ${octets.length} octets, expected ${PINGS.length}`);
}
