import { assertEquals } from "@std/assert";
import {
  Connection,
  type ConnectionEvent,
  EventLog,
} from "../../src/connection/mod.ts";
import { standalone } from "../../src/connection/connection_options.ts";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import {
  encodeData,
  encodeHeaders,
  encodePing,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { BLOCK, RESPONSE } from "./support.ts";

const OPTIONS = {
  role: "server",
  maxConcurrentStreams: 100,
  settingsTimeout: 60_000,
} as const;

/** A server whose events are observed as told, and a client that talks to it. */
class Scene {
  readonly log: EventLog<ConnectionEvent>;
  readonly connection: Connection;

  constructor(observed: EventLog<ConnectionEvent>["observed"]) {
    this.log = new EventLog<ConnectionEvent>(0, observed);
    const setup = standalone({ events: this.log });
    this.connection = new Connection(OPTIONS, setup);
    this.hear(0, CLIENT_PREFACE);
  }

  hear(now: number, octets: Uint8Array): void {
    this.log.tick(now);
    this.connection.feed(octets);
    while (this.connection.next(now) !== undefined);
  }

  say(now: number, encode: (writer: FrameWriter) => void): void {
    const writer = new FrameWriter();
    encode(writer);
    this.hear(now, writer.take());
  }

  /** A bit of everything; answers with when what happened. */
  play(): [number, string][] {
    this.say(1, (writer) => encodeSettings(writer, []));
    this.say(2, (writer) => encodeSettingsAck(writer));
    this.say(3, (writer) => encodeSettings(writer, [[3, 7]]));
    this.say(4, (writer) => encodePing(writer, false, new Uint8Array(8)));
    this.log.tick(5);
    this.connection.pings.send("keepalive", 5);
    this.say(6, (writer) => encodePing(writer, true, new Uint8Array(8)));
    this.say(7, (writer) => encodeHeaders(writer, 1, BLOCK, false, true));
    this.say(8, (writer) => encodeData(writer, 1, BLOCK, true));
    this.log.tick(9);
    this.connection.ensureStreams().sender.sendHeaders(1, RESPONSE, true);
    this.say(10, (writer) => encodeHeaders(writer, 3, BLOCK, false, true));
    this.say(11, (writer) => encodeRstStream(writer, 3, 8));
    this.say(12, (writer) => encodeData(writer, 1, BLOCK, true));
    this.log.tick(13);
    this.connection.drain("max_age", 13);
    return this.log.take().map(({ at, type }) => [at, type]);
  }
}

Deno.test("an event has the time at which it happened", () => {
  assertEquals(new Scene(true).play(), [
    [1, "established"],
    [2, "settings-acked"],
    [3, "settings-received"],
    [4, "ping-received"],
    [5, "ping-sent"],
    [6, "ping-acked"],
    [7, "headers"],
    [8, "data"],
    [9, "ended"],
    [10, "headers"],
    [11, "reset"],
    [12, "stream-error"],
    [13, "draining"],
    [13, "goaway-sent"],
    [13, "ping-sent"],
  ]);
});

const NEEDED: [number, string][] = [
  [1, "established"],
  [3, "settings-received"],
  [7, "headers"],
  [8, "data"],
  [9, "ended"],
  [10, "headers"],
  [11, "reset"],
  [13, "draining"],
];

Deno.test("an event that only informs is not made if nobody wants any", () => {
  assertEquals(new Scene(false).play(), NEEDED);
});

Deno.test("an event that only informs is made if its kind is wanted", () => {
  const wanted = new Scene(["ping-acked", "stream-error"]).play();
  const informing: [number, string][] = [
    [6, "ping-acked"],
    [12, "stream-error"],
  ];
  assertEquals(wanted, [...NEEDED, ...informing].sort(([a], [b]) => a - b));
});

Deno.test("the answer to a PING of a user is told in any case", () => {
  const scene = new Scene(false);
  scene.say(0, (writer) => encodeSettings(writer, []));
  scene.log.take();
  scene.connection.pings.send("user", 0);
  const payload = Uint8Array.of(0x70, 0x69, 0x6e, 0x67, 0, 0, 0, 1);
  scene.say(5, (writer) => encodePing(writer, true, payload));
  assertEquals(scene.log.take(), [
    { at: 5, type: "ping-acked", purpose: "user", id: 1, rtt: 5 },
  ]);
});

Deno.test("the clock of the events does not go back", () => {
  const log = new EventLog<ConnectionEvent>(10, true);
  log.tick(20);
  log.tick(15);
  assertEquals(log.now, 20);
});
