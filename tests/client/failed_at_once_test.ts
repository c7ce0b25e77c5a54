import { assert, assertEquals } from "@std/assert";
import { Channel, Status } from "../../mod.ts";
import { encodeGoaway, encodePing, FrameWriter } from "../../src/frames/mod.ts";
import { CLOSE_TIMEOUT } from "../../src/transport/close_socket.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Words } from "../grpc/support/words.ts";
import { ascii, octets } from "../harness/octets.ts";
import { RawServer } from "../harness/raw_peer.ts";

function framed(encode: (writer: FrameWriter) => void): Uint8Array {
  const writer = new FrameWriter();
  encode(writer);
  return writer.take();
}

/** What a server that keeps its socket open may say first. */
const WRONG: Record<string, Uint8Array> = {
  "HTTP/1.1": ascii("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
  "a TLS alert": octets("15 03 03 00 02 02 16"),
  "SSH": ascii("SSH-2.0-OpenSSH_9.2\r\n"),
  "a PING": framed((writer) => encodePing(writer, false, new Uint8Array(8))),
  "a GOAWAY": framed((writer) => encodeGoaway(writer, 0, 0, new Uint8Array())),
  "SETTINGS of 5 octets": octets("000005 04 00 00000000 0000000000"),
  "nothing, within the handshakeTimeout": new Uint8Array(),
};

for (const [what, said] of Object.entries(WRONG)) {
  Deno.test(`A call to a server that says ${what} fails when that is known, not after a farewell; the channel closes when its socket is`, async () => {
    using server = new RawServer();
    const channel = new Channel(server.target, {
      handshakeTimeout: 100,
      backoff: { initialBackoff: 100 },
    });
    const call = assertStatus(
      () => channel.unary(Words.one, "w"),
      Status.UNAVAILABLE,
      /^Cannot connect to /,
    );
    using peer = await server.accept();
    const start = performance.now();
    await peer.write(said);
    await call;
    const took = performance.now() - start;
    assert(took < CLOSE_TIMEOUT, `${took} ms`);
    assertEquals(channel.state, "TRANSIENT_FAILURE");
    const closed = channel.close();
    await peer.rest();
    peer[Symbol.dispose]();
    await closed;
  });
}
