import { assertEquals } from "@std/assert";
import {
  encodeHeaders,
  encodePing,
  encodeRstStream,
  ErrorCode,
} from "../../src/frames/mod.ts";
import { concat, octets } from "../harness/octets.ts";
import { BLOCK, type Endpoint, FIELDS, server } from "./support.ts";

/** A request with `x: y`, to be added to the dynamic table (RFC 7541 section 6.2.1). */
const INDEXED = concat(BLOCK, octets("40 01 78 01 79"));

/** A request with the first entry of the dynamic table (section 6.1). */
const REFERENCE = concat(BLOCK, octets("be"));

/**
 * "A receiver MUST terminate the connection with a connection error of type
 * COMPRESSION_ERROR if it does not decompress a field block" (RFC 9113
 * section 4.3): every block must be read, of whatever stream, or the dynamic
 * table is wrong from then on.
 */
function sayIndexed(end: Endpoint, streamId: number): string[] {
  end.takeEvents();
  end.say((writer) => encodeHeaders(writer, streamId, INDEXED, true, true));
  return end.takeEvents().map(({ type }) => type);
}

/** What was added to the table is there: a later stream refers to it. */
function assertKnown(end: Endpoint, streamId: number): void {
  end.takeEvents();
  end.say((writer) => encodeHeaders(writer, streamId, REFERENCE, true, true));
  const [event] = end.takeEvents();
  assertEquals(event.type === "headers" && event.headers, [
    ...FIELDS,
    ["x", "y"],
  ]);
}

function open(end: Endpoint, endStream: boolean): Endpoint {
  end.say((writer) => encodeHeaders(writer, 1, BLOCK, endStream, true));
  return end;
}

Deno.test("The field block of a stream that opens is read", () => {
  const end = server();
  assertEquals(sayIndexed(end, 1), ["headers"]);
  assertKnown(end, 3);
});

Deno.test("The field block of a refused stream is read", () => {
  const end = open(server({ maxConcurrentStreams: 1 }), false);
  assertEquals(sayIndexed(end, 3), ["stream-error"]);
  end.say((writer) => encodeRstStream(writer, 1, ErrorCode.CANCEL));
  assertKnown(end, 5);
});

Deno.test("The field block of a stream that was reset here is read", () => {
  const end = open(server(), false);
  end.streams.reset(1, ErrorCode.CANCEL);
  assertEquals(sayIndexed(end, 1), []);
  assertKnown(end, 3);
});

Deno.test("The field block of a half-closed stream is read", () => {
  const end = open(server(), true);
  assertEquals(sayIndexed(end, 1), ["stream-error", "reset"]);
  assertKnown(end, 3);
});

Deno.test("63 DR-after-second: the field block of a late stream is read", () => {
  const end = open(server(), false);
  end.connection.drain("max_age", 0);
  end.say((writer) => encodePing(writer, true, octets("0106010800030309")));
  assertEquals(end.connection.goaways?.drainState.kind, "final");
  assertEquals(sayIndexed(end, 3), []);
  end.takeEvents();
  end.say((writer) => encodeHeaders(writer, 1, octets("be"), true, true));
  const [trailers] = end.takeEvents();
  assertEquals(trailers.type === "headers" && trailers.headers, [["x", "y"]]);
});
