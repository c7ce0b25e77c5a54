import { assertEquals, assertThrows } from "@std/assert";
import {
  checkClientPreface,
  checkServerGreeting,
  CLIENT_PREFACE,
} from "../../src/connection/preface.ts";
import {
  ConnectionError,
  encodeSettings,
  ErrorCode,
  FrameType,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { ascii, concat, hex, octets } from "../harness/octets.ts";
import { Endpoint } from "./support.ts";

/** The handshake record of a TLS 1.3 ClientHello, to its random. */
const CLIENT_HELLO = octets("16 0301 0200 01 0001fc 0303");

/** A fatal alert `record_overflow`: what TLS answers to HTTP/2. */
const TLS_ALERT = octets("15 0303 0002 02 16");

function prefaceError(bytes: Uint8Array): ConnectionError {
  const error = assertThrows(
    () => new Endpoint("server").receive(bytes),
    ConnectionError,
  );
  assertEquals(error.code, ErrorCode.PROTOCOL_ERROR);
  return error;
}

function greetingError(bytes: Uint8Array): ConnectionError {
  const error = assertThrows(
    () => new Endpoint("client").receive(bytes),
    ConnectionError,
  );
  assertEquals(error.code, ErrorCode.PROTOCOL_ERROR);
  return error;
}

function settings(): Uint8Array {
  const writer = new FrameWriter();
  encodeSettings(writer, [[3, 100], [4, 65_535]]);
  return writer.take();
}

Deno.test("The client preface is that of RFC 9113 section 3.4", () => {
  assertEquals(
    hex(CLIENT_PREFACE),
    "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a",
  );
});

Deno.test("A client sends preface and SETTINGS at once, without push", () => {
  const { connection } = new Endpoint("client");
  assertEquals(
    hex(connection.output.take()),
    hex(CLIENT_PREFACE) + "00000c040000000000000600010000000200000000",
  );
});

Deno.test("A server sends SETTINGS at once, with its limit of streams", () => {
  const limited = new Endpoint("server", { maxConcurrentStreams: 7 });
  assertEquals(
    hex(limited.connection.output.take()),
    "00000c040000000000000600010000000300000007",
  );
  const unlimited = new Endpoint("server", { maxConcurrentStreams: Infinity });
  assertEquals(
    hex(unlimited.connection.output.take()),
    "000006040000000000000600010000",
  );
});

Deno.test("The client preface may be cut anywhere", () => {
  const bytes = concat(CLIENT_PREFACE, settings());
  for (let cut = 0; cut <= bytes.length; cut++) {
    const server = new Endpoint("server");
    server.receive(bytes.subarray(0, cut));
    assertEquals(server.connection.settings.established, cut === bytes.length);
    server.receive(bytes.subarray(cut));
    assertEquals(
      server.connection.settings.established,
      true,
      `Cut at octet ${cut}`,
    );
  }
});

Deno.test("The client preface may come one octet at a time", () => {
  const server = new Endpoint("server");
  for (const octet of concat(CLIENT_PREFACE, settings())) {
    server.receive(Uint8Array.of(octet));
  }
  assertEquals(server.connection.settings.established, true);
});

Deno.test("A preface that is wrong at any octet is refused with it", () => {
  for (let at = 0; at < CLIENT_PREFACE.length; at++) {
    const wrong = CLIENT_PREFACE.slice(0, at + 1);
    wrong[at] ^= 0x20;
    prefaceError(wrong);
    const server = new Endpoint("server");
    server.receive(wrong.subarray(0, at));
    assertThrows(
      () => server.receive(wrong.subarray(at)),
      ConnectionError,
      "instead of the HTTP/2 client preface",
    );
  }
});

Deno.test("checkClientPreface counts only octets of the preface", () => {
  assertEquals(checkClientPreface(0, CLIENT_PREFACE.subarray(0, 5)), 5);
  assertEquals(checkClientPreface(20, ascii("\r\n\r\nmore")), 4);
  assertEquals(checkClientPreface(24, ascii("more")), 0);
  assertEquals(checkClientPreface(3, new Uint8Array(0)), 0);
});

Deno.test("An HTTP/1 request is called by its name", () => {
  for (const method of ["GET", "POST", "PUT", "CONNECT", "OPTIONS"]) {
    const { message } = prefaceError(
      ascii(`${method} / HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    );
    assertEquals(
      message,
      `Received an HTTP/1 request ("${method}") instead of the HTTP/2 client preface; is the client set up for HTTP/2 without TLS? (PROTOCOL_ERROR)`,
    );
  }
});

Deno.test("A TLS ClientHello is called by its name", () => {
  assertEquals(
    prefaceError(CLIENT_HELLO).message,
    "Received a TLS record instead of the HTTP/2 client preface; is the client set up for HTTP/2 without TLS? (PROTOCOL_ERROR)",
  );
});

Deno.test("Garbage is quoted, and safe to print", () => {
  assertEquals(
    prefaceError(octets("00 ff 1b 5b 32 4a")).message,
    'Received "\\x00\\xff\\x1b[2J" instead of the HTTP/2 client preface; is the client set up for HTTP/2 without TLS? (PROTOCOL_ERROR)',
  );
});

Deno.test("Of garbage 24 octets are quoted", () => {
  assertEquals(
    prefaceError(ascii("x".repeat(100))).message.includes(
      `"${"x".repeat(24)}"`,
    ),
    true,
  );
});

Deno.test("An HTTP/1 response is called by its name", () => {
  assertEquals(
    greetingError(ascii("HTTP/1.1 400 Bad Request\r\n\r\n")).message,
    "Received an HTTP/1 response instead of an HTTP/2 SETTINGS frame; is this the port of an HTTP/2 server? (PROTOCOL_ERROR)",
  );
});

Deno.test("A TLS alert is called by its name", () => {
  assertEquals(
    greetingError(TLS_ALERT).message,
    "Received a TLS record instead of an HTTP/2 SETTINGS frame; is this the port of an HTTP/2 server, and does it expect TLS? (PROTOCOL_ERROR)",
  );
});

Deno.test("A greeting that begins a frame passes", () => {
  checkServerGreeting(new Uint8Array(0));
  checkServerGreeting(settings());
  checkServerGreeting(settings().subarray(0, 1));
});

Deno.test("Only the first octets of a server are taken for a greeting", () => {
  const writer = new FrameWriter();
  encodeSettings(writer, [[4, 0x0016_0301]]);
  const bytes = writer.take();
  for (let cut = 0; cut <= bytes.length; cut++) {
    const client = new Endpoint("client");
    client.receive(bytes.subarray(0, cut));
    client.receive(bytes.subarray(cut));
    assertEquals(
      client.connection.settings.established,
      true,
      `Cut at octet ${cut}`,
    );
  }
});

Deno.test("95 PF-bad-first-frame: what comes first must be SETTINGS", () => {
  for (
    const [digits, name] of [
      ["000008 06 00 00000000 0000000000000000", "PING"],
      ["000008 07 00 00000000 00000000 00000000", "GOAWAY"],
      ["000001 01 05 00000001 83", "HEADERS"],
      ["000001 00 00 00000001 00", "DATA"],
      ["000005 02 00 00000001 00000000 00", "PRIORITY"],
      ["000004 03 00 00000001 00000000", "RST_STREAM"],
      ["000004 08 00 00000000 00000001", "WINDOW_UPDATE"],
      ["000001 09 04 00000001 83", "CONTINUATION"],
      ["000000 0a 00 00000000", "an extension frame"],
    ] as const
  ) {
    const fromServer = greetingError(octets(digits));
    assertEquals(
      fromServer.message,
      `initial http2 frame from server is not a settings frame: ${name} (PROTOCOL_ERROR)`,
    );
    const fromClient = prefaceError(concat(CLIENT_PREFACE, octets(digits)));
    assertEquals(
      fromClient.message,
      `initial http2 frame from client is not a settings frame: ${name} (PROTOCOL_ERROR)`,
    );
  }
});

// grpc-go takes an acknowledgement for the SETTINGS of the peer.
Deno.test("95 PF-bad-first-frame: an acknowledgement of SETTINGS is not enough", () => {
  greetingError(octets("000000 04 01 00000000"));
  prefaceError(concat(CLIENT_PREFACE, octets("000000 04 01 00000000")));
});

Deno.test("Frames may follow the first SETTINGS in the same octets", () => {
  const server = new Endpoint("server");
  const sent = server.receive(
    concat(
      CLIENT_PREFACE,
      octets("000000 04 00 00000000"),
      octets("000008 06 00 00000000 0102030405060708"),
    ),
  );
  assertEquals(sent.map(({ type }) => type), [
    FrameType.SETTINGS,
    FrameType.SETTINGS,
    FrameType.PING,
  ]);
});
