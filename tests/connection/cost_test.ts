import { assert, assertEquals, assertLess } from "@std/assert";
import { SendWindow } from "../../src/connection/streams/flow_window.ts";
import { Output } from "../../src/connection/output.ts";
import { initialPeerSettings } from "../../src/connection/peer_settings.ts";
import { Scheduler } from "../../src/connection/streams/scheduler.ts";
import { StreamTable } from "../../src/connection/streams/stream_table.ts";
import {
  encodeGoaway,
  encodeRstStream,
  encodeSettings,
  encodeWindowUpdate,
  ErrorCode,
  FrameWriter,
  MAX_UINT31,
  SettingId,
} from "../../src/frames/mod.ts";
import { clientParameters } from "../../src/session/mod.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { FIELDS } from "./support.ts";

// What a frame costs must not grow with the streams that are open.

/** A scheduler whose streams all wait, and the steps it takes. */
class Counted {
  steps = 0;
  readonly scheduler: Scheduler;
  readonly window: SendWindow;
  readonly output = new Output();
  readonly #streams;

  constructor(streams: number, window: number) {
    this.window = new SendWindow(window);
    const table = new StreamTable("client", 65_535, 65_535);
    this.scheduler = new Scheduler(
      this.output,
      initialPeerSettings(),
      this.window,
    );
    const count = () => this.steps++;
    this.#streams = Array.from(
      { length: streams },
      () =>
        new Proxy(table.openLocal(false), {
          get(target, key) {
            count();
            return Reflect.get(target, key);
          },
          set(target, key, value) {
            count();
            return Reflect.set(target, key, value);
          },
        }),
    );
    for (const stream of this.#streams) {
      stream.queue.push(new Uint8Array(1));
      this.scheduler.enqueue(stream);
    }
    this.steps = 0;
  }

  /** The steps of some work. */
  count(work: () => void): number {
    const before = this.steps;
    work();
    return this.steps - before;
  }

  pump(): number {
    return this.count(() => this.scheduler.pump(() => {}));
  }

  remove(at: number): number {
    return this.count(() => this.scheduler.remove(this.#streams[at]));
  }
}

Deno.test("A turn costs nothing while the window of the connection is closed, however many streams wait", () => {
  for (const streams of [10, 200_000]) {
    assertEquals(new Counted(streams, 0).pump(), 0);
  }
});

Deno.test("A turn costs as much as it sends", () => {
  const [few, many] = [10, 100_000].map((streams) => {
    const counted = new Counted(streams, 5);
    return counted.pump();
  });
  assertEquals(many, few);
});

Deno.test("A stream leaves the line at the same cost, however many wait", () => {
  const [few, many] = [10, 100_000].map((streams) => {
    const counted = new Counted(streams, 0);
    return [0, streams >> 1, streams - 1].map((at) => counted.remove(at));
  });
  assertEquals(many, few);
});

Deno.test("200 000 streams that wait for the window all send once it opens, in order", () => {
  const counted = new Counted(200_000, 0);
  counted.window.add(200_000);
  let sent = 0;
  let last = 0;
  for (let before = -1; sent > before;) {
    before = sent;
    counted.scheduler.pump(({ id }) => {
      sent++;
      assert(id > last);
      last = id;
    });
  }
  assertEquals(sent, 200_000);
  assertLess(counted.steps / sent, 100);
});

/** A client with so many streams. */
function requesting(streams: number): ScriptedPeer {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  for (let i = 0; i < streams; i++) peer.session.streams.open(FIELDS, false, 0);
  peer.session.takeOutput();
  peer.session.takeEvents();
  return peer;
}

/** The milliseconds that octets of the peer take. */
function cost(
  streams: number,
  say: (writer: FrameWriter, streams: number) => void,
): () => number {
  return () => {
    const { session } = requesting(streams);
    const writer = new FrameWriter();
    say(writer, streams);
    const octets = writer.take();
    const start = performance.now();
    session.receive(octets, 0);
    return performance.now() - start;
  };
}

const NOTHING = new Uint8Array(0);

const FLAT: readonly [
  string,
  (writer: FrameWriter, streams: number) => void,
][] = [
  ["GOAWAY that repeats itself", (writer) => {
    for (let i = 0; i < 900; i++) {
      encodeGoaway(writer, MAX_UINT31, ErrorCode.NO_ERROR, NOTHING);
    }
  }],
  ["SETTINGS that change nothing", (writer) => {
    for (let i = 0; i < 900; i++) {
      encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 65_535]]);
    }
  }],
  ["WINDOW_UPDATE of the connection", (writer) => {
    for (let i = 0; i < 5_000; i++) encodeWindowUpdate(writer, 0, 1);
  }],
  ["WINDOW_UPDATE of a stream", (writer) => {
    for (let i = 0; i < 5_000; i++) encodeWindowUpdate(writer, 1, 1);
  }],
];

