import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  encodeData,
  encodeFrame,
  encodeHeaders,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { octets } from "../harness/octets.ts";
import { BLOCK, FIELDS, ScriptedPeer } from "../harness/scripted_peer.ts";

// "MadeYouReset" (CVE-2025-8671): whatever has a server reset streams makes room
// for others, like the resets of a client.

/** Faults that are borne in one burst. */
const BORNE = 1_000;

const ZERO = octets("00000000");

function serving(): ScriptedPeer {
  return new ScriptedPeer(serverParameters()).handshake();
}

/** How many faulty streams end the connection. */
function faulty(
  peer: ScriptedPeer,
  fault: (peer: ScriptedPeer, id: number) => void,
): number {
  for (let count = 1; count < 5_000; count++) {
    peer.headers(2 * count - 1);
    fault(peer, 2 * count - 1);
    if (peer.closedAt === undefined) continue;
    assertEquals(peer.goaways.at(-1)?.frame.errorCode, 0xb);
    return count;
  }
  return Infinity;
}

function saying(
  say: (writer: FrameWriter, id: number) => void,
): (peer: ScriptedPeer, id: number) => void {
  return (peer, id) => peer.say((writer) => say(writer, id));
}

const FORMS: [string, (peer: ScriptedPeer, id: number) => void][] = [
  [
    "WINDOW_UPDATE of 0",
    saying((writer, id) =>
      encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, id, ZERO)
    ),
  ],
  [
    "WINDOW_UPDATE that overflows",
    saying((writer, id) => {
      const most = octets("7fffffff");
      encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, id, most);
    }),
  ],
  [
    "DATA after END_STREAM",
    saying((writer, id) => {
      encodeData(writer, id, BLOCK, true);
      encodeData(writer, id, BLOCK, true);
    }),
  ],
  [
    "HEADERS after END_STREAM",
    saying((writer, id) => {
      encodeData(writer, id, BLOCK, true);
      encodeHeaders(writer, id, BLOCK, true, true);
    }),
  ],
  [
    "malformed trailers",
    saying((writer, id) => {
      const upper = octets("00 01 58 01 78");
      encodeHeaders(writer, id, upper, true, true);
    }),
  ],
  [
    "what a layer above finds",
    (peer, id) =>
      peer.command((session, now) => {
        session.streams.chargePeer(id, "message that is none", now);
        session.streams.reset(id, 1, now);
      }),
  ],
  [
    "what a layer above answers early",
    (peer, id) =>
      peer.command((session, now) => {
        session.streams.chargePeer(id, "message that is none", now);
        if (session.streams.canSend(id)) {
          session.streams.sendHeaders(id, FIELDS, true, now);
        }
      }),
  ],
];

for (const [name, fault] of FORMS) {
  Deno.test(`${name}: a stream that had to be ended for it is charged`, () => {
    const count = faulty(serving(), fault);
    assert(count > BORNE && count <= BORNE + 2, `${count} are borne`);
  });

  Deno.test(`${name}: as many as there are good calls are borne for ever`, () => {
    const peer = serving();
    for (let i = 0; i < 3_000; i++) {
      peer.headers(4 * i + 1, true);
      peer.command((session, now) =>
        session.streams.sendHeaders(4 * i + 1, FIELDS, true, now)
      );
      peer.headers(4 * i + 3);
      fault(peer, 4 * i + 3);
    }
    assertEquals(peer.closedAt, undefined);
  });
}

Deno.test("The end says what it is about", () => {
  const peer = serving();
  faulty(peer, FORMS[5][1]);
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals(reason.by, "local");
  assertMatch(
    reason.message,
    /Received more than 1000 streams that had to be ended for a fault of the peer in a burst, the last a message that is none, expected at most 500 a second/,
  );
});

Deno.test("The mistakes of a request that has ended cost nothing: its call just fails", () => {
  const peer = serving();
  for (let id = 1; id < 10_000; id += 2) {
    peer.headers(id, true);
    peer.command((session, now) => {
      session.streams.chargePeer(id, "message that is none", now);
      session.streams.sendHeaders(id, FIELDS, true, now);
    });
  }
  assertEquals(peer.closedAt, undefined);
});

Deno.test("A client is not ended for the mistakes of its server: it opens the streams itself", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  for (let i = 0; i < 3_000; i++) {
    const id = peer.command((session, now) =>
      session.streams.open(FIELDS, false, now)
    );
    if (i % 2 === 0) FORMS[0][1](peer, id);
    else {peer.command((session, now) =>
        session.streams.chargePeer(id, "mistake", now)
      );}
  }
  assertEquals(peer.closedAt, undefined);
});

Deno.test("But for those on streams that are gone it is", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  const id = peer.command((session, now) =>
    session.streams.open(FIELDS, false, now)
  );
  let count = 0;
  for (; count < 5_000 && peer.closedAt === undefined; count++) {
    FORMS[0][1](peer, id);
  }
  assert(count <= BORNE + 2, `${count} are borne`);
});
