import { assertEquals, assertThrows } from "@std/assert";
import { FrameType, FrameWriter } from "../../src/frames/mod.ts";
import { hex } from "../harness/octets.ts";

function append(writer: FrameWriter, ...octets: number[]): void {
  const at = writer.reserve(octets.length);
  writer.buffer.set(octets, at);
}

Deno.test("A frame that was begun without a length gets that of what follows", () => {
  const writer = new FrameWriter();
  append(writer, 0xff);
  const start = writer.frame(0, FrameType.HEADERS, 4, 1);
  append(writer, 1, 2, 3);
  assertEquals(writer.endFrame(start), 3);
  assertEquals(hex(writer.take()), "ff000003010400000001010203");
});

Deno.test("All three octets of the length are set", () => {
  const writer = new FrameWriter();
  const start = writer.frame(0, FrameType.DATA, 0, 1);
  writer.reserve(0x01_02_03);
  assertEquals(writer.endFrame(start), 0x01_02_03);
  assertEquals(hex(writer.take().subarray(0, 4)), "01020300");
});

Deno.test("What was truncated is not taken", () => {
  const writer = new FrameWriter();
  append(writer, 1, 2, 3);
  writer.truncate(1);
  append(writer, 4);
  assertEquals([writer.length, hex(writer.take())], [2, "0104"]);
});

Deno.test("Only what was written can be truncated", () => {
  const writer = new FrameWriter();
  append(writer, 1, 2, 3);
  for (const length of [-1, 4, 1.5, NaN]) {
    assertThrows(
      () => writer.truncate(length),
      RangeError,
      `Cannot truncate the output: expected an integer from 0 to 3, received ${length}`,
    );
  }
  assertEquals(writer.length, 3);
});
