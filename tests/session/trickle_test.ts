import { assertEquals } from "@std/assert";
import {
  encodeHeaders,
  encodeSettings,
  encodeSettingsAck,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { serverParameters, Session } from "../../src/session/mod.ts";
import { concat } from "../harness/octets.ts";
import { PREFACE } from "../harness/raw_peer.ts";

/** Milliseconds between two octets. */
const STEP = 1_000;

/** A header block of the size of a frame, whose end never comes. */
function unfinished(): Uint8Array {
  const writer = new FrameWriter();
  encodeHeaders(writer, 1, new Uint8Array(16_384), false, false);
  return writer.take().slice();
}

function opening(): Uint8Array {
  const writer = new FrameWriter();
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
  return concat(PREFACE, writer.take());
}

/** How a server ends a client that sends an octet a second, and when. */
function trickle(
  options: Parameters<typeof serverParameters>[0],
  octets: Uint8Array,
): { kind: string; at: number } {
  const session = new Session(serverParameters(options), 0);
  let now = 0;
  for (const octet of octets) {
    now += STEP;
    while (session.deadline() <= now) session.advance(session.deadline());
    session.receive(Uint8Array.of(octet), now);
    session.takeOutput();
    const { state } = session;
    if (state.kind === "closed") {
      return { kind: state.reason.kind, at: state.reason.at };
    }
  }
  throw new Error("It was never ended");
}

Deno.test("a client that drips its preface and SETTINGS is ended by handshakeTimeout", () => {
  const octets = opening();
  const ended = trickle({ handshakeTimeout: 20_000 }, octets);
  assertEquals(ended, { kind: "handshake-timeout", at: 20_000 });
});

Deno.test("a client that drips a frame for ever has no call, and is ended by maxConnectionIdle", () => {
  const session = { keepalive: { maxConnectionIdle: 30_000 } };
  const octets = concat(opening(), unfinished());
  const { kind, at } = trickle(session, octets);
  assertEquals(kind, "drained");
  const handshake = opening().length * STEP;
  assertEquals(at >= 30_000 && at <= handshake + 60_000, true, `${at}`);
});

Deno.test("a client that drips a frame for ever is ended by maxConnectionAge and its grace", () => {
  const keepalive = {
    maxConnectionAge: 200_000,
    maxConnectionAgeGrace: 10_000,
  };
  const octets = concat(opening(), unfinished());
  const { at } = trickle({ keepalive }, octets);
  assertEquals(at <= 200_000 * 1.1 + 10_000 + 60_000, true, `${at}`);
});
