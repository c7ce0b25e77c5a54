import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  clientParameters,
  serverParameters,
  Session,
  type SessionEvent,
} from "../../src/session/mod.ts";
import { FIELDS } from "../harness/scripted_peer.ts";

/** What both ends tell of a call and a dead server, on a clock of any origin. */
function story(origin: number): SessionEvent[] {
  const keepalive = { time: 10_000, timeout: 1_000 };
  const client = new Session(
    clientParameters({ keepalive }),
    origin,
    { random: 0.5, observed: true },
  );
  const enforcement = { advertise: false };
  const server = new Session(serverParameters({ enforcement }), origin, {
    random: 0.5,
    observed: true,
  });
  const exchange = (now: number) => {
    server.receive(client.takeOutput(), now);
    client.receive(server.takeOutput(), now);
    server.receive(client.takeOutput(), now);
  };
  exchange(origin);
  client.streams.open(FIELDS, false, origin + 1);
  exchange(origin + 1);
  client.advance(origin + 10_001);
  exchange(origin + 10_002);
  client.advance(origin + 20_002);
  client.advance(origin + 21_002);
  server.receiveEnd(origin + 21_003);
  return [...client.takeEvents(), ...server.takeEvents()];
}

/** Numbers that are times, so that stories of different clocks compare. */
const TIMES = new Set(["at", "lastReadAt", "sentAt"]);

function relativeTo(origin: number, events: SessionEvent[]): string {
  return JSON.stringify(
    events,
    (key, value) => TIMES.has(key) ? value - origin : value,
  );
}

Deno.test("two ends tell the same story on a clock of any origin, also below zero", () => {
  const expected = relativeTo(0, story(0));
  assertStringIncludes(expected, "keepalive-timeout");
  for (const origin of [-1e12, -10_000, 1e12]) {
    assertEquals(relativeTo(origin, story(origin)), expected);
  }
});

Deno.test("a session is not started at a time that is none, or with a draw that is none", () => {
  const parameters = serverParameters();
  for (const now of [NaN, Infinity, -Infinity]) {
    assertThrows(
      () => new Session(parameters, now),
      RangeError,
      `expected a finite time, received ${now}`,
    );
  }
  for (const random of [NaN, -0.1, 1.1]) {
    assertThrows(
      () => new Session(parameters, 0, { random }),
      RangeError,
      `expected a random number from 0 to 1, received ${random}`,
    );
  }
});
