import { assertEquals } from "@std/assert";
import { ErrorCode, errorCodeName } from "../../src/frames/mod.ts";

Deno.test("Error codes are numbered as in RFC 9113 section 7", () => {
  assertEquals(Object.entries(ErrorCode), [
    ["NO_ERROR", 0x0],
    ["PROTOCOL_ERROR", 0x1],
    ["INTERNAL_ERROR", 0x2],
    ["FLOW_CONTROL_ERROR", 0x3],
    ["SETTINGS_TIMEOUT", 0x4],
    ["STREAM_CLOSED", 0x5],
    ["FRAME_SIZE_ERROR", 0x6],
    ["REFUSED_STREAM", 0x7],
    ["CANCEL", 0x8],
    ["COMPRESSION_ERROR", 0x9],
    ["CONNECT_ERROR", 0xa],
    ["ENHANCE_YOUR_CALM", 0xb],
    ["INADEQUATE_SECURITY", 0xc],
    ["HTTP_1_1_REQUIRED", 0xd],
  ]);
});

Deno.test("An error code has its name, an unknown one its number", () => {
  for (const [name, code] of Object.entries(ErrorCode)) {
    assertEquals(errorCodeName(code), name);
  }
  assertEquals(errorCodeName(0xe), "0xe");
  assertEquals(errorCodeName(0xffff_ffff), "0xffffffff");
});
