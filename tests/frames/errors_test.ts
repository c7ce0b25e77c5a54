import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ConnectionError,
  ErrorCode,
  Http2Error,
  StreamError,
} from "../../src/frames/mod.ts";

Deno.test("A ConnectionError tells its code in the message", () => {
  const error = new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "Too long");
  assertInstanceOf(error, Http2Error);
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.code], ["ConnectionError", 6]);
  assertEquals(`${error}`, "ConnectionError: Too long (FRAME_SIZE_ERROR)");
});

Deno.test("A StreamError names its stream", () => {
  const error = new StreamError(7, 0x1234, "Odd");
  assertInstanceOf(error, Http2Error);
  assertEquals([error.streamId, error.code], [7, 0x1234]);
  assertEquals(`${error}`, "StreamError: Odd (0x1234)");
});
