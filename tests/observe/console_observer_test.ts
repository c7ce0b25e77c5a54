import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  consoleObserver,
  type ConsoleObserverOptions,
} from "../../src/observe/mod.ts";
import { Metadata } from "../../mod.ts";
import { CLOCK } from "../harness/virtual_clock.ts";
import { puppetTransport } from "../recorder/support/puppet_transport.ts";
import { World } from "../simulation/support/world.ts";
import { HOSTILE } from "./support/recordings.ts";

/** The lines of a channel that makes a call, pings, and is drained. */
async function printed(options: ConsoleObserverOptions): Promise<string[]> {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  let wall = () => 0;
  const clock = { now: () => 0, wall: () => wall(), timer: () => never() };
  const world = new World(1, {
    channel: {
      observer: consoleObserver({ write, clock, ...options }),
      keepalive: { time: 10_000, permitWithoutStream: true },
    },
    server: {
      enforcement: { minTime: 5_000, permitWithoutStream: true },
      keepalive: { maxConnectionAge: 30_000 },
    },
  });
  wall = () => world.clock.now();
  world.call();
  await world.clock.advance(40_000);
  await world.end();
  return lines;
}

function never(): never {
  throw new Error("No timer is needed");
}

function contains(lines: readonly string[], words: string): boolean {
  return lines.some((line) => line.includes(words));
}

Deno.test("a console observer prints a line for what matters", async () => {
  const lines = await printed({});
  for (
    const words of [
      "Channel READY: connected to 10.0.0.1:50051",
      "HTTP/2 established",
      "Call ",
      ": OK after ",
      'GOAWAY received: NO_ERROR, "max_age"',
      "Closed by ",
    ]
  ) assert(contains(lines, words), `${words} in\n${lines.join("\n")}`);
  assertFalse(contains(lines, "PING 1 sent"));
  assertFalse(contains(lines, "message"));
  const [first] = lines;
  assertEquals(
    first,
    "00:00:00.000  Channel CONNECTING: a connection is needed",
  );
});

Deno.test("with frames it prints PINGs, SETTINGS and messages, too", async () => {
  const lines = await printed({ frames: true });
  for (
    const words of [
      "PING 1 sent (keepalive)",
      "PING 1 answered in ",
      "SETTINGS acknowledged",
      "message 0 sent, 100 octets",
      "message 0 received, 100 octets",
    ]
  ) assert(contains(lines, words), `${words} in\n${lines.join("\n")}`);
});

Deno.test("in JSON each line is the event, with its place", async () => {
  const lines = await printed({ json: true, frames: true });
  const events = lines.map((line) => JSON.parse(line));
  const established = events.find(({ type }) => type === "established");
  const { connection, role, peer, wall } = established;
  assertEquals([typeof connection, role, peer], [
    "number",
    "client",
    "10.0.0.1:50051",
  ]);
  assert(wall > 0 && wall < 1_000);
  assert(events.some(({ type }) => type === "message-sent"));
});

Deno.test("without calls it has no method for them, so that none is made", () => {
  const keys = (options: ConsoleObserverOptions) =>
    Object.keys(consoleObserver(options)).sort();
  assertEquals(keys({}), ["call", "channel", "connection"]);
  assertEquals(keys({ calls: false, frames: true }), ["channel", "connection"]);
  assertEquals(keys({ frames: true }), [
    "call",
    "channel",
    "connection",
    "message",
  ]);
});

Deno.test("what a peer says is escaped, for people and in JSON", () => {
  for (const json of [false, true]) {
    let printed = "";
    const write = (line: string) => void (printed = line);
    const observer = consoleObserver({ write, json });
    const goaway = { lastStreamId: 1, code: 0, debug: HOSTILE };
    const event = { at: 0, type: "goaway-received", ...goaway } as const;
    observer.connection!(event, puppetTransport(1));
    assertFalse(/[\p{Cc}\u202e]/u.test(printed), printed);
    assertStringIncludes(printed, "alert(1)");
  }
});

Deno.test("the options of a console observer are checked", () => {
  const wrong = { frame: true } as never;
  assertThrows(() => consoleObserver(wrong), TypeError, "frames");
  const text = { json: "yes" } as never;
  assertThrows(() => consoleObserver(text), TypeError, "json");
  const write = { write: 1 } as never;
  assertThrows(() => consoleObserver(write), TypeError, "write");
  const one = { metadata: "x" } as never;
  assertThrows(() => consoleObserver(one), TypeError, 'received "x"');
  const odd = { metadata: ["a b"] };
  assertThrows(() => consoleObserver(odd), TypeError, "metadata[0]");
  const clock = { ...CLOCK, wall: () => NaN };
  assertThrows(() => consoleObserver({ clock }), RangeError, "clock");
});

Deno.test("metadata is told where it was asked for by name, and no other", async () => {
  const metadata = new Metadata();
  metadata.append("x-request-id", "17");
  metadata.append("authorization", "Bearer hidden");
  metadata.append("trace-bin", new Uint8Array([255, 0, 1]));
  for (const json of [false, true]) {
    for (const keys of [undefined, ["X-Request-Id", "trace-bin", "none"]]) {
      const lines: string[] = [];
      const observer = consoleObserver({
        write: (line) => void lines.push(line),
        frames: true,
        metadata: keys,
        json,
      });
      const world = new World(1, {
        channel: { observer },
        server: { observer },
      });
      world.call(1, { metadata });
      await world.clock.advance(1_000);
      await world.end();
      const text = lines.join("\n");
      assertFalse(contains(lines, "hidden"), text);
      const began = lines.filter((line) => /call-started|began/.test(line));
      assertEquals(began.length, 2, text);
      for (const line of began) {
        const isTold = keys !== undefined;
        assertEquals(line.includes(json ? '["17"]' : '"17"'), isTold, line);
        assertEquals(line.includes("/wAB"), isTold, line);
        assertFalse(line.includes("none"), line);
      }
    }
  }
});

Deno.test("what a peer sends as metadata is escaped", () => {
  for (const json of [false, true]) {
    let printed = "";
    const write = (line: string) => void (printed = line);
    const observer = consoleObserver({ write, json, metadata: ["x"] });
    observer.call!({
      type: "server-call-started",
      at: 0,
      serverId: 1,
      callId: 2,
      method: "/a.B/C",
      isKnown: true,
      requestStream: false,
      responseStream: false,
      peer: "192.0.2.1:1",
      connectionId: 3,
      streamId: 1,
      metadata: () => [HOSTILE],
    });
    assertFalse(/[\p{Cc}\u202e]/u.test(printed), printed);
    assertStringIncludes(printed, "alert(1)");
  }
});

Deno.test("channels, connections and calls are counted each for itself", async () => {
  const numbers: [channel: number, connection: number, call: number][] = [];
  for (let i = 0; i < 3; i++) {
    const lines = await printed({ frames: true, json: true });
    const find = (type: string) =>
      lines.map((line) => JSON.parse(line)).find((each) => each.type === type);
    const { channelId } = find("channel-state");
    const { connection } = find("established");
    numbers.push([channelId, connection, find("call-started").callId]);
  }
  const [first, ...others] = numbers;
  // Each world has a channel, a call, and the two ends of a connection.
  const expected = others.map((_, i) => {
    const worlds = i + 1;
    return [first[0] + worlds, first[1] + 2 * worlds, first[2] + worlds];
  });
  assertEquals<number[][]>(others, expected);
});
