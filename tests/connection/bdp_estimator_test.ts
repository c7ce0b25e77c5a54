import { assertEquals } from "@std/assert";
import {
  BdpEstimator,
  MAX_WINDOW_SIZE,
} from "../../src/connection/bdp_estimator.ts";
import {
  encodeData,
  encodeHeaders,
  encodePing,
  ErrorCode,
  type Frame,
  FrameType,
} from "../../src/frames/mod.ts";
import { MemoryQuota } from "../../src/memory/mod.ts";
import { octets } from "../harness/octets.ts";
import { outlines } from "./outline.ts";
import { BLOCK, Endpoint, server } from "./support.ts";

const WINDOW = 65_535;

/** The increments of frames. */
function increments(frames: readonly Frame[]): number[] {
  return frames.flatMap((frame) =>
    "windowSizeIncrement" in frame ? [frame.windowSizeIncrement] : []
  );
}

/** An estimator that has probed once, in vain. */
function probed(sample: number, rtt: number): BdpEstimator {
  const bdp = new BdpEstimator(WINDOW);
  bdp.pingSent(1, 0);
  bdp.received(sample, 0);
  bdp.pingAcked(1, rtt);
  return bdp;
}

Deno.test("A PING is worth sending after a quarter of the window", () => {
  const bdp = new BdpEstimator(WINDOW);
  assertEquals(bdp.received(10_000, 0), false);
  assertEquals(bdp.received(6_383, 0), false);
  assertEquals(bdp.received(1, 0), true);
});

Deno.test("Data that comes slowly is worth no PING, however much there is", () => {
  const bdp = new BdpEstimator(WINDOW);
  for (let i = 0; i < 1_000; i++) {
    assertEquals(bdp.received(1_500, 10 * i), false);
  }
  assertEquals(bdp.received(16_384, 10_200), true);
});

Deno.test("Nor is data that came before a rest", () => {
  const bdp = new BdpEstimator(WINDOW);
  for (let i = 0; i < 1_000; i++) {
    assertEquals(bdp.received(16_000, 0), false);
    bdp.rest();
  }
});

Deno.test("While a PING is out no other is sent, whatever its purpose", () => {
  const bdp = new BdpEstimator(WINDOW);
  bdp.received(16_000, 0);
  bdp.pingSent(1, 0);
  for (let i = 0; i < 10; i++) assertEquals(bdp.received(16_384, 0), false);
});

Deno.test("Only data since the last acknowledgement makes a PING worth sending", () => {
  const bdp = probed(0, 10);
  bdp.received(16_000, 0);
  bdp.pingSent(2, 0);
  bdp.received(10_000, 0);
  bdp.pingAcked(2, 10);
  assertEquals(bdp.received(16_383, 0), false);
  assertEquals(bdp.received(1, 0), true);
});

Deno.test("A round trip that fills more than half of the window doubles what it brought", () => {
  for (
    const [sample, window] of [
      [32_767, undefined],
      [32_768, 65_536],
      [65_535, 131_070],
    ] as const
  ) {
    const bdp = new BdpEstimator(WINDOW);
    bdp.pingSent(1, 0);
    bdp.received(sample, 0);
    assertEquals(bdp.pingAcked(1, 10), window);
    assertEquals(bdp.window, window ?? WINDOW);
  }
});

Deno.test("What came in the same burst before the PING is part of the sample, and nothing older", () => {
  for (const [after, window] of [[99, 80_000], [100, undefined]] as const) {
    const bdp = new BdpEstimator(WINDOW);
    bdp.received(10_000, 0);
    bdp.pingSent(1, after);
    bdp.received(30_000, after);
    assertEquals(bdp.pingAcked(1, 10), window);
  }
});

Deno.test("A window that brings no more bandwidth does not grow further", () => {
  const bdp = probed(65_535, 10);
  bdp.pingSent(2, 0);
  bdp.received(131_070, 0);
  assertEquals(bdp.pingAcked(2, 20), undefined);
  bdp.pingSent(3, 0);
  bdp.received(131_070, 0);
  assertEquals(bdp.pingAcked(3, 19), 262_140);
});

Deno.test("A window grows to 16 MiB, and then costs no PING any more", () => {
  assertEquals(MAX_WINDOW_SIZE, 16_777_216);
  for (const rtt of [0, 1, 200]) {
    const bdp = new BdpEstimator(WINDOW);
    const windows: (number | undefined)[] = [];
    for (let id = 1; bdp.received(bdp.window, 0); id++) {
      bdp.pingSent(id, 0);
      windows.push(bdp.pingAcked(id, rtt));
    }
    assertEquals(windows, [
      131_070,
      262_140,
      524_280,
      1_048_560,
      2_097_120,
      4_194_240,
      8_388_480,
      16_776_960,
      16_777_216,
    ]);
    assertEquals(bdp.received(1e9, 0), false);
  }
});

Deno.test("The PING of somebody else serves as well, with its round trip", () => {
  const bdp = probed(65_535, 10);
  bdp.pingSent(7, 0);
  bdp.received(131_070, 0);
  assertEquals(bdp.pingAcked(7, 15), 262_140);
});

Deno.test("Of PINGs that overlap the first one is timed, and none is sent before the last is back", () => {
  const bdp = new BdpEstimator(WINDOW);
  bdp.pingSent(1, 0);
  bdp.received(30_000, 0);
  bdp.pingSent(2, 0);
  assertEquals(bdp.pingAcked(1, 10), undefined);
  assertEquals(bdp.received(60_000, 0), false);
  assertEquals(bdp.pingAcked(2, 10), undefined);
  assertEquals(bdp.received(16_384, 0), true);
});

/** A server that receives stream 1, and what it has sent for that. */
class Receiver {
  readonly end: Endpoint;

