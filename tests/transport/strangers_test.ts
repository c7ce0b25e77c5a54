import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dial } from "../../src/transport/mod.ts";
import { ErrorCode, errorCodeName } from "../../src/frames/mod.ts";
import { ascii, concat, octets } from "../harness/octets.ts";
import { goawaysIn, PREFACE, RawPeer } from "../harness/raw_peer.ts";
import { TestServer } from "./support/test_server.ts";

const {
  ENHANCE_YOUR_CALM,
  FLOW_CONTROL_ERROR,
  FRAME_SIZE_ERROR,
  PROTOCOL_ERROR,
  SETTINGS_TIMEOUT,
} = ErrorCode;
const GREETING = concat(PREFACE, octets("000000 04 00 00000000"));

/** The server still serves. */
async function assertServes({ target }: TestServer): Promise<void> {
  await using client = await dial(target);
  assert(await client.ping() >= 0);
}

const NO_HTTP2: [who: string, said: Uint8Array, debug: string][] = [
  [
    "an HTTP/1.1 client",
    ascii("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    'Received an HTTP/1 request ("GET") instead of the HTTP/2 client preface',
  ],
  [
    "an HTTP/1.1 client that posts",
    ascii("POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"),
    'Received an HTTP/1 request ("POST")',
  ],
  [
    "a TLS client",
    octets("16 03 01 00 05 01 00 00 01 fc"),
    "Received a TLS record instead of the HTTP/2 client preface",
  ],
  [
    "a client that speaks garbage",
    octets("00 ff 80 7f 0a"),
    "instead of the HTTP/2 client preface",
  ],
  [
    "a client that speaks much garbage",
    new Uint8Array(100_000).fill(0x55),
    'Received "UUUUUUUUUUUUUUUUUUUUUUUU" instead of',
  ],
  [
    "a client whose preface goes wrong at the end",
    ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"),
    "instead of the HTTP/2 client preface",
  ],
  [
    "a client that begins with a PING",
    concat(PREFACE, octets("000008 06 00 00000000 0000000000000000")),
    "initial http2 frame from client is not a settings frame: PING",
  ],
  [
    "a client that begins with an acknowledgement of SETTINGS",
    concat(PREFACE, octets("000000 04 01 00000000")),
    "initial http2 frame from client is not a settings frame: SETTINGS",
  ],
];

for (const [who, said, debug] of NO_HTTP2) {
  Deno.test(`${who} is shown out with PROTOCOL_ERROR, and told why`, async () => {
    await using server = new TestServer();
    using peer = await RawPeer.connect(server.port);
    await peer.write(said);
    const goaways = goawaysIn(await peer.rest());
    assertEquals(goaways.length, 1);
    assertEquals(goaways[0].code, PROTOCOL_ERROR);
    assertStringIncludes(goaways[0].debug, debug);

    const reason = await server.closes.take();
    assertEquals(reason.kind, "protocol-error");
    assertEquals(reason.by, "local");
    assertEquals(reason.code, PROTOCOL_ERROR);
    assertStringIncludes(reason.message, debug);
    assertEquals(server.transports.all, []);
    await assertServes(server);
  });
}

/** Frames after the greeting that end the connection. */
const VIOLATIONS: [what: string, said: string, code: number][] = [
  [
    "a frame of 16385 octets, by its header alone",
    "004001 00 00 00000001",
    FRAME_SIZE_ERROR,
  ],
  [
    "a frame of 16777215 octets of an unknown type",
    "ffffff 77 00 00000000",
    FRAME_SIZE_ERROR,
  ],
  [
    "a PING of 7 octets",
    "000007 06 00 00000000 00000000000000",
    FRAME_SIZE_ERROR,
  ],
  [
    "a PING of 9 octets",
    "000009 06 00 00000000 000000000000000000",
    FRAME_SIZE_ERROR,
  ],
  [
    "SETTINGS of 5 octets",
    "000005 04 00 00000000 0000000000",
    FRAME_SIZE_ERROR,
  ],
  [
    "an acknowledgement of SETTINGS with a payload",
    "000006 04 01 00000000 000300000001",
    FRAME_SIZE_ERROR,
  ],
  [
    "a WINDOW_UPDATE of 3 octets",
    "000003 08 00 00000000 000001",
    FRAME_SIZE_ERROR,
  ],
  [
    "an RST_STREAM of 3 octets",
    "000003 03 00 00000001 000000",
    FRAME_SIZE_ERROR,
  ],
  [
    "a GOAWAY of 7 octets",
    "000007 07 00 00000000 00000000000000",
    FRAME_SIZE_ERROR,
  ],
  [
    "a PING on a stream",
    "000008 06 00 00000001 0000000000000000",
    PROTOCOL_ERROR,
  ],
  ["SETTINGS on a stream", "000000 04 00 00000001", PROTOCOL_ERROR],
  [
    "a GOAWAY on a stream",
    "000008 07 00 00000001 0000000000000000",
    PROTOCOL_ERROR,
  ],
  ["DATA on stream 0", "000001 00 00 00000000 00", PROTOCOL_ERROR],
  ["HEADERS on stream 0", "000001 01 05 00000000 82", PROTOCOL_ERROR],
  ["RST_STREAM on stream 0", "000004 03 00 00000000 00000000", PROTOCOL_ERROR],
  ["CONTINUATION on stream 0", "000001 09 04 00000000 82", PROTOCOL_ERROR],
  ["DATA on an idle stream", "000001 00 00 00000001 00", PROTOCOL_ERROR],
  [
    "RST_STREAM on an idle stream",
    "000004 03 00 00000005 00000000",
    PROTOCOL_ERROR,
  ],
  [
    "WINDOW_UPDATE on an idle stream",
    "000004 08 00 00000005 00000001",
    PROTOCOL_ERROR,
  ],
  ["HEADERS on an even stream", "000001 01 05 00000002 82", PROTOCOL_ERROR],
  [
    "PUSH_PROMISE of a client",
    "000005 05 04 00000001 00000002 82",
    PROTOCOL_ERROR,
  ],
  ["CONTINUATION without HEADERS", "000001 09 04 00000001 82", PROTOCOL_ERROR],
  [
    "a PING within a header block",
    "000001 01 01 00000001 82 000008 06 00 00000000 0000000000000000",
    PROTOCOL_ERROR,
  ],
  ["a window increment of 0", "000004 08 00 00000000 00000000", PROTOCOL_ERROR],
  [
    "a window beyond 2^31-1",
    "000004 08 00 00000000 7fffffff",
    FLOW_CONTROL_ERROR,
  ],
  [
    "SETTINGS_ENABLE_PUSH of 2",
    "000006 04 00 00000000 000200000002",
    PROTOCOL_ERROR,
  ],
  [
    "SETTINGS_INITIAL_WINDOW_SIZE of 2^31",
    "000006 04 00 00000000 000480000000",
    FLOW_CONTROL_ERROR,
  ],
];

for (const [what, said, code] of VIOLATIONS) {
  Deno.test(`${what} ends the connection with ${errorCodeName(code)}`, async () => {
    await using server = new TestServer();
    using peer = await RawPeer.connect(server.port);
    await peer.write(concat(GREETING, octets(said)));
    const goaways = goawaysIn(await peer.rest());
    assertEquals(goaways.length, 1);
    assertEquals(goaways[0].code, code);

    const reason = await server.closes.take();
    assertEquals(reason.kind, "protocol-error");
    assertEquals(reason.code, code);
    assertEquals(reason.debug, goaways[0].debug);
    assertStringIncludes(reason.message, errorCodeName(code));
    await assertServes(server);
  });
}

Deno.test("a flood of PINGs that is not read is ended with ENHANCE_YOUR_CALM", async () => {
  await using server = new TestServer({ enforcement: { maxPingStrikes: 0 } });
  using peer = await RawPeer.connect(server.port);
  const ping = octets("000008 06 00 00000000 0000000000000000");
  const many = new Uint8Array(ping.length * 1_000);
  for (let i = 0; i < 1_000; i++) many.set(ping, i * ping.length);
  await peer.write(GREETING);
  const flooding = (async () => {
    for (;;) await peer.write(many);
  })().catch(() => {});
  const { kind, code } = await server.closes.take();
  assertEquals(kind, "protocol-error");
  assertEquals(code, ENHANCE_YOUR_CALM);
  await flooding;
  await assertServes(server);
});

for (const length of [0, 10, PREFACE.length]) {
  const what = `${length} octets of the preface`;

  Deno.test(`${what} and then silence: the handshake times out`, async () => {
    await using server = new TestServer({ handshakeTimeout: 300 });
    using peer = await RawPeer.connect(server.port);
    if (length > 0) await peer.write(PREFACE.subarray(0, length));
    const goaways = goawaysIn(await peer.rest());
    assertEquals(goaways, [{
      code: PROTOCOL_ERROR,
      debug: "handshake timeout",
      lastStreamId: 0,
    }]);
    const reason = await server.closes.take();
    assertEquals(reason.kind, "handshake-timeout");
    assertStringIncludes(
      reason.message,
      "received no HTTP/2 preface and SETTINGS from the client within 300 ms",
    );
    await assertServes(server);
  });

  Deno.test(`${what} and then the end: an end of stream`, async () => {
    await using server = new TestServer();
    const peer = await RawPeer.connect(server.port);
    if (length > 0) await peer.write(PREFACE.subarray(0, length));
    await peer.conn.closeWrite();
    const reason = await server.closes.take();
    assertEquals(reason.kind, "end-of-stream");
    assertStringIncludes(
      reason.message,
      "before the HTTP/2 handshake was over",
    );
    assertEquals(goawaysIn(await peer.rest()), []);
    peer.conn.close();
    await assertServes(server);
  });
}

Deno.test("a client that does not acknowledge SETTINGS is shown out", async () => {
  await using server = new TestServer({ settingsTimeout: 300 });
  using peer = await RawPeer.connect(server.port);
  await peer.write(GREETING);
  const goaways = goawaysIn(await peer.rest());
  assertEquals(goaways.map(({ code }) => code), [SETTINGS_TIMEOUT]);
  assertEquals((await server.closes.take()).kind, "settings-timeout");
  await assertServes(server);
});
