import { assert, assertEquals } from "@std/assert";
import type { ConnectionOptions } from "../../src/connection/connection_options.ts";
import {
  encodeContinuation,
  encodeHeaders,
  ErrorCode,
  type Frame,
  FrameType,
  FrameWriter,
  type HeadersFrame,
  SettingId,
} from "../../src/frames/mod.ts";
import {
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
} from "../../src/hpack/mod.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";
import { concat, octets } from "../harness/octets.ts";
import { Endpoint, FIELDS, RESPONSE, server } from "./support.ts";

const LIMITS = { maxHeaderListSize: 1_000, absoluteMaxHeaderListSize: 4_000 };
const GRPC: HeaderField = ["content-type", "application/grpc"];

/** A field that adds so much to a list. */
function filler(size: number): HeaderField {
  return ["filler", "v".repeat(size - 38)];
}

function sizeOf(fields: readonly HeaderField[]): number {
  return fields.reduce(
    (sum, [name, value]) => sum + name.length + value.length + 32,
    0,
  );
}

/** The fields, and a filler that makes a list of such a size of them. */
function listOf(size: number, ...fields: HeaderField[]): HeaderField[] {
  return [...fields, filler(size - sizeOf(fields))];
}

/** A block in a HEADERS and as many CONTINUATION frames as it takes. */
function sayBlock(
  writer: FrameWriter,
  id: number,
  block: Uint8Array,
  endStream = true,
): void {
  const size = 1_024;
  const isWhole = block.length <= size;
  encodeHeaders(writer, id, block.subarray(0, size), endStream, isWhole);
  for (let at = size; at < block.length; at += size) {
    const isLast = at + size >= block.length;
    encodeContinuation(writer, id, block.subarray(at, at + size), isLast);
  }
}

function limited(options: Partial<ConnectionOptions> = {}): Endpoint {
  return server({ ...LIMITS, ...options });
}

function answered(options: Partial<ConnectionOptions> = {}): Endpoint {
  const end = new Endpoint("client", { ...LIMITS, ...options }).handshake();
  for (let i = 0; i < 3; i++) end.streams.sender.open(FIELDS, true);
  end.sent();
  return end;
}

function headersIn(frames: Frame[]): HeadersFrame | undefined {
  return frames.find(({ type }) => type === FrameType.HEADERS) as
    | HeadersFrame
    | undefined;
}

Deno.test("The peer is told of the limit that costs a stream", () => {
  for (const role of ["client", "server"] as const) {
    const [settings] = new Endpoint(role, LIMITS).sent();
    const list = settings.type === FrameType.SETTINGS ? settings.settings : [];
    assert(
      list.some(([id, value]) =>
        id === SettingId.MAX_HEADER_LIST_SIZE && value === 1_000
      ),
    );
  }
});

Deno.test("A request above the limit is answered with RESOURCE_EXHAUSTED, and the next one is served", () => {
  for (const endStream of [true, false]) {
    const end = limited();
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    const block = encoder.encode([
      ...listOf(1_001, ...FIELDS, GRPC),
    ]);
    const sent = end.say((writer) => sayBlock(writer, 1, block, endStream));
    const response = headersIn(sent);
    assertEquals([response?.streamId, response?.endStream], [1, true]);
    assertEquals(decoder.decode(response!.fragment), [
      [":status", "200"],
      GRPC,
      ["grpc-status", "8"],
      [
        "grpc-message",
        "Received a header list of 1001 octets, expected at most 1000",
      ],
    ]);
    const resets = sent.filter(({ type }) => type === FrameType.RST_STREAM);
    assertEquals(resets.length, endStream ? 0 : 1);
    for (const reset of resets) {
      assertEquals("errorCode" in reset && reset.errorCode, ErrorCode.NO_ERROR);
    }
    assertEquals(end.streams.table.activeCount, 0);
    assertEquals(end.takeEvents().map(({ type }) => type), ["stream-error"]);

    const next = encoder.encode(listOf(1_000, ...FIELDS, GRPC));
    end.say((writer) => sayBlock(writer, 3, next));
    const [event] = end.takeEvents();
    assert(event.type === "headers" && event.opens);
    assertEquals(event.headers, listOf(1_000, ...FIELDS, GRPC));
  }
});

Deno.test("A request that is none of gRPC is answered with 431", () => {
  const end = limited();
  const block = new HpackEncoder().encode(listOf(1_500, ...FIELDS));
  const response = headersIn(end.say((writer) => sayBlock(writer, 1, block)));
  const fields = new Map(new HpackDecoder().decode(response!.fragment));
  assertEquals([fields.get(":status"), fields.get("grpc-status")], [
    "431",
    "8",
  ]);
});

Deno.test("What still comes on such a stream is discarded", () => {
  const end = limited();
  const encoder = new HpackEncoder();
  end.say((writer) =>
    sayBlock(writer, 1, encoder.encode(listOf(1_500, ...FIELDS)), false)
  );
  const trailers = encoder.encode([["x", "y"]]);
  assertEquals(
    end.say((writer) => encodeHeaders(writer, 1, trailers, true, true)),
    [],
  );
});

Deno.test("So many that it could be a flood end the connection", () => {
  const end = limited();
  const encoder = new HpackEncoder();
  const list = listOf(1_500, ...FIELDS);
  end.assertConnectionError(
    (writer) => {
      for (let i = 0; i < 1_001; i++) {
        sayBlock(writer, 2 * i + 1, encoder.encode(list));
      }
    },
    ErrorCode.ENHANCE_YOUR_CALM,
    "request whose header list is too large",
  );
});

