import { assertEquals } from "@std/assert";
import { encodeFrame } from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { assertRefused, assertWire, read, TOO_LONG } from "./support.ts";

Deno.test("A frame of an unknown type is told by its header only", () => {
  assertWire(
    (writer) => encodeFrame(writer, 0x0a, 0xff, 1, octets("61 62")),
    "000002 0a ff 00000001 6162",
    { type: "extension", extensionType: 0x0a, flags: 0xff, streamId: 1 },
  );
});

Deno.test("An extension frame carries its extremes", () => {
  assertWire(
    (writer) => encodeFrame(writer, 0xff, 0, 0, new Uint8Array(0)),
    "000000 ff 00 00000000",
    { type: "extension", extensionType: 0xff, flags: 0, streamId: 0 },
  );
  assertWire(
    (writer) => encodeFrame(writer, 0xff, 0, 0x7fff_ffff, new Uint8Array(0)),
    "000000 ff 00 7fffffff",
    { type: "extension", extensionType: 0xff, flags: 0, streamId: 0x7fff_ffff },
  );
});

Deno.test("Every type from 10 to 255 is an extension, and no error", () => {
  for (let type = 10; type < 256; type++) {
    const digits = type.toString(16).padStart(2, "0");
    assertEquals(read(`000001 ${digits} 00 80000005 00`), {
      type: "extension",
      extensionType: type,
      flags: 0,
      streamId: 5,
    });
  }
});

Deno.test("encodeFrame refuses what does not fit", () => {
  const nothing = new Uint8Array(0);
  for (const value of [-1, 0.5, NaN, 256]) {
    assertRefused(
      (writer) => encodeFrame(writer, value, 0, 0, nothing),
      "Cannot encode a frame type: expected an integer from 0 to 255",
    );
    assertRefused(
      (writer) => encodeFrame(writer, 10, value, 0, nothing),
      "Cannot encode flags: expected an integer from 0 to 255",
    );
  }
  for (const id of [-1, 0.5, NaN, 0x8000_0000]) {
    assertRefused(
      (writer) => encodeFrame(writer, 10, 0, id, nothing),
      "Cannot encode a stream identifier: expected an integer from 0 to 2147483647",
    );
  }
  assertRefused(
    (writer) => encodeFrame(writer, 10, 0, 0, TOO_LONG),
    "Cannot encode a payload length",
  );
});