for (const [name, say] of FLAT) {
  Deno.test(`${name}: the cost does not grow with the streams`, () => {
    const [to, of] = [100, 20_000].map((streams) => cost(streams, say));
    assertCostRatio({ of, to, below: 20, floor: 1 });
  });
}

const LINEAR: typeof FLAT = [
  ["one GOAWAY that takes all streams", (writer) => {
    encodeGoaway(writer, 0, ErrorCode.NO_ERROR, NOTHING);
  }],
  ["GOAWAYs that take one stream after the other", (writer, streams) => {
    for (let i = 1; i < 900; i++) {
      const last = 2 * (streams - i) - 1;
      encodeGoaway(writer, Math.max(last, 1), ErrorCode.NO_ERROR, NOTHING);
    }
  }],
  ["one SETTINGS that changes all windows", (writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 70_000]]);
  }],
  ["a reset of each stream", (writer, streams) => {
    for (let i = 0; i < streams; i++) {
      encodeRstStream(writer, 2 * i + 1, ErrorCode.CANCEL);
    }
  }],
  ["a WINDOW_UPDATE of each stream", (writer, streams) => {
    for (let i = 0; i < streams; i++) encodeWindowUpdate(writer, 2 * i + 1, 1);
  }],
];

for (const [name, say] of LINEAR) {
  Deno.test(`${name}: the cost grows as the streams do`, () => {
    const [to, of] = [1_000, 16_000].map((streams) => cost(streams, say));
    assertCostRatio({ of, to, below: 5 * 16, floor: 1 });
  });
}

Deno.test("A GOAWAY that repeats the one before is no event, and a thousand are a flood", () => {
  const peer = requesting(10);
  for (let i = 0; i < 900; i++) peer.goaway(MAX_UINT31, 0, "max_age");
  assertEquals(peer.eventsOf("goaway-received").length, 1);
  assertEquals(peer.closedAt, undefined);
  peer.goaway(5);
  assertEquals(peer.eventsOf("goaway-received").length, 2);
  assertEquals(peer.eventsOf("reset").length, 7);
  for (let i = 0; i < 200; i++) peer.goaway(5);
  assertEquals(peer.goaways.at(-1)?.frame.errorCode, 0xb);
});

Deno.test("SETTINGS that change the windows of many streams again and again are a flood sooner", () => {
  const borne = (streams: number) => {
    const peer = requesting(streams);
    for (let i = 0;; i++) {
      if (peer.closedAt !== undefined) return i;
      peer.say((writer) =>
        encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, i]])
      );
    }
  };
  assertEquals(borne(1) > 900, true);
  const many = borne(20_000);
  assert(many >= 40 && many < 60, `${many}`);
});

Deno.test("SETTINGS of thousands of parameters are a flood sooner", () => {
  const peer = requesting(1);
  const many = Array.from({ length: 2_700 }, (_, i) => [i + 100, 1] as const);
  let count = 0;
  for (; peer.closedAt === undefined; count++) {
    peer.say((writer) => encodeSettings(writer, many));
  }
  assert(count > 30 && count < 40, `${count}`);
});