Deno.test("Trailers of a request above the limit end its stream, and no other", () => {
  const end = limited();
  const encoder = new HpackEncoder();
  for (const id of [1, 3]) {
    end.say((writer) =>
      encodeHeaders(writer, id, encoder.encode(FIELDS), false, true)
    );
  }
  end.takeEvents();
  const block = encoder.encode(listOf(1_001));
  const sent = end.say((writer) => sayBlock(writer, 1, block));
  assertEquals(sent, [{
    type: FrameType.RST_STREAM,
    streamId: 1,
    errorCode: ErrorCode.ENHANCE_YOUR_CALM,
  }]);
  const known = encoder.encode(listOf(1_000));
  end.say((writer) => encodeHeaders(writer, 3, known, true, true));
  assertEquals(end.takeEvents().map(({ type }) => type), [
    "stream-error",
    "reset",
    "headers",
  ]);
});

Deno.test("Responses and their trailers above the limit end their call, and no other", () => {
  for (const isTrailers of [true, false]) {
    const end = answered();
    const encoder = new HpackEncoder();
    const sent = end.say((writer) => {
      if (isTrailers) {
        encodeHeaders(writer, 1, encoder.encode(RESPONSE), false, true);
      }
      const fields = isTrailers ? [] : RESPONSE;
      sayBlock(writer, 1, encoder.encode(listOf(1_001, ...fields)));
    });
    const code = ErrorCode.ENHANCE_YOUR_CALM;
    assertEquals(sent, [{
      type: FrameType.RST_STREAM,
      streamId: 1,
      errorCode: code,
    }]);
    const reset = end.takeEvents().find(({ type }) => type === "reset");
    assertEquals(reset, {
      type: "reset",
      streamId: 1,
      code,
      by: "local",
      unprocessed: false,
      reason:
        "Cannot accept a header list of 1001 octets: expected at most 1000 (ENHANCE_YOUR_CALM)",
    });
    const next = encoder.encode(listOf(1_000, ...RESPONSE));
    end.say((writer) => sayBlock(writer, 3, next));
    const [event] = end.takeEvents();
    assert(event.type === "headers" && event.streamId === 3);
  }
});

Deno.test("A list above the absolute limit ends the connection, however small its block is", () => {
  for (const end of [limited(), answered()]) {
    const entry = new HpackEncoder().encode([["x", "v".repeat(500)]]);
    const bomb = concat(entry, new Uint8Array(8).fill(0xbe));
    assert(bomb.length < LIMITS.maxHeaderListSize);
    end.assertConnectionError(
      (writer) => sayBlock(writer, 1, bomb),
      ErrorCode.ENHANCE_YOUR_CALM,
      "expected a header list of at most 4000 octets, received",
    );
  }
});

Deno.test("Just below, it costs its stream only, and the tables stay in step", () => {
  const end = answered();
  const encoder = new HpackEncoder();
  end.say((writer) =>
    sayBlock(writer, 1, encoder.encode(listOf(4_000, ...RESPONSE)))
  );
  end.say((writer) =>
    sayBlock(writer, 3, encoder.encode(listOf(500, ...RESPONSE, ["a", "b"])))
  );
  assertEquals(end.takeEvents().map(({ type }) => type), [
    "stream-error",
    "reset",
    "headers",
    "ended",
  ]);
});

Deno.test("A block above the absolute limit ends the connection, whatever its list would be", () => {
  for (const end of [limited(), answered()]) {
    const updates = octets("20 3f e1 1f");
    const block = concat(updates, new Uint8Array(4_000).fill(0x82));
    end.assertConnectionError(
      (writer) => sayBlock(writer, 1, block),
      ErrorCode.ENHANCE_YOUR_CALM,
      "Received a field block of more than 4000 octets on stream 1",
    );
  }
});

Deno.test("A list that nobody looks at may be too large", () => {
  const end = limited();
  const encoder = new HpackEncoder();
  end.say((writer) =>
    encodeHeaders(writer, 1, encoder.encode(FIELDS), false, true)
  );
  end.streams.reset(1, ErrorCode.CANCEL);
  end.sent();
  const block = encoder.encode(listOf(2_000, ["a", "b"]));
  assertEquals(end.say((writer) => sayBlock(writer, 1, block)), []);
});

Deno.test("Above the limit on streams, a list that is too large is refused like any other", () => {
  const end = limited({ maxConcurrentStreams: 0 });
  const block = new HpackEncoder().encode(listOf(2_000, ...FIELDS));
  assertEquals(end.say((writer) => sayBlock(writer, 1, block)), [{
    type: FrameType.RST_STREAM,
    streamId: 1,
    errorCode: ErrorCode.REFUSED_STREAM,
  }]);
});

/** The least milliseconds that it takes to hear some blocks, of many tries. */
function leastTime(list: HeaderField[], count: number): number {
  let least = Infinity;
  for (let i = 0; i < 15; i++) {
    const end = limited({
      maxHeaderListSize: 14_000,
      absoluteMaxHeaderListSize: 100_000,
    });
    const encoder = new HpackEncoder();
    const writer = new FrameWriter();
    for (let id = 1; id < 2 * count; id += 2) {
      encodeHeaders(writer, id, encoder.encode(list), true, true);
    }
    const octets = writer.take();
    const start = performance.now();
    end.receive(octets);
    least = Math.min(least, performance.now() - start);
    end.takeEvents();
  }
  return least;
}

Deno.test("A list that is refused costs no more time than one that is accepted", () => {
  const fields = (length: number) =>
    Array.from(
      { length },
      (_, i): HeaderField => [`x-${i}`, "v".repeat(i % 80)],
    );
  assertCostRatio({
    of: () => leastTime([...FIELDS, ...fields(225)], 20),
    to: () => leastTime([...FIELDS, ...fields(180)], 20),
    below: 2,
    floor: 0,
  });
});
