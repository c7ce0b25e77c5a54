import { assertEquals, assertThrows } from "@std/assert";
import { HEADER_LIMITS } from "../../src/connection/mod.ts";
import { HeaderBlockAssembly } from "../../src/connection/headers/header_block.ts";
import {
  ConnectionError,
  encodeContinuation,
  encodeFrame,
  encodeHeaders,
  ErrorCode,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";
import { concat, octets } from "../harness/octets.ts";
import { BLOCK, client, type Endpoint, FIELDS, server } from "./support.ts";

const NOTHING = new Uint8Array(0);

const LETTERS = "abcdefghijklmnopqrstuvwxyz".repeat(2_000);

/** A block of so many octets: a request, and `x` with letters, in no table. */
function literal(length: number): Uint8Array {
  const block: number[] = [...BLOCK, 0x00, 0x01, 0x78, 0x7f];
  for (let size = 1; size < 4; size++) {
    let rest = length - block.length - size - 127;
    const integer: number[] = [];
    for (; rest >= 128; rest >>= 7) integer.push(rest & 127 | 128);
    integer.push(rest);
    if (integer.length === size) {
      block.push(...integer);
      break;
    }
  }
  return Uint8Array.from(
    { length },
    (_, i) => block[i] ?? LETTERS.charCodeAt(i - block.length),
  );
}

/** The header lists that an end has received. */
function lists(end: Endpoint): (readonly HeaderField[])[] {
  return end.takeEvents().flatMap((event) =>
    event.type === "headers" ? [event.headers] : []
  );
}

/** HEADERS on stream 1 that is not complete. */
function begin(writer: FrameWriter): void {
  encodeHeaders(writer, 1, octets("82"), true, false);
}

Deno.test("A block in one HEADERS frame is passed on without a copy", () => {
  const frame = {
    type: FrameType.HEADERS,
    streamId: 3,
    endStream: true,
    endHeaders: true,
    fragment: octets("8286"),
  } as const;
  assertEquals(new HeaderBlockAssembly(65_536).begin(frame) === frame, true);
});

Deno.test("A block in pieces becomes the one HEADERS frame that would have brought it", () => {
  const assembly = new HeaderBlockAssembly(65_536);
  const priority = { exclusive: true, streamDependency: 1, weight: 16 };
  const type = FrameType.CONTINUATION;
  for (const more of [{}, { priority }]) {
    const first = {
      type: FrameType.HEADERS,
      streamId: 3,
      endStream: true,
      endHeaders: false,
      fragment: octets("82"),
      ...more,
    } as const;
    assertEquals(assembly.begin(first), undefined);
    const last = { type, streamId: 3, endHeaders: true } as const;
    assertEquals(assembly.continue({ ...last, fragment: octets("86") }), {
      ...first,
      endHeaders: true,
      fragment: octets("8286"),
    });
  }
});

Deno.test("HEADERS and CONTINUATION frames are joined in order", () => {
  const end = server();
  end.say((writer) => {
    begin(writer);
    encodeContinuation(writer, 1, octets("86"), false);
  });
  assertEquals(end.takeEvents(), []);
  end.say((writer) => encodeContinuation(writer, 1, octets("84"), true));
  assertEquals(end.takeEvents(), [{
    type: "headers",
    opens: true,
    streamId: 1,
    headers: [[":method", "GET"], [":scheme", "http"], [":path", "/"]],
    endStream: true,
  }]);
});

Deno.test("The pieces of a block are copied, as their octets are borrowed", () => {
  const end = server();
  const slice = octets("000002 01 00 00000001 8386");
  end.receive(slice);
  slice.fill(0xff);
  end.say((writer) => encodeContinuation(writer, 1, octets("84"), true));
  assertEquals(lists(end), [FIELDS]);
});

Deno.test("A block in a thousand pieces is joined", () => {
  const end = server();
  const block = literal(1_000);
  end.say((writer) => encodeHeaders(writer, 1, NOTHING, false, false));
  for (let i = 0; i < block.length; i++) {
    const piece = block.subarray(i, i + 1);
    end.say((writer) => encodeContinuation(writer, 1, piece, i === 999));
  }
  assertEquals(lists(end), [[
    ...FIELDS,
    ["x", LETTERS.slice(0, 991)],
  ]]);
});

Deno.test("One block after another is joined", () => {
  const end = server();
  for (const [id, last] of [[1, "84"], [3, "85"], [5, "84"]] as const) {
    end.say((writer) => {
      encodeHeaders(writer, id, octets("8286"), false, false);
      encodeContinuation(writer, id, octets(last), true);
    });
  }
  assertEquals(lists(end), [
    [[":method", "GET"], [":scheme", "http"], [":path", "/"]],
    [[":method", "GET"], [":scheme", "http"], [":path", "/index.html"]],
    [[":method", "GET"], [":scheme", "http"], [":path", "/"]],
  ]);
});

Deno.test("HEADERS may be empty, if a CONTINUATION has the block", () => {
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, NOTHING, false, false);
    encodeContinuation(writer, 1, BLOCK, true);
  });
  assertEquals(lists(end), [FIELDS]);
});

Deno.test("The last CONTINUATION may be empty", () => {
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, BLOCK, true, false);
    encodeContinuation(writer, 1, NOTHING, true);
  });
  assertEquals(lists(end), [FIELDS]);
});

