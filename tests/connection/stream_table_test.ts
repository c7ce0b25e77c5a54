import { assertEquals, assertThrows } from "@std/assert";
import { StreamTable } from "../../src/connection/streams/stream_table.ts";
import {
  ConnectionError,
  ErrorCode,
  MAX_UINT31,
} from "../../src/frames/mod.ts";

function table(role: "client" | "server"): StreamTable {
  return new StreamTable(role, 65_535, 65_535);
}

Deno.test("A table begins empty: every stream is idle", () => {
  for (const role of ["client", "server"] as const) {
    const streams = table(role);
    assertEquals([streams.activeCount, streams.lastPeerId], [0, 0]);
    for (const id of [1, 2, MAX_UINT31]) {
      assertEquals(streams.lookup(id), "idle");
    }
  }
});

Deno.test("A server takes odd identifiers that grow (section 5.1.1)", () => {
  const streams = table("server");
  for (const id of [1, 3, 101, MAX_UINT31]) {
    streams.notePeerId(id);
    assertEquals(streams.lastPeerId, id);
  }
});

Deno.test("A server refuses even identifiers, and those that do not grow", () => {
  const streams = table("server");
  streams.notePeerId(5);
  for (const id of [2, 6, 5, 3, 1]) {
    const error = assertThrows(
      () => streams.notePeerId(id),
      ConnectionError,
      `received an illegal stream id: ${id}, expected an odd one above 5`,
    );
    assertEquals(error.code, ErrorCode.PROTOCOL_ERROR);
  }
  assertEquals(streams.lastPeerId, 5);
});

Deno.test("A client takes no identifier from its server", () => {
  const streams = table("client");
  for (const id of [1, 2, 3, MAX_UINT31 - 1]) {
    assertThrows(
      () => streams.notePeerId(id),
      ConnectionError,
      `received an illegal stream id: ${id}, expected none, as push is turned off`,
    );
  }
  assertEquals(streams.lastPeerId, 0);
});

Deno.test("Identifiers that the peer has passed over are closed", () => {
  const streams = table("server");
  streams.notePeerId(5);
  assertEquals(streams.lookup(3), "closed");
  assertEquals(streams.lookup(7), "idle");
});

Deno.test("A stream is found while it is active", () => {
  const streams = table("server");
  streams.notePeerId(1);
  const stream = streams.openPeer(1, false);
  assertEquals(streams.get(1) === stream, true);
  assertEquals(streams.lookup(1), stream);
  streams.endRemote(stream);
  assertEquals(stream.state, "half-closed-remote");
  streams.endLocal(stream);
  assertEquals(streams.get(1), undefined);
  assertEquals(streams.lookup(1), "closed");
});

Deno.test("A stream opened with END_STREAM is half-closed", () => {
  const server = table("server");
  server.notePeerId(1);
  assertEquals(server.openPeer(1, true).state, "half-closed-remote");
  assertEquals(table("client").openLocal(true).state, "half-closed-local");
});

Deno.test("A reset says whether there was a stream to end", () => {
  const streams = table("client");
  streams.openLocal(false);
  assertEquals(streams.reset(1, true), true);
  assertEquals(streams.reset(1, true), false);
  assertEquals(streams.lookup(1), "discarded");
});

Deno.test("localAbove finds the streams that a GOAWAY rejects", () => {
  const streams = table("client");
  for (let i = 0; i < 4; i++) streams.openLocal(false);
  streams.reset(5, true);
  assertEquals(streams.localAbove(0), [1, 3, 7]);
  assertEquals(streams.localAbove(1), [3, 7]);
  assertEquals(streams.localAbove(MAX_UINT31), []);
});

Deno.test("A table that is not at its end is not exhausted", () => {
  const streams = table("client");
  streams.openLocal(true);
  assertEquals(streams.exhausted, false);
});
