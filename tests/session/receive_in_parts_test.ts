import { assertEquals } from "@std/assert";
import {
  encodePing,
  encodeSettings,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { serverParameters, Session } from "../../src/session/mod.ts";
import { concat } from "../harness/octets.ts";
import { PREFACE } from "../harness/raw_peer.ts";

/** A server whose client sends so many PINGs, and its octets. */
function pinged(count: number): [Session, Uint8Array] {
  const session = new Session(serverParameters(), 0, { observed: true });
  const writer = new FrameWriter();
  encodeSettings(writer, []);
  for (let i = 0; i < count; i++) encodePing(writer, false, new Uint8Array(8));
  return [session, concat(PREFACE, writer.take())];
}

function pings(session: Session): number {
  return session.takeEvents().filter(({ type }) => type === "ping-received")
    .length;
}

Deno.test("received octets are handled in parts of so many frames, each once", () => {
  const [session, octets] = pinged(2);
  assertEquals(session.receive(octets, 1, 2), true);
  assertEquals(pings(session), 1);
  assertEquals(session.resume(2, 1), true);
  assertEquals(pings(session), 1);
  assertEquals(session.resume(3, 1), false);
  assertEquals(pings(session), 0);
  assertEquals(session.resume(4), false);
});

Deno.test("without a number all frames are handled", () => {
  const [session, octets] = pinged(2);
  assertEquals(session.receive(octets, 1), false);
  assertEquals(pings(session), 2);
});

Deno.test("of a session that was closed in between no frames are handled", () => {
  const [session, octets] = pinged(2);
  assertEquals(session.receive(octets, 1, 2), true);
  session.close(2);
  assertEquals(session.resume(3), false);
  assertEquals(pings(session), 1);
});

Deno.test("an error of the peer in a later part ends the session as in the first", () => {
  const [session, octets] = pinged(1);
  const broken = concat(octets, Uint8Array.of(0, 0, 1, 6, 0, 0, 0, 0, 0, 0));
  assertEquals(session.receive(broken, 1, 2), true);
  assertEquals(session.resume(2, 1), false);
  const { state } = session;
  assertEquals(state.kind === "closed" && state.reason.code, 6);
});
