import { assertEquals, assertThrows } from "@std/assert";
import {
  ANY_LENGTH,
  contentAfter,
  type ContentLeft,
  NO_HEAD,
  requestHead,
  requireTrailers,
  responseHead,
} from "../../src/connection/streams/message_rules.ts";
import { ErrorCode, StreamError } from "../../src/frames/mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";

const METHOD: HeaderField = [":method", "POST"];
const SCHEME: HeaderField = [":scheme", "http"];
const AUTHORITY: HeaderField = [":authority", "localhost:50051"];
const PATH: HeaderField = [":path", "/pkg.Service/Method"];
const REQUEST: readonly HeaderField[] = [METHOD, SCHEME, PATH, AUTHORITY];
const TYPE: HeaderField = ["content-type", "application/grpc"];

function request(fields: readonly HeaderField[], ends = false): ContentLeft {
  return requestHead(7, fields, ends);
}

function response(
  fields: readonly HeaderField[],
  ends = false,
  toHead = false,
): ContentLeft {
  return responseHead(7, fields, ends, toHead);
}

function length(value: string): HeaderField {
  return ["content-length", value];
}

function assertMalformed(act: () => unknown, text: string): void {
  const error = assertThrows(act, StreamError, text);
  assertEquals([error.streamId, error.code], [7, ErrorCode.PROTOCOL_ERROR]);
}

Deno.test("Requests that have all of their pseudo-header fields are well-formed", () => {
  for (
    const fields of [
      REQUEST,
      [...REQUEST, TYPE],
      [...REQUEST].reverse(),
      [METHOD, SCHEME, PATH],
      [[":method", "OPTIONS"], SCHEME, [":path", "*"]],
      [[":method", "CONNECT"], AUTHORITY],
    ] as HeaderField[][]
  ) {
    for (const ends of [true, false]) {
      assertEquals(request(fields, ends), ANY_LENGTH);
    }
  }
});

Deno.test("A request without one of them, or with an empty one, is malformed (section 8.3.1)", () => {
  for (const missing of [METHOD, SCHEME, PATH]) {
    const [name] = missing;
    const others = REQUEST.filter((field) => field !== missing);
    for (const fields of [others, [[name, ""], ...others] as HeaderField[]]) {
      assertMalformed(
        () => request([...fields, TYPE]),
        `Received a malformed request on stream 7: it needs a field "${name}"`,
      );
    }
  }
  assertMalformed(() => request([]), 'it needs a field ":method"');
});

Deno.test("A request has no field of a response (section 8.3)", () => {
  for (
    const fields of [[...REQUEST, [":status", "200"]], [[":status", "200"]]]
  ) {
    assertMalformed(
      () => request(fields as HeaderField[]),
      'malformed request on stream 7: it has no field ":status"',
    );
  }
});

Deno.test("CONNECT names an authority, and neither scheme nor path (section 8.5)", () => {
  const connect: HeaderField = [":method", "CONNECT"];
  for (
    const fields of [
      [connect],
      [connect, [":authority", ""]],
      [connect, AUTHORITY, SCHEME],
      [connect, AUTHORITY, PATH],
      [connect, AUTHORITY, SCHEME, PATH],
    ] as HeaderField[][]
  ) assertMalformed(() => request(fields), "CONNECT takes a field");
});

Deno.test("A response has a status of three digits, and nothing else of its kind (section 8.3.2)", () => {
  for (const status of ["200", "404", "503", "999"]) {
    assertEquals(response([[":status", status], TYPE]), ANY_LENGTH);
    assertEquals(response([[":status", status]], true), ANY_LENGTH);
  }
  for (
    const status of ["", "0", "20", "2000", "OK", "099", "+20", "2.0", "２００"]
  ) {
    assertMalformed(
      () => response([[":status", status], TYPE]),
      'Received a malformed response on stream 7: it needs a field ":status" with three digits',
    );
  }
  for (const fields of [[], [TYPE]]) {
    assertMalformed(() => response(fields), 'needs a field ":status"');
  }
  for (const other of REQUEST) {
    for (const fields of [[[":status", "200"], other], [other]]) {
      assertMalformed(
        () => response(fields as HeaderField[]),
        `it has no field "${other[0]}"`,
      );
    }
  }
});