  constructor(settingsTimeout = 60_000) {
    this.end = server({ settingsTimeout });
    this.end.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
    this.end.takeEvents();
  }

  /** Receives data, and hands it over. */
  data(length: number): Frame[] {
    const frames: Frame[] = [];
    for (let left = length; left > 0; left -= 16_384) {
      const size = Math.min(left, 16_384);
      frames.push(
        ...this.end.say((writer) =>
          encodeData(writer, 1, new Uint8Array(size), false)
        ),
      );
      this.end.streams.flow.consumed(1, size);
    }
    return [...frames, ...this.end.sent()];
  }

  acknowledge(rtt: number, payload = "02041010090e0707"): Frame[] {
    this.end.now += rtt;
    return this.end.say((writer) => encodePing(writer, true, octets(payload)));
  }
}

Deno.test("A PING for the purpose has the payload of grpc-go", () => {
  const receiver = new Receiver();
  assertEquals(receiver.data(16_384), [{
    type: FrameType.PING,
    streamId: 0,
    ack: false,
    opaqueData: octets("02041010090e0707"),
  }]);
  assertEquals(receiver.end.takeEvents().at(-1), {
    type: "ping-sent",
    purpose: "bdp",
    id: 1,
  });
});

Deno.test("A larger window is offered to the connection, and to streams whose data is consumed", () => {
  const receiver = new Receiver();
  receiver.data(16_384);
  receiver.data(45_000);
  const sent = receiver.acknowledge(10);
  assertEquals(outlines(sent), ["WINDOW_UPDATE 0", "WINDOW_UPDATE 1"]);
  assertEquals(increments(sent), [122_768 - WINDOW, 122_768 - WINDOW]);
});

Deno.test("A stream that is consumed may use the larger window to the last octet, others have the first one", () => {
  const receiver = new Receiver();
  const { end } = receiver;
  receiver.data(16_384);
  receiver.data(49_152);
  receiver.acknowledge(10);
  for (const id of [3, 5]) {
    end.say((writer) => encodeHeaders(writer, id, BLOCK, false, true));
  }
  const say = (id: number, size: number) =>
    end.say((writer) => encodeData(writer, id, new Uint8Array(size), false));
  for (let i = 0; i < 3; i++) say(3, 16_384);
  end.streams.flow.consumed(3, 49_152);
  assertEquals(increments(end.sent()), [49_152 + WINDOW + 2]);
  for (let i = 0; i < 8; i++) say(3, 16_384);
  for (let i = 0; i < 4; i++) say(5, 16_383);
  say(5, 3);
  assertEquals(end.streams.table.activeCount, 3);
  assertEquals(outlines(say(5, 1)), ["RST_STREAM 5: 3"]);
  assertEquals(outlines(say(3, 1)), ["RST_STREAM 3: 3"]);
});

Deno.test("Streams that nobody reads keep the first window, and a consumer's growth ends with its stream", () => {
  const memory = new MemoryQuota().connect();
  const end = new Endpoint("server", {}, memory).handshake();
  const { streams } = end;
  for (const id of [1, 3]) {
    end.say((writer) => encodeHeaders(writer, id, BLOCK, false, true));
  }
  const data = (length: number) =>
    end.say((writer) => {
      encodeData(writer, 1, new Uint8Array(length), false);
    });
  for (let i = 0; i < 3; i++) data(16_384);
  data(16_383);
  streams.flow.consumed(1, 65_535);
  end.sent();
  const sent = end.say((writer) =>
    encodePing(writer, true, octets("02041010090e0707"))
  );
  assertEquals(outlines(sent), ["WINDOW_UPDATE 0", "WINDOW_UPDATE 1"]);
  data(1);
  streams.flow.consumed(1, 1);
  end.connection.takeOutput();
  assertEquals(memory.grown, 65_535);
  streams.reset(1, ErrorCode.CANCEL);
  end.connection.takeOutput();
  assertEquals(memory.grown, 0);
});

Deno.test("With a largest window of 65 535, nothing is measured and nothing grows", () => {
  const bdp = new BdpEstimator(WINDOW, WINDOW);
  for (let i = 0; i < 100; i++) assertEquals(bdp.received(16_384, 0), false);
  bdp.pingSent(1, 0);
  bdp.received(65_535, 0);
  assertEquals(bdp.pingAcked(1, 10), undefined);
});

Deno.test("A window grows to the largest one and no further, however late the answer to a PING", () => {
  const bdp = new BdpEstimator(WINDOW, 100_000);
  bdp.pingSent(1, 0);
  bdp.received(60_000, 0);
  assertEquals(bdp.pingAcked(1, 10), 100_000);
  assertEquals(bdp.received(100_000, 20), false);
});

Deno.test("The larger window is given back at half, like the first", () => {
  const receiver = new Receiver();
  receiver.data(16_384);
  receiver.data(49_152);
  receiver.acknowledge(10);
  const updates = (length: number) =>
    receiver.data(length).filter(({ type }) =>
      type === FrameType.WINDOW_UPDATE
    );
  assertEquals(updates(65_535), []);
  assertEquals(outlines(updates(1)), ["WINDOW_UPDATE 0", "WINDOW_UPDATE 1"]);
});

Deno.test("The round trip is taken from a PING that is out already", () => {
  const receiver = new Receiver();
  receiver.end.connection.pings.send("keepalive", 0);
  assertEquals(outlines(receiver.end.sent()), ["PING"]);
  const sent = receiver.data(65_536);
  assertEquals(sent.filter(({ type }) => type === FrameType.PING), []);
  const grown = receiver.acknowledge(10, "0000000000000000");
  assertEquals(outlines(grown), ["WINDOW_UPDATE 0", "WINDOW_UPDATE 1"]);
});
