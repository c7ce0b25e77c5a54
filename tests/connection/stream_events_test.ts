import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  dataEvent,
  endedEvent,
  headersEvent,
  reuseStreamEvents,
} from "../../src/connection/streams/stream_events.ts";
import { octets } from "../harness/octets.ts";

const FIELDS = [[":status", "200"]] as const;

Deno.test("An event that was handled is the next of its kind, and says what that is about", () => {
  const events = [
    headersEvent(1, 3, FIELDS, false, true),
    dataEvent(1, 3, octets("01"), false),
    endedEvent(1, 3),
  ];
  reuseStreamEvents(events);
  const next = [
    headersEvent(2.5, 5, [], true, false),
    dataEvent(2.5, 5, octets("02"), true),
    endedEvent(2.5, 5),
  ];
  for (const [index, event] of next.entries()) {
    assertStrictEquals(event, events[index]);
  }
  assertEquals(next, [
    {
      at: 2.5,
      type: "headers",
      streamId: 5,
      headers: [],
      endStream: true,
      opens: false,
    },
    {
      at: 2.5,
      type: "data",
      streamId: 5,
      data: octets("02"),
      endStream: true,
    },
    { at: 2.5, type: "ended", streamId: 5 },
  ]);
});

Deno.test("An event that was handled keeps nothing of what it told", () => {
  const headers = headersEvent(1, 3, FIELDS, false, true);
  const data = dataEvent(1, 3, octets("01"), false);
  reuseStreamEvents([headers, data]);
  assert(headers.type === "headers" && data.type === "data");
  assertEquals([headers.headers.length, data.data.length], [0, 0]);
});

Deno.test("Events that nobody has given back are each their own, and so are other kinds", () => {
  reuseStreamEvents([{ type: "ping-received" }, { type: "writable" }]);
  const events = Array.from({ length: 100 }, (_, id) => endedEvent(0, id));
  assertEquals(new Set(events).size, 100);
  reuseStreamEvents(events);
  const next = Array.from({ length: 100 }, (_, id) => endedEvent(0, id));
  assertEquals(new Set(next).size, 100);
});