Deno.test("No frame of any type may interrupt a block (section 4.3)", () => {
  const payloads: [string, number, number, string][] = [
    ["DATA", FrameType.DATA, 1, "00"],
    ["HEADERS", FrameType.HEADERS, 1, "82"],
    ["HEADERS", FrameType.HEADERS, 3, "82"],
    ["PRIORITY", FrameType.PRIORITY, 1, "0000000000"],
    ["RST_STREAM", FrameType.RST_STREAM, 1, "00000008"],
    ["SETTINGS", FrameType.SETTINGS, 0, ""],
    ["PUSH_PROMISE", FrameType.PUSH_PROMISE, 1, "00000002"],
    ["PING", FrameType.PING, 0, "0000000000000000"],
    ["GOAWAY", FrameType.GOAWAY, 0, "0000000000000000"],
    ["WINDOW_UPDATE", FrameType.WINDOW_UPDATE, 0, "00000001"],
    ["CONTINUATION", FrameType.CONTINUATION, 3, "82"],
    ["extension", 0x0a, 1, "00"],
  ];
  for (const [name, type, streamId, payload] of payloads) {
    const end = server();
    end.say(begin);
    end.assertConnectionError(
      (writer) => encodeFrame(writer, type, 0, streamId, octets(payload)),
      ErrorCode.PROTOCOL_ERROR,
      `Received a ${name} frame on stream ${streamId}, expected CONTINUATION on stream 1`,
    );
  }
});

Deno.test("No frame that is an error on its stream may interrupt a block", () => {
  for (
    const [type, payload] of [
      [FrameType.PRIORITY, "00"],
      [FrameType.WINDOW_UPDATE, "00000000"],
    ] as const
  ) {
    const end = server();
    end.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
    end.say((writer) => encodeHeaders(writer, 3, octets("82"), false, false));
    end.assertConnectionError(
      (writer) => encodeFrame(writer, type, 0, 1, octets(payload)),
      ErrorCode.PROTOCOL_ERROR,
      "expected CONTINUATION on stream 3",
    );
  }
});

Deno.test("A CONTINUATION without HEADERS is a connection error", () => {
  for (const end of [server(), client()]) {
    end.assertConnectionError(
      (writer) => encodeContinuation(writer, 1, octets("82"), true),
      ErrorCode.PROTOCOL_ERROR,
      "Received a CONTINUATION frame on stream 1, expected HEADERS before it",
    );
  }
});

Deno.test("A CONTINUATION after a complete block is a connection error", () => {
  const end = server();
  end.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  end.assertConnectionError(
    (writer) => encodeContinuation(writer, 1, octets("82"), true),
    ErrorCode.PROTOCOL_ERROR,
    "expected HEADERS before it",
  );
});

Deno.test("An empty CONTINUATION in the middle is a flood (CVE-2024-27316)", () => {
  const end = server();
  end.say(begin);
  end.assertConnectionError(
    (writer) => encodeContinuation(writer, 1, NOTHING, false),
    ErrorCode.ENHANCE_YOUR_CALM,
    "Received an empty CONTINUATION frame on stream 1, expected a piece of the field block",
  );
});

Deno.test("A block of absoluteMaxHeaderListSize octets is the largest that is collected", () => {
  assertEquals(HEADER_LIMITS.absoluteMaxHeaderListSize, 262_144);
  const quarter = new Uint8Array(16_384);
  const end = server({ absoluteMaxHeaderListSize: 65_536 });
  end.say((writer) => {
    encodeHeaders(writer, 1, quarter, false, false);
    for (let i = 0; i < 3; i++) encodeContinuation(writer, 1, quarter, false);
  });
  end.assertConnectionError(
    (writer) => encodeContinuation(writer, 1, octets("00"), true),
    ErrorCode.ENHANCE_YOUR_CALM,
    "Received a field block of more than 65536 octets on stream 1",
  );
});

Deno.test("A block of just so many octets is passed on", () => {
  const block = new Uint8Array(65_536);
  // `xy` and a value in Huffman code, where each "!" takes ten bits: the list
  // is smaller than its block.
  block.set(concat(BLOCK, octets("00 02 7879 ff f6 fe 03")));
  const huffman = octets("fe 3f 8f e3 f8");
  for (let i = 11; i < block.length; i++) block[i] = huffman[(i - 11) % 5];
  const end = server({ absoluteMaxHeaderListSize: 65_536 });
  end.say((writer) => {
    encodeHeaders(writer, 1, block.subarray(0, 16_384), false, false);
    for (let at = 16_384; at < 65_536; at += 16_384) {
      const piece = block.subarray(at, at + 16_384);
      encodeContinuation(writer, 1, piece, at === 49_152);
    }
  });
  assertEquals(lists(end), [[...FIELDS, ["xy", "!".repeat(52_420)]]]);
});

Deno.test("The bound counts each block anew", () => {
  const end = server();
  const block = literal(30_000);
  for (const id of [1, 3, 5, 7, 9]) {
    end.say((writer) => {
      encodeHeaders(writer, id, block.subarray(0, 16_384), false, false);
      encodeContinuation(writer, id, block.subarray(16_384), true);
    });
  }
  assertEquals(lists(end).length, 5);
});

Deno.test("check passes what may come, and begin needs no check", () => {
  const assembly = new HeaderBlockAssembly(65_536);
  const headers = {
    type: FrameType.HEADERS,
    streamId: 1,
    endStream: false,
    endHeaders: false,
    fragment: octets("82"),
  } as const;
  assembly.check(headers);
  assertEquals(assembly.begin(headers), undefined);
  assertThrows(() => assembly.check(headers), ConnectionError);
  assembly.check({
    type: FrameType.CONTINUATION,
    streamId: 1,
    endHeaders: true,
    fragment: NOTHING,
  });
});
