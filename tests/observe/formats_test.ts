import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import {
  type ConnectionRecording,
  toJsonLines,
  toQlog,
  toTraceEvents,
} from "../../src/observe/mod.ts";
import { withSeed } from "../harness/seed.ts";
import { randomEvent } from "../recorder/support/random_events.ts";
import { importTrace } from "./support/perfetto_import.ts";
import { checkQlog } from "./support/qlog_rules.ts";
import {
  HOSTILE,
  hostileRecording,
  recordingOf,
} from "./support/recordings.ts";
import { SCENES } from "./support/scenes.ts";
import { checkTrace } from "./support/trace_rules.ts";

for (const [name, make] of Object.entries(SCENES)) {
  Deno.test(`a scene is a valid file in each format: ${name}`, async () => {
    const { client, server } = await make();
    for (const recordings of [client, server]) {
      const types = recordings.flatMap(({ events }) =>
        events.map(({ type }): string => type)
      );
      const lines = toJsonLines(recordings).split("\n");
      assertEquals(lines.pop(), "");
      assertEquals(
        lines.map((line) => JSON.parse(line).type),
        types,
      );
      const trace = checkTrace(toTraceEvents(recordings));
      const imported = importTrace(toTraceEvents(recordings));
      assertEquals(imported.problems, []);
      const phases = Map.groupBy(trace, ({ ph }) => ph);
      assertEquals(imported.slices, phases.get("X")?.length);
      assertEquals(imported.asyncSlices, phases.get("b")?.length ?? 0);
      assertEquals(imported.instants, phases.get("i")?.length);
      for (const recording of recordings) {
        if (recording.type === "channel") continue;
        const { header, events } = checkQlog(toQlog(recording));
        assertEquals(
          (header.trace as { vantage_point: unknown }).vantage_point,
          { type: recording.role },
        );
        assert(events.length >= recording.events.length);
        assert(trace.some(({ ph, tid }) => ph === "X" && tid === recording.id));
      }
    }
  });
}

Deno.test(
  "random events are valid files in each format",
  withSeed((random) => {
    for (let i = 0; i < 100; i++) {
      const events = Array.from(
        { length: 100 },
        (_, at) => randomEvent(random, at * 7),
      );
      const recording = recordingOf(events, { now: 700 });
      checkQlog(toQlog(recording));
      const lines = toJsonLines([recording]).trimEnd().split("\n");
      assertEquals(lines.length, recording.events.length);
      for (const line of lines) assertEquals(typeof JSON.parse(line), "object");
      assertEquals(importTrace(toTraceEvents([recording])).problems, []);
    }
  }),
);

Deno.test("a line of JSON has the event, its place and its time in the world", () => {
  const recording: ConnectionRecording = {
    ...recordingOf([
      {
        at: 5,
        type: "draining",
        by: "peer",
        reason: "max_age",
        closeAt: Infinity,
      },
    ]),
    wallOffset: 1_000,
  };
  assertEquals(
    toJsonLines([recording]),
    '{"wall":1005,"at":5,"type":"draining","connection":1,"role":"client","peer":"192.0.2.1:50051","by":"peer","reason":"max_age","closeAt":"Infinity"}\n',
  );
});

Deno.test("the GOAWAY of a peer is a parsed frame in qlog, with its debug data in hexadecimal", () => {
  const goaway = { lastStreamId: 5, code: 11, debug: "too_many_pings" };
  const { events } = checkQlog(
    toQlog(recordingOf([{ at: 3, type: "goaway-received", ...goaway }])),
  );
  assertEquals(events, [{
    time: 0,
    name: "http2:frame_parsed",
    data: {
      stream_id: 0,
      frame: {
        frame_type: "goaway",
        stream_id: 5,
        error_code: 11,
        additional_debug_data: "746f6f5f6d616e795f70696e6773",
      },
    },
  }]);
});

