import { assertEquals } from "@std/assert";
import { encodeSettings, ErrorCode, SettingId } from "../../src/frames/mod.ts";
import { clientParameters } from "../../src/session/mod.ts";
import { FIELDS, RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

/** A client whose server lets it open so many streams. */
function limited(streams: number): ScriptedPeer {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  limit(peer, streams);
  return peer;
}

function limit(peer: ScriptedPeer, streams: number): void {
  peer.say((writer) =>
    encodeSettings(writer, [[SettingId.MAX_CONCURRENT_STREAMS, streams]])
  );
}

function open(peer: ScriptedPeer, endStream = true): number {
  return peer.command((session, now) =>
    session.streams.open(FIELDS, endStream, now)
  );
}

Deno.test("no stream can be opened before the handshake is over", () => {
  const peer = new ScriptedPeer(clientParameters());
  assertEquals(peer.session.streams.left, 0);
  peer.handshake();
  assertEquals(peer.session.streams.left, Infinity);
});

Deno.test("each open stream takes one, whichever side of it is closed", () => {
  const peer = limited(3);
  assertEquals(peer.session.streams.left, 3);
  open(peer, false);
  assertEquals(peer.session.streams.left, 2);
  open(peer, true);
  assertEquals(peer.session.streams.left, 1);
  peer.headers(1, true);
  assertEquals(peer.session.streams.left, 1);
  open(peer);
  assertEquals(peer.session.streams.left, 0);
});

Deno.test("a stream gives it back when both ends have ended it", () => {
  const peer = limited(1);
  open(peer, false);
  peer.headers(1, true);
  assertEquals(peer.session.streams.left, 0);
  peer.command((session, now) =>
    session.streams.sendData(1, new Uint8Array(10), true, now)
  );
  assertEquals(peer.session.streams.left, 1);
});

Deno.test("a stream whose end still waits to be sent is open", () => {
  const peer = limited(1);
  peer.say((writer) =>
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]])
  );
  open(peer, false);
  peer.headers(1, true);
  peer.command((session, now) =>
    session.streams.sendData(1, new Uint8Array(10), true, now)
  );
  assertEquals(peer.session.streams.left, 0);
  peer.say((writer) =>
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 10]])
  );
  assertEquals(peer.session.streams.left, 1);
});

Deno.test("a stream gives it back when either end resets it", () => {
  const peer = limited(2);
  for (let i = 0; i < 2; i++) open(peer, false);
  assertEquals(peer.session.streams.left, 0);
  peer.rstStream(1, ErrorCode.REFUSED_STREAM);
  assertEquals(peer.session.streams.left, 1);
  peer.command((session, now) => session.streams.reset(3, 8, now));
  assertEquals(peer.session.streams.left, 2);
});

Deno.test("the server may change its mind, and is never overdrawn", () => {
  const peer = limited(3);
  for (let i = 0; i < 3; i++) open(peer);
  limit(peer, 1);
  assertEquals(peer.session.streams.left, 0);
  peer.headers(1, true);
  peer.headers(3, true);
  assertEquals(peer.session.streams.left, 0);
  peer.headers(5, true);
  assertEquals(peer.session.streams.left, 1);
  limit(peer, 0);
  assertEquals(peer.session.streams.left, 0);
  limit(peer, 100);
  assertEquals(peer.session.streams.left, 100);
});

Deno.test("a connection that drains or has closed has none left", () => {
  const ends: ((peer: ScriptedPeer) => void)[] = [
    (peer) => peer.goaway(1),
    (peer) => peer.command((session, now) => session.drain("done", now)),
    (peer) => peer.command((session, now) => session.close(now)),
  ];
  for (const end of ends) {
    const peer = limited(10);
    open(peer, false);
    end(peer);
    assertEquals(peer.session.streams.left, 0);
  }
});

Deno.test("whoever keeps to it is refused no stream", () => {
  const pair = new VirtualPair({ server: { maxConcurrentStreams: 3 } });
  pair.runTo(0);
  let opened = 0;
  for (let turn = 0; turn < 50; turn++) {
    pair.command(({ client }, now) => {
      while (client.streams.left > 0) {
        client.streams.open(FIELDS, true, now);
        opened++;
      }
    });
    pair.runTo(pair.now + 1);
    assertEquals(pair.server.streams.active, 3);
    pair.command(({ server }, now) =>
      server.streams.sendHeaders(2 * (opened - 3) + 1, RESPONSE, true, now)
    );
    pair.runTo(pair.now + 1);
    assertEquals(pair.client.streams.left, 1);
  }
  assertEquals(opened, 52);
  assertEquals(pair.clientEvents.some(({ type }) => type === "reset"), false);
});
