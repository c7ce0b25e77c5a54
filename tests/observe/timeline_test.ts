import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { renderTimeline } from "../../src/observe/mod.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";
import { Recorder } from "../../src/recorder/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { puppetTransport } from "../recorder/support/puppet_transport.ts";
import { hostileRecording, recordingOf } from "./support/recordings.ts";
import { SCENES } from "./support/scenes.ts";
import { wellFormed } from "./support/well_formed.ts";

/** What a reader of each scene must find in its picture. */
const SEEN: Readonly<Record<string, { client: string[]; server: string[] }>> = {
  "black hole": {
    client: [
      "no answer",
      'class="silent"',
      "keepalive-timeout",
      "suspect",
      "TRANSIENT_FAILURE for ",
      "no connection within 20000 ms",
    ],
    server: ["Connection"],
  },
  "drain": {
    client: [
      "GOAWAY received: max_age",
      "max_age (announced)",
      'class="draining"',
      'class="idle"',
    ],
    server: ["GOAWAY sent: max_age", "grace-over"],
  },
  "too many pings": {
    client: ["GOAWAY received: too_many_pings"],
    server: ["strike 3", "too-many-pings", "PINGs of the other end"],
  },
  "NAT timeout": {
    client: [
      "nothing was read for",
      "keepalive-timeout",
      "nothing was read for 5 min; a PING had no answer for 20 s",
    ],
    server: ["Open for"],
  },
  "suspend": {
    client: [
      "slept 2 h",
      "suspect",
      "the machine slept for 2 h meanwhile",
    ],
    server: ["Open for"],
  },
};

for (const [name, make] of Object.entries(SCENES)) {
  Deno.test(`the picture of a scene tells of it: ${name}`, async () => {
    const scene = await make();
    for (const side of ["client", "server"] as const) {
      for (const width of [960, 360]) {
        const svg = renderTimeline(scene[side], { width });
        const counts = wellFormed(svg);
        assertEquals(counts.get("svg"), 1);
        assertEquals(counts.has("script"), false);
        for (const words of SEEN[name][side]) assertStringIncludes(svg, words);
        const lanes = svg.split('role="group"').length - 1;
        assertEquals(lanes, scene[side].length);
      }
    }
  });
}

Deno.test("an open connection whose PING is out for long is drawn silent", () => {
  const clock = new VirtualClock();
  const recorder = new Recorder({ clock });
  const transport = puppetTransport(1, { clock, counters: { lastReadAt: 0 } });
  const purpose = "keepalive";
  recorder.connection({ at: 0, type: "established" }, transport);
  clock.tick(10_000);
  recorder.connection(
    { at: 10_000, type: "ping-sent", purpose, id: 1 },
    transport,
  );
  for (const [after, isSilent] of [[499, false], [1, true]] as const) {
    clock.tick(after);
    const svg = renderTimeline(recorder.recordings());
    assertEquals(svg.includes('class="silent"'), isSilent);
    assertEquals(svg.includes("Open for 10.5 s, silent for 10.5 s"), isSilent);
  }
  recorder.connection(
    { at: 10_500, type: "ping-acked", purpose, id: 1, rtt: 500 },
    transport,
  );
  assertFalse(renderTimeline(recorder.recordings()).includes('class="silent"'));
});

/** 256 events of a connection that pings each ten seconds. */
function busy(): TransportEvent[] {
  const events: TransportEvent[] = [{ at: 0, type: "established" }];
  const purpose = "keepalive";
  for (let id = 1; events.length < 250; id++) {
    const at = id * 10_000;
    const rtt = 10 + id % 7;
    events.push({ at, type: "ping-sent", purpose, id });
    events.push({ at: at + rtt, type: "ping-acked", purpose, id, rtt });
  }
  const at = events.at(-1)!.at + 10_000;
  while (events.length < 256) {
    const debug = "max_age is over, and this is why";
    const lastStreamId = 2 ** 31 - 1;
    events.push({ at, type: "goaway-received", lastStreamId, code: 0, debug });
  }
  return events;
}

Deno.test("a picture of 256 events is smaller than 30 KB", () => {
  const recording = recordingOf(busy());
  assertEquals(recording.events.length, 256);
  const { length } = new TextEncoder().encode(renderTimeline([recording]));
  assert(length < 30_000, `${length} octets`);
});

Deno.test("sixteen connections of 256 events are no more than the picture is wide", () => {
  const dense = busy().map((event) => ({ ...event, at: event.at / 1_000 }));
  const recordings = Array.from(
    { length: 16 },
    (_, i) => recordingOf(dense, { id: i + 1, now: 1e6 }),
  );
  const { length } = renderTimeline(recordings);
  assert(length < 60_000, `${length} characters`);
});

Deno.test("each PING has its time, and the picture has words for those who do not see it", () => {
  const svg = renderTimeline([recordingOf(busy())]);
  assertStringIncludes(svg, "<title>PING after 10 s: 11 ms</title>");
  assertStringIncludes(svg, 'role="img"');
  assertStringIncludes(svg, "<desc>Connection 1 to 192.0.2.1:50051: Open for");
  assertStringIncludes(svg, 'aria-label="Connection 1 to 192.0.2.1:50051');
  assertStringIncludes(svg, "prefers-color-scheme:dark");
  assertStringIncludes(svg, "@media print");
});

Deno.test("what a peer says is text in a picture, whatever it says", () => {
  const svg = renderTimeline([hostileRecording()]);
  const counts = wellFormed(svg);
  assertEquals([counts.get("svg"), counts.has("script")], [1, false]);
  assertFalse(svg.includes("\x1b"));
  assertFalse(svg.includes("\u202e"));
  assertStringIncludes(svg, "&lt;script&gt;alert(1)");
});

Deno.test("a picture of nothing says so", () => {
  const svg = renderTimeline([]);
  wellFormed(svg);
  assertStringIncludes(svg, "nothing was recorded");
});

Deno.test("the options of a picture are checked", () => {
  assertThrows(() => renderTimeline([], { width: 100 }), RangeError, "width");
  const wrong = { with: 100 } as never;
  assertThrows(() => renderTimeline([], wrong), TypeError, "width");
});

Deno.test("the label of a GOAWAY whose text is cut says so", async () => {
  const { client } = await SCENES["NAT timeout"]();
  const labels = renderTimeline(client).match(/>GOAWAY sent: [^<]*<\/text>/g)!;
  for (const label of labels) assert(label.endsWith("…</text>"), label);
});