Deno.test("Interim responses are followed by a head, and end no stream (section 8.1)", () => {
  for (const status of ["100", "102", "103", "199"]) {
    assertEquals(response([[":status", status]]), NO_HEAD);
    assertMalformed(
      () => response([[":status", status]], true),
      `its status ${status} ends the stream`,
    );
  }
});

Deno.test("HTTP/2 has no 101 Switching Protocols (section 8.6)", () => {
  assertMalformed(
    () => response([[":status", "101"]]),
    "its status 101 is not one of HTTP/2",
  );
});

Deno.test("Trailers end the stream and have no pseudo-header fields (section 8.1)", () => {
  for (const fields of [[], [["grpc-status", "0"]]] as HeaderField[][]) {
    requireTrailers(7, fields, true);
    assertMalformed(
      () => requireTrailers(7, fields, false),
      "Received a malformed trailer section on stream 7: it does not end the stream",
    );
  }
  for (const field of [...REQUEST, [":status", "200"]] as HeaderField[]) {
    assertMalformed(
      () => requireTrailers(7, [field, ["grpc-status", "0"]], true),
      `malformed trailer section on stream 7: it has no field "${field[0]}"`,
    );
  }
});

Deno.test("content-length is one number (RFC 9110 section 8.6)", () => {
  for (const [value, octets] of [["0", 0], ["5", 5], ["0099", 99]] as const) {
    assertEquals(request([...REQUEST, length(value)]), octets);
    assertEquals(response([[":status", "200"], length(value)]), octets);
  }
  assertEquals(request([...REQUEST, length("5"), length("5")]), 5);
  for (
    const value of ["", "-1", "+1", "1.5", "0x10", "1e3", "5, 5", "five", "٣"]
  ) {
    for (
      const read of [
        () => request([...REQUEST, length(value)]),
        () => response([[":status", "200"], length(value)]),
      ]
    ) assertMalformed(read, "its content-length is not one number");
  }
  assertMalformed(
    () => request([...REQUEST, length("5"), TYPE, length("6")]),
    "its content-length is not one number",
  );
});

Deno.test("A head that ends its stream announces no content", () => {
  assertEquals(request([...REQUEST, length("0")], true), 0);
  assertMalformed(
    () => request([...REQUEST, length("3")], true),
    "Received a malformed message on stream 7: its content lacks 3 octets of its content-length",
  );
});

Deno.test("Responses that are defined to have no content may name a length (section 8.1.1)", () => {
  const fields = (status: string): HeaderField[] => [
    [":status", status],
    length("1000"),
  ];
  for (const ends of [true, false]) {
    assertEquals(response(fields("304"), ends), 0);
    assertEquals(response(fields("204"), ends), 0);
    assertEquals(response(fields("200"), ends, true), 0);
  }
});

Deno.test("The content of a message is as long as it says (section 8.1.1)", () => {
  assertEquals(contentAfter(7, ANY_LENGTH, 1_000_000, true), ANY_LENGTH);
  assertEquals(contentAfter(7, 10, 4, false), 6);
  assertEquals(contentAfter(7, 10, 10, false), 0);
  assertEquals(contentAfter(7, 10, 10, true), 0);
  assertEquals(contentAfter(7, 0, 0, true), 0);
  for (const ends of [true, false]) {
    assertMalformed(
      () => contentAfter(7, 10, 11, ends),
      "its content is longer than its content-length",
    );
  }
  assertMalformed(
    () => contentAfter(7, 10, 9, true),
    "its content lacks 1 octets of its content-length",
  );
});

Deno.test("Content does not come before its head (section 8.1)", () => {
  for (const ends of [true, false]) {
    assertMalformed(
      () => contentAfter(7, NO_HEAD, 0, ends),
      "Received a malformed response on stream 7: its content comes before its head",
    );
  }
});
