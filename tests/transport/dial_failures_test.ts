import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ConnectionClosedError, DialError } from "../../mod.ts";
import { denoNetwork, dial, type Network } from "../../src/transport/mod.ts";
import { ErrorCode, type Frame } from "../../src/frames/mod.ts";
import { ascii, octets } from "../harness/octets.ts";
import { goawaysIn, type RawPeer, RawServer } from "../harness/raw_peer.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";
import { TestServer } from "./support/test_server.ts";

/** Dials a server that does as scripted, and gives what both ends saw. */
async function dialScripted(
  serve: (peer: RawPeer) => Promise<void>,
  handshakeTimeout?: number,
): Promise<{ error: DialError; frames: Frame[] }> {
  using server = new RawServer();
  const serving = (async () => {
    using peer = await server.accept();
    await serve(peer);
    return await peer.rest();
  })();
  const error = await assertRejects(
    () => dial(server.target, { handshakeTimeout }),
    DialError,
  );
  assertEquals(error.target, server.target);
  assertEquals(error.phase, "http2");
  assertStringIncludes(error.message, `Cannot connect to ${server.target}: `);
  return { error, frames: await serving };
}

const WRONG: [who: string, said: Uint8Array, message: string, code: number][] =
  [
    [
      "an HTTP/1.1 server",
      ascii("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
      "Received an HTTP/1 response instead of an HTTP/2 SETTINGS frame; is this the port of an HTTP/2 server?",
      ErrorCode.PROTOCOL_ERROR,
    ],
    [
      "a TLS server",
      octets("15 03 03 00 02 02 16"),
      "and does it expect TLS?",
      ErrorCode.PROTOCOL_ERROR,
    ],
    [
      "an SSH server",
      ascii("SSH-2.0-OpenSSH_9.2\r\n"),
      "expected at most 16384",
      ErrorCode.FRAME_SIZE_ERROR,
    ],
    [
      "a server that begins with a PING",
      octets("000008 06 00 00000000 0000000000000000"),
      "initial http2 frame from server is not a settings frame: PING",
      ErrorCode.PROTOCOL_ERROR,
    ],
    [
      "a server that begins with a GOAWAY",
      octets("000008 07 00 00000000 0000000000000000"),
      "initial http2 frame from server is not a settings frame: GOAWAY",
      ErrorCode.PROTOCOL_ERROR,
    ],
    [
      "a server with SETTINGS of 5 octets",
      octets("000005 04 00 00000000 0000000000"),
      "FRAME_SIZE_ERROR",
      ErrorCode.FRAME_SIZE_ERROR,
    ],
  ];

for (const [who, said, message, code] of WRONG) {
  Deno.test(`${who} is refused, and told why`, async () => {
    const { error, frames } = await dialScripted((peer) => peer.write(said));
    assertStringIncludes(error.message, message);
    const { reason } = error.cause as ConnectionClosedError;
    assertEquals(reason.kind, "protocol-error");
    assertEquals(reason.code, code);
    assertEquals(goawaysIn(frames), [
      { code, debug: reason.debug, lastStreamId: 0 },
    ]);
  });
}

Deno.test("a server that closes at once: DialError in phase http2", async () => {
  const { error } = await dialScripted((peer) => peer.conn.closeWrite());
  assertStringIncludes(
    error.message,
    "error reading from server: EOF before the HTTP/2 handshake was over",
  );
  const { reason } = error.cause as ConnectionClosedError;
  assertEquals(reason.kind, "end-of-stream");
});

Deno.test("a server that resets at once: DialError in phase http2", async () => {
  const { error } = await dialScripted(async (peer) => {
    // The client's preface lies unread, which makes the close a reset.
    await atLeast(10);
    peer.conn.close();
  });
  const { reason } = error.cause as ConnectionClosedError;
  assertEquals(["socket-error", "end-of-stream"].includes(reason.kind), true);
});

Deno.test("a server that never sends SETTINGS: DialError after handshakeTimeout", async () => {
  const start = performance.now();
  const { error, frames } = await dialScripted(() => Promise.resolve(), 100);
  const elapsed = performance.now() - start;
  assertStringIncludes(error.message, "no connection within 100 ms");
  assertEquals(elapsed >= 99 && elapsed < PATIENCE, true, `${elapsed} ms`);
  assertEquals(goawaysIn(frames).length, 1);
});

Deno.test("half a SETTINGS frame is no SETTINGS frame", async () => {
  const half = octets("000006 04 00 00000000 0003");
  const { error } = await dialScripted((peer) => peer.write(half), 100);
  assertStringIncludes(error.message, "no connection within 100 ms");
});

Deno.test("a violation after the handshake ends the connection, and is told", async () => {
  using server = new RawServer();
  const [peer, client] = await Promise.all([
    server.welcome(),
    dial(server.target),
  ]);
  using _peer = peer;
  // PUSH_PROMISE, which the client has turned off.
  await peer.write(octets("000005 05 04 00000001 00000002 82"));
  const { kind, code, debug } = await client.closed;
  assertEquals(kind, "protocol-error");
  assertEquals(code, ErrorCode.PROTOCOL_ERROR);
  assertEquals(goawaysIn(await peer.rest()), [{
    code,
    debug,
    lastStreamId: 0,
  }]);
  peer[Symbol.dispose]();
  await client.finished;
});

Deno.test("a socket on which no connection can begin is closed", async () => {
  await using server = new TestServer();
  const sockets: { isClosed: boolean }[] = [];
  const network: Network = {
    ...denoNetwork,
    connect: async (target, options) => {
      const socket = await denoNetwork.connect(target, options);
      const seen = { isClosed: false };
      sockets.push(seen);
      const dispose = socket[Symbol.dispose].bind(socket);
      socket[Symbol.dispose] = () => {
        seen.isClosed = true;
        dispose();
      };
      return socket;
    },
  };
  await assertRejects(
    () => dial(server.target, { network, random: () => 2 }),
    DialError,
    "expected a random number from 0 to 1, received 2",
  );
  assertEquals(sockets, [{ isClosed: true }]);
});
