import { assertEquals, assertThrows } from "@std/assert";
import { checkGoaway } from "../../src/connection/goaway.ts";
import type { Goaway } from "../../src/connection/mod.ts";
import {
  ConnectionError,
  ErrorCode,
  FrameType,
  type GoawayFrame,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { ascii, octets } from "../harness/octets.ts";

function goaway(
  lastStreamId: number,
  debugData = new Uint8Array(0),
): GoawayFrame {
  return {
    type: FrameType.GOAWAY,
    streamId: 0,
    lastStreamId,
    errorCode: 0x1234,
    debugData,
  };
}

function before(lastStreamId: number): Goaway {
  return { lastStreamId, code: 0, debug: "" };
}

Deno.test("A GOAWAY is kept with its code and its debug data as text", () => {
  assertEquals(checkGoaway("client", goaway(5, ascii("max_age")), undefined), {
    lastStreamId: 5,
    code: 0x1234,
    debug: "max_age",
  });
  assertEquals(
    checkGoaway("server", goaway(0, octets("1b ff")), undefined).debug,
    "\\x1b\\xff",
  );
});

Deno.test("A GOAWAY may repeat or lower its stream identifier", () => {
  for (const [from, to] of [[MAX_UINT31, 7], [7, 7], [7, 1], [1, 0], [0, 0]]) {
    assertEquals(
      checkGoaway("client", goaway(to), before(from)).lastStreamId,
      to,
    );
  }
});

// grpc-go finds both violations, but does not act on them until the socket
// fails.
Deno.test("78 GC-increasing: a GOAWAY must not raise its stream identifier", () => {
  for (const role of ["client", "server"] as const) {
    const error = assertThrows(
      () => checkGoaway(role, goaway(3), before(1)),
      ConnectionError,
      "received goaway with stream id: 3, which exceeds stream id of previous goaway: 1",
    );
    assertEquals(error.code, ErrorCode.PROTOCOL_ERROR);
  }
});

Deno.test("79 GC-even-id: a client refuses an identifier it cannot have used", () => {
  for (const id of [2, 4, MAX_UINT31 - 1]) {
    const error = assertThrows(
      () => checkGoaway("client", goaway(id), undefined),
      ConnectionError,
      `received goaway with non-zero even-numbered stream id: ${id}`,
    );
    assertEquals(error.code, ErrorCode.PROTOCOL_ERROR);
  }
});

Deno.test("A server takes any identifier of a first GOAWAY", () => {
  for (const id of [0, 1, 2, MAX_UINT31]) {
    assertEquals(
      checkGoaway("server", goaway(id), undefined).lastStreamId,
      id,
    );
  }
});
