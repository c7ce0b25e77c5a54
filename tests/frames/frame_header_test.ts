import { assertEquals } from "@std/assert";
import {
  DEFAULT_MAX_FRAME_SIZE,
  FRAME_HEADER_LENGTH,
  FrameType,
  frameTypeName,
  FrameWriter,
  MAX_MAX_FRAME_SIZE,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { hex } from "../harness/octets.ts";

Deno.test("Frame types are numbered as in RFC 9113 section 6", () => {
  assertEquals(Object.entries(FrameType), [
    ["DATA", 0],
    ["HEADERS", 1],
    ["PRIORITY", 2],
    ["RST_STREAM", 3],
    ["SETTINGS", 4],
    ["PUSH_PROMISE", 5],
    ["PING", 6],
    ["GOAWAY", 7],
    ["WINDOW_UPDATE", 8],
    ["CONTINUATION", 9],
  ]);
});

Deno.test("A frame type has its name, an unknown one its number", () => {
  for (const [name, type] of Object.entries(FrameType)) {
    assertEquals(frameTypeName(type), name);
  }
  assertEquals(frameTypeName(10), "0xa");
  assertEquals(frameTypeName(255), "0xff");
});

Deno.test("The bounds are those of RFC 9113 sections 4.1 and 6.5.2", () => {
  assertEquals(FRAME_HEADER_LENGTH, 9);
  assertEquals(DEFAULT_MAX_FRAME_SIZE, 2 ** 14);
  assertEquals(MAX_MAX_FRAME_SIZE, 2 ** 24 - 1);
  assertEquals(MAX_UINT31, 2 ** 31 - 1);
});

Deno.test("A frame header has 24 bits of length, type, flags, stream", () => {
  const writer = new FrameWriter();
  const at = writer.frame(0x01_0203, 0xab, 0xcd, 0x7654_3210);
  assertEquals(at, 9);
  assertEquals(writer.length, 9 + 0x01_0203);
  assertEquals(hex(writer.take().subarray(0, 9)), "010203abcd76543210");
});
