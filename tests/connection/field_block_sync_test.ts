import { assertEquals } from "@std/assert";
import { encodeHeaders, encodePing, ErrorCode } from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { type Endpoint, server } from "./support.ts";

/** `x: y`, to be added to the dynamic table (RFC 7541 section 6.2.1). */
const INDEXED = octets("40 01 78 01 79");

/**
 * "A receiver MUST terminate the connection with a connection error of type
 * COMPRESSION_ERROR if it does not decompress a field block" (RFC 9113
 * section 4.3): whoever holds the HPACK decoder must be handed every block, of
 * whatever stream, or the dynamic table is wrong from then on.
 */
function blocksHandedOn(end: Endpoint, streamId: number): Uint8Array[] {
  end.takeEvents();
  end.say((writer) => encodeHeaders(writer, streamId, INDEXED, true, true));
  return end.takeEvents().flatMap((event) =>
    "block" in event ? [event.block] : []
  );
}

function open(end: Endpoint, endStream: boolean): Endpoint {
  end.say((writer) => encodeHeaders(writer, 1, INDEXED, endStream, true));
  return end;
}

Deno.test("The field block of a stream that opens is handed on", () => {
  assertEquals(blocksHandedOn(server(), 1), [INDEXED]);
});

Deno.test("The field block of a refused stream is handed on", () => {
  const end = open(server({ maxConcurrentStreams: 1 }), false);
  assertEquals(blocksHandedOn(end, 3), [INDEXED]);
});

Deno.test("The field block of a stream that was reset here is handed on", () => {
  const end = open(server(), false);
  end.connection.streams.reset(1, ErrorCode.CANCEL);
  assertEquals(blocksHandedOn(end, 1), [INDEXED]);
});

Deno.test("The field block of a half-closed stream is handed on", () => {
  assertEquals(blocksHandedOn(open(server(), true), 1), [INDEXED]);
});

Deno.test("63 DR-after-second: the field block of a late stream is handed on", () => {
  const end = server();
  end.connection.drain("max_age", 0);
  end.say((writer) => encodePing(writer, true, octets("0106010800030309")));
  assertEquals(end.connection.drainState.kind, "final");
  assertEquals(blocksHandedOn(end, 1), [INDEXED]);
});