Deno.test("settings without a limit are left out of qlog, and PINGs have both ways", () => {
  const purpose = "user";
  const settings = {
    headerTableSize: 4_096,
    maxConcurrentStreams: Infinity,
    initialWindowSize: 65_535,
    maxFrameSize: 16_384,
    maxHeaderListSize: 8_192,
  };
  const { events } = checkQlog(toQlog(recordingOf([
    { at: 0, type: "settings-received", settings },
    { at: 1, type: "ping-sent", purpose, id: 1 },
    { at: 2, type: "ping-acked", purpose, id: 1, rtt: 1 },
    { at: 3, type: "ping-received" },
    { at: 4, type: "keepalive-dormant" },
  ])));
  assertFalse("max_concurrent_streams" in events[0].data);
  assertEquals(events.map(({ name }) => name), [
    "http2:parameters_set",
    "http2:frame_created",
    "http2:frame_parsed",
    "http2:frame_parsed",
    "http2:frame_created",
    "keepalive:dormant",
  ]);
});

Deno.test("the text of a peer is the same in each format, and obeyed by no terminal", () => {
  const recording = hostileRecording();
  const files = [
    toJsonLines([recording]),
    toTraceEvents([recording]),
    toQlog(recording).replaceAll("\x1e", ""),
  ];
  for (const file of files) {
    assertFalse(file.includes("\x1b"));
    assertFalse(file.includes("\u202e"));
    assertFalse(file.includes("<"));
  }
  const [, line] = files[0].split("\n");
  assertEquals(JSON.parse(line).debug, HOSTILE);
});

Deno.test("Perfetto reads a trace whatever text a peer has sent", () => {
  const texts = [
    "\u{e0001}",
    "\ud800",
    "\udfff",
    "\\ud800",
    "\x7f\0",
    "\u{1f600}",
  ];
  for (const method of texts) {
    const call = {
      connectionId: 1,
      streamId: 1,
      method,
      from: 1,
      to: 2,
      status: 0,
    };
    const recording = {
      ...recordingOf([{
        at: 0,
        type: "goaway-received",
        lastStreamId: 1,
        code: 0,
        debug: method,
      }]),
      calls: [call],
    } as ConnectionRecording;
    const { problems, asyncSlices } = importTrace(toTraceEvents([recording]));
    assertEquals([problems, asyncSlices], [[], 1]);
  }
});

Deno.test(
  "the states of a connection follow each other to the nanosecond",
  withSeed((random) => {
    for (let i = 0; i < 2_000; i++) {
      const at = () => random.below(1_000_000_000) / 7_777_777;
      const times = [at(), at(), at()].sort((a, b) => a - b);
      const recording = recordingOf([
        { at: times[0], type: "settings-received", settings: [] },
        {
          at: times[1],
          type: "draining",
          by: "peer",
          reason: "max_age",
          closeAt: Infinity,
        },
      ] as never, { now: times[2] });
      assertEquals(importTrace(toTraceEvents([recording])).problems, []);
    }
  }),
);

Deno.test("the rules of Perfetto's importer find what it refuses", () => {
  const at = { name: "a", pid: 1, tid: 2, ts: 1 };
  const refused: Record<string, object[]> = {
    "json_tokenizer_failure": [{ ...at, ts: undefined, ph: "X", dur: 1 }],
    "json_parser_failure": [{ ...at, ph: "X" }],
    "slice_spill_overlapping_complete_event": [
      { ...at, ph: "X", dur: 1.001 },
      { ...at, ph: "X", ts: 2, dur: 1 },
    ],
    "json_parser_failure: ": [{ ...at, ph: "b", cat: "c" }],
    "an end alone": [{ ...at, ph: "e", cat: "c", id: "1" }],
    "has no end": [{ ...at, ph: "b", cat: "c", id: "1" }],
    "a number that is taken for 0": [{ ...at, ph: "i", s: "t", tid: 2 ** 32 }],
    "a phase that is left out": [{ ...at, ph: "Z" }],
  };
  for (const [problem, traceEvents] of Object.entries(refused)) {
    const file = JSON.stringify({ traceEvents, displayTimeUnit: "ms" });
    const { problems } = importTrace(file);
    assertEquals(problems.length, 1, problem);
    assert(problems[0].includes(problem), problems[0]);
  }
  const half = JSON.stringify({ traceEvents: [{ ...at, name: "\ud800" }] });
  assertThrows(() => importTrace(half), Error, "surrogate");
});
