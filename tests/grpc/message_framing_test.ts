import { assertEquals, assertStrictEquals } from "@std/assert";
import { frameMessage } from "../../src/grpc/messages/framing.ts";
import { octets } from "../harness/octets.ts";

Deno.test("A message has a flag and a length of four octets before it", () => {
  const payload = octets("01 02 03");
  assertEquals(frameMessage(payload, false), [octets("00 00000003 010203")]);
  assertEquals(frameMessage(payload, true), [octets("01 00000003 010203")]);
  assertEquals(frameMessage(octets(""), false), [octets("00 00000000")]);
});

Deno.test("Up to 4 096 octets are copied behind the prefix, more are not", () => {
  assertEquals(frameMessage(new Uint8Array(4_096), false).length, 1);
  const large = new Uint8Array(4_097);
  const pieces = frameMessage(large, false);
  assertEquals(pieces.length, 2);
  assertEquals(pieces[0], octets("00 00001001"));
  assertStrictEquals(pieces[1], large);
});
