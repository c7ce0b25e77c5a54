import { assertEquals } from "@std/assert";
import { HEADER_LIMITS } from "../../src/connection/mod.ts";
import {
  encodeHeaders,
  encodePing,
  encodeRstStream,
  ErrorCode,
  type Frame,
  FrameType,
} from "../../src/frames/mod.ts";
import { type HeaderField, HpackEncoder } from "../../src/hpack/mod.ts";
import { octets } from "../harness/octets.ts";
import {
  BLOCK,
  client,
  type Endpoint,
  FIELDS,
  RESPONSE,
  server,
} from "./support.ts";

function say(end: Endpoint, streamId: number, block: Uint8Array): Frame[] {
  return end.say((writer) =>
    encodeHeaders(writer, streamId, block, true, true)
  );
}

function tooLarge(size: number): string {
  return `Cannot accept a header list of ${size} octets: expected at most 65536`;
}

/** A list above the limit, in a block far below it. */
function swollen(): HeaderField[] {
  const field: HeaderField = ["big", "v".repeat(3_000)];
  return [["first", "1"], ...Array(25).fill(field), ["last", "2"]];
}

Deno.test("A list that is too large is an error of its stream, and the tables stay in step", () => {
  assertEquals(HEADER_LIMITS.maxHeaderListSize, 65_536);
  const end = server();
  const encoder = new HpackEncoder();
  const sent = say(end, 1, encoder.encode([...FIELDS, ...swollen()]));
  assertEquals(sent.map(({ type }) => type), [FrameType.HEADERS]);
  assertEquals(end.takeEvents(), [{
    type: "stream-error",
    streamId: 1,
    code: ErrorCode.ENHANCE_YOUR_CALM,
    reason: tooLarge(76_074),
  }]);
  assertEquals(end.streams.table.activeCount, 0);
  const fields = [...FIELDS, ["last", "2"], ["first", "1"]] as HeaderField[];
  const block = encoder.encode(fields);
  assertEquals(block.length, FIELDS.length + 2);
  say(end, 3, block);
  const [event] = end.takeEvents();
  assertEquals("headers" in event && event.headers, fields);
});

Deno.test("A response that is too large ends its call, and no other", () => {
  const end = client();
  const { streams } = end;
  const encoder = new HpackEncoder();
  for (const id of [1, 3]) assertEquals(streams.sender.open(FIELDS, true), id);
  end.sent();
  say(end, 1, encoder.encode(swollen()));
  say(end, 3, encoder.encode([...RESPONSE, ["last", "2"]]));
  const code = ErrorCode.ENHANCE_YOUR_CALM;
  const reason = `${tooLarge(75_950)} (ENHANCE_YOUR_CALM)`;
  assertEquals(end.takeEvents(), [
    { type: "stream-error", streamId: 1, code, reason },
    {
      type: "reset",
      streamId: 1,
      code,
      by: "local",
      unprocessed: false,
      reason,
    },
    {
      type: "headers",
      streamId: 3,
      headers: [...RESPONSE, ["last", "2"]] as HeaderField[],
      endStream: true,
      opens: false,
    },
    { type: "ended", streamId: 3 },
  ]);
});

Deno.test("A list of just 65,536 octets is accepted", () => {
  for (
    const [size, type] of [[65_536, "headers"], [
      65_537,
      "stream-error",
    ]] as const
  ) {
    const end = client();
    end.streams.sender.open(FIELDS, true);
    end.sent();
    const count = 21;
    const field: HeaderField = ["big", "v".repeat(3_000)];
    const rest = size - 42 - count * 3_035 - 33;
    const list = [
      ...RESPONSE,
      ...Array(count).fill(field),
      ["x", "v".repeat(rest)],
    ];
    say(end, 1, new HpackEncoder().encode(list));
    assertEquals(end.takeEvents()[0].type, type);
  }
});

const GARBAGE: [name: string, block: string][] = [
  ["index 0", "80"],
  ["an index beyond the tables", "be"],
  ["a string that is cut off", "00 01 78 05 79"],
  ["an integer without an end", "ff ff ff ff ff ff ff ff ff ff ff"],
  ["bad padding of Huffman code", "00 01 78 81 00"],
  ["a table above the limit", "3f e2 1f"],
];

for (const [name, block] of GARBAGE) {
  Deno.test(`A block that cannot be decoded ends the connection: ${name}`, () => {
    server().assertConnectionError(
      (writer) => encodeHeaders(writer, 1, octets(block), true, true),
      ErrorCode.COMPRESSION_ERROR,
      "Cannot decode the header block",
    );
  });
}

Deno.test("So does one of a stream that nobody listens to any more", () => {
  const dropped = [
    (end: Endpoint) => end.streams.reset(1, ErrorCode.CANCEL),
    (end: Endpoint) => {
      end.connection.drain("max_age", 0);
      end.say((writer) => encodePing(writer, true, octets("0106010800030309")));
    },
  ];
  for (const drop of dropped) {
    const end = server();
    end.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
    drop(end);
    const id = end.streams.table.activeCount === 0 ? 1 : 3;
    end.assertConnectionError(
      (writer) => encodeHeaders(writer, id, octets("80"), true, true),
      ErrorCode.COMPRESSION_ERROR,
      "Cannot decode the header block",
    );
  }
});

Deno.test("The tables are in step after every way to drop a block", () => {
  const end = server({ maxConcurrentStreams: 1 });
  const encoder = new HpackEncoder();
  const next = (id: number) =>
    say(end, id, encoder.encode([...FIELDS, [`x-${id}`, "y"], ["x", "y"]]));
  const first = encoder.encode([...FIELDS, ["x", "y"]]);
  end.say((writer) => encodeHeaders(writer, 1, first, false, true));
  next(3);
  end.streams.reset(1, ErrorCode.CANCEL);
  next(1);
  say(end, 5, encoder.encode(swollen()));
  say(end, 7, encoder.encode([["Upper", "case"], ["x-7", "y"]]));
  end.say((writer) => encodeRstStream(writer, 7, ErrorCode.CANCEL));
  end.takeEvents();
  const all = [
    ...FIELDS,
    ["x-1", "y"],
    ["x-3", "y"],
    ["x-7", "y"],
  ] as HeaderField[];
  say(end, 9, encoder.encode(all));
  const [event] = end.takeEvents();
  assertEquals("headers" in event && event.headers, all);
});
