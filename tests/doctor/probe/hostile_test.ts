import { assert, assertEquals, assertRejects } from "@std/assert";
import { DialError } from "../../../mod.ts";
import {
  encodeData,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodeSettings,
  encodeSettingsAck,
  type Frame,
  FrameType,
  type FrameWriter,
  SettingId,
} from "../../../src/frames/mod.ts";
import { HpackEncoder } from "../../../src/hpack/mod.ts";
import { type Random, withSeed } from "../../harness/seed.ts";
import type { FrameHandler } from "./frame_server.ts";
import { findingOf, Scene } from "./scene.ts";

/** A server that acknowledges SETTINGS, and else does what is given. */
function server(
  on: (frame: Frame, writer: FrameWriter) => boolean | void,
  settings: readonly (readonly [number, number])[] = [],
): () => FrameHandler {
  return () => ({
    greet: (writer) => encodeSettings(writer, settings),
    on: (frame, writer) => {
      if (frame.type !== FrameType.SETTINGS) return on(frame, writer);
      if (!frame.ack) encodeSettingsAck(writer);
    },
  });
}

const response = (...fields: [string, string][]) =>
  new HpackEncoder({ maxTableSize: 0 }).encode([
    [":status", "200"],
    ["content-type", "application/grpc"],
    ...fields,
  ]);

Deno.test("a server that says nothing: an error at the time limit", async () => {
  const scene = new Scene();
  using _server = scene.script(() => ({ greet: () => {}, on: () => {} }));
  await assertRejects(
    () => scene.probe({ timeout: 3_000 }),
    DialError,
    "no connection within 3000 ms",
  );
  assert(scene.clock.now() < 5_000);
});

Deno.test("a server that answers nothing: each step ends, and the report says so", async () => {
  const scene = new Scene();
  using _server = scene.script(server(() => {}));
  const report = await scene.probe({
    allowKicks: true,
    wait: 10_000,
    timeout: 2_000,
  });
  assertEquals(report.severity, "error");
  assertEquals(findingOf(report, "ping-unanswered").severity, "error");
  assertEquals(report.measured.services?.check.kind, "unknown");
  assertEquals(report.measured.enforcement?.withStream, undefined);
  assertEquals(report.measured.enforcement?.withoutStream.kind, "unknown");
  assertEquals(report.measured.lifetimes?.idle?.kind, "lost");
  assert(scene.clock.now() < 40_000, `${scene.clock.now()}`);
});

Deno.test("a server that closes behind its SETTINGS", async () => {
  const scene = new Scene();
  using _server = scene.script(server(() => true));
  const report = await scene.probe({ allowKicks: true, wait: 1_000 });
  assertEquals(report.severity, "error");
  assert(scene.clock.now() < 30_000);
});

Deno.test("a server that takes no streams and no fields", async () => {
  const scene = new Scene();
  using _server = scene.script(server((frame, writer) => {
    if (frame.type === FrameType.PING && !frame.ack) {
      encodePing(writer, true, frame.opaqueData);
    }
  }, [
    [SettingId.MAX_CONCURRENT_STREAMS, 0],
    [SettingId.MAX_HEADER_LIST_SIZE, 1],
  ]));
  const report = await scene.probe({ allowKicks: true });
  assertEquals(report.measured.enforcement?.withStream, undefined);
  assertEquals(report.measured.enforcement?.withoutStream.kind, "none");
  assertEquals(report.measured.latency?.pings?.count, 2);
});

Deno.test("a server that floods: nothing is kept beyond a bound, and the probe ends", async () => {
  const scene = new Scene();
  const chunk = new Uint8Array(16_384);
  const many = Array.from({ length: 2_000 }, (_, i) => [100 + i, i] as const);
  let sent = 0;
  using _server = scene.script(server((frame, writer) => {
    if (frame.type === FrameType.PING && !frame.ack) {
      encodePing(writer, true, frame.opaqueData);
      for (let i = 0; i < 50; i++) encodePing(writer, false, new Uint8Array(8));
    }
    if (frame.type !== FrameType.HEADERS) return;
    const { streamId } = frame;
    encodeHeaders(writer, streamId, response(), false, true);
    encodeData(
      writer,
      streamId,
      Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff),
      false,
    );
    for (let i = 0; i < 3; i++) encodeData(writer, streamId, chunk, false);
    sent++;
  }, many));
  const report = await scene.probe({ allowKicks: true, wait: 1_000 });
  assert(sent > 0);
  assertEquals(report.measured.settings.length, 32);
  assertEquals(report.measured.services?.check.kind, "present");
  assertEquals(
    findingOf(report, "health").title,
    "The health service does not say SERVING: a message that is no health status",
  );
});

Deno.test("what a server says is escaped wherever it is shown", async () => {
  const scene = new Scene();
  const farewell = (writer: FrameWriter) => {
    const debug = new TextEncoder().encode("\x1b[31mred\n\u202e");
    encodeGoaway(writer, 2 ** 31 - 1, 0, debug);
  };
  const evil = "nginx\u00ff\u009b31m";
  using _server = scene.script(server((frame, writer) => {
    if (frame.type === FrameType.PING && !frame.ack) {
      encodePing(writer, true, frame.opaqueData);
      farewell(writer);
    }
    if (frame.type !== FrameType.HEADERS) return;
    const fields = response(["server", evil], ["grpc-status", "12"]);
    encodeHeaders(writer, frame.streamId, fields, true, true);
  }));
  const report = await scene.probe({ allowKicks: true, wait: 1_000 });
  const { verdict, facts, findings } = report;
  assert(JSON.stringify(facts).includes("u009b31m"), "it is shown");
  for (const text of textsOf([verdict, facts, findings])) {
    assert(!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(text), text);
  }
});

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(textsOf)
    : [];
}

Deno.test(
  "whatever a server does at random, the probe ends in time",
  withSeed(async (random) => {
    for (let round = 0; round < 40; round++) await wild(random);
  }),
);

/** Answers each frame with anything that a server may send, or may not. */
async function wild(random: Random): Promise<void> {
  const scene = new Scene();
  const on = (frame: Frame, writer: FrameWriter): boolean => {
    if (random.oneIn(100)) return true;
    if (frame.type === FrameType.PING && !frame.ack && !random.oneIn(30)) {
      encodePing(writer, true, frame.opaqueData);
    }
    if (random.oneIn(12)) {
      const code = random.pick([0, 2, 11]);
      const last = random.pick([0, 1, 2 ** 31 - 1]);
      encodeGoaway(writer, last, code, random.octets(random.below(20)));
    }
    if (frame.type === FrameType.HEADERS) {
      const status = random.pick(["0", "12", "x", "99999999999"]);
      const ends = random.oneIn(3);
      const fields = ends ? response(["grpc-status", status]) : response();
      encodeHeaders(writer, frame.streamId, fields, ends, true);
      const body = random.oneIn(2)
        ? Uint8Array.of(0, 0, 0, 0, 2, 8, random.below(5))
        : random.octets(random.below(50));
      if (!ends) encodeData(writer, frame.streamId, body, random.oneIn(4));
    }
    return false;
  };
  using _server = scene.script(server(on));
  try {
    const report = await scene.probe({
      allowKicks: true,
      gaps: [20_000, 5_000, 1_000],
      wait: 20_000,
      timeout: 1_000,
    });
    assert(report.verdict.length > 0);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
  }
  assert(scene.clock.now() < 120_000, `${scene.clock.now()}`);
}
