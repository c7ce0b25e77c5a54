import { assertEquals } from "@std/assert";
import { readUint16, readUint24, readUint31 } from "../../src/frames/octets.ts";
import { readUint32, writeUint32 } from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";

const BYTES = octets("00 fedcba98 00");

Deno.test("Integers are unsigned and in network order", () => {
  assertEquals(readUint16(BYTES, 1), 0xfedc);
  assertEquals(readUint24(BYTES, 1), 0xfe_dcba);
  assertEquals(readUint32(BYTES, 1), 0xfedc_ba98);
  assertEquals(readUint31(BYTES, 1), 0x7edc_ba98);
});

Deno.test("Integers have their extremes", () => {
  const ones = octets("ffffffff");
  assertEquals(readUint16(ones, 0), 0xffff);
  assertEquals(readUint24(ones, 0), 0xff_ffff);
  assertEquals(readUint32(ones, 0), 0xffff_ffff);
  assertEquals(readUint31(ones, 0), 0x7fff_ffff);
  assertEquals(readUint31(octets("80000000"), 0), 0);
});

Deno.test("What is written is read again, and nothing beside it changes", () => {
  for (const value of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    const bytes = octets("aa 55555555 aa");
    writeUint32(bytes, 1, value);
    assertEquals(readUint32(bytes, 1), value);
    assertEquals([bytes[0], bytes[5]], [0xaa, 0xaa]);
  }
});
