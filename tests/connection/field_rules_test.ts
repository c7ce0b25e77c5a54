import { assertEquals, assertThrows } from "@std/assert";
import {
  checkFields,
  stripValues,
} from "../../src/connection/headers/field_rules.ts";
import {
  encodeHeaders,
  ErrorCode,
  FrameType,
  StreamError,
} from "../../src/frames/mod.ts";
import { type HeaderField, HpackEncoder } from "../../src/hpack/mod.ts";
import { client, FIELDS, server } from "./support.ts";

const REQUEST: readonly HeaderField[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/pkg.Service/Method"],
  [":authority", "localhost:50051"],
];

function assertMalformed(fields: readonly HeaderField[], why: string): void {
  const error = assertThrows(() => checkFields(7, fields), StreamError, why);
  assertEquals([error.streamId, error.code], [7, ErrorCode.PROTOCOL_ERROR]);
}

/** Stream 1 was reset for a field, and both events say why. */
function assertRefused(events: unknown[], field: string): void {
  const code = ErrorCode.PROTOCOL_ERROR;
  const reason =
    `Received a malformed field section on stream 1: the field "${field}" is not allowed in HTTP/2 (PROTOCOL_ERROR)`;
  const refused = { streamId: 1, code, reason };
  assertEquals(events, [
    { type: "stream-error", ...refused },
    { type: "reset", ...refused, by: "local", unprocessed: false },
  ]);
}

Deno.test("The field sections of gRPC are well-formed", () => {
  const sections: readonly (readonly HeaderField[])[] = [
    [],
    REQUEST,
    [
      ...REQUEST,
      ["te", "trailers"],
      ["content-type", "application/grpc+proto"],
      ["grpc-timeout", "20S"],
      ["user-agent", "grpc-go/1.71.0 (linux; amd64)"],
      ["trace-bin", "CgNhYmM="],
    ],
    [[":status", "200"], ["content-type", "application/grpc"]],
    [["grpc-status", "0"], ["grpc-message", "caf%C3%A9"]],
  ];
  for (const section of sections) checkFields(1, section);
});

Deno.test("A name is a token in lower case (section 8.2.1)", () => {
  checkFields(1, [["!#$%&'*+-.^_`|~0123456789az", ""]]);
  const names = [
    "",
    ":",
    "X",
    "x y",
    "x\0",
    "x\r",
    "x\x7f",
    "x\xe4",
    "x:",
    "x(",
  ];
  for (const name of names) {
    assertMalformed(
      [[name, "y"]],
      `Received a malformed field section on stream 7: the field "${name}" is not allowed in HTTP/2`,
    );
  }
});

Deno.test("No octet from 0x00 to 0x20, no upper case and none from 0x7f is part of a name", () => {
  const isRefused = (code: number) =>
    code <= 0x20 || (code >= 0x41 && code <= 0x5a) || code >= 0x7f;
  for (let code = 0; code < 0x100; code++) {
    if (!isRefused(code)) continue;
    const letter = String.fromCharCode(code);
    assertMalformed([[`a${letter}b`, "y"]], "is not allowed in HTTP/2");
  }
});

Deno.test("A value has no NUL, CR and LF, and no white space around it", () => {
  for (const value of ["", "y", "a b", "a\tb", "\x01", "\x7f", "\xe4", ":"]) {
    checkFields(1, [["x", value]]);
  }
  const values = ["\0", "a\0b", "a\rb", "a\nb", "a\n", "\r", " ", "\t"];
  for (const value of [...values, " a", "a ", "\ta", "a\t"]) {
    assertMalformed(
      [["x", value]],
      'the field "x" is not allowed in HTTP/2',
    );
  }
});

Deno.test("White space at the ends of a value is taken off, however much there is", () => {
  const fields: HeaderField[] = [
    ["a", " v"],
    ["b", "v\t"],
    ["c", "\t v w\t "],
    ["d", " "],
    ["e", " ".repeat(60_000)],
    ["f", `v${" \t".repeat(30_000)}v`],
    ["g", "v"],
    ["h", ""],
  ];
  const last = fields[6];
  stripValues(fields);
  assertEquals(fields.map(([, value]) => value), [
    "v",
    "v",
    "v w",
    "",
    "",
    `v${" \t".repeat(30_000)}v`,
    "v",
    "",
  ]);
  assertEquals(fields[6] === last, true);
  checkFields(1, fields);
});

Deno.test("Other characters at the ends of a value stay, and NUL, CR and LF are refused", () => {
  const value = "\xa0\x0bv\x85\xa0";
  const fields: HeaderField[] = [["x", value]];
  stripValues(fields);
  assertEquals(fields, [["x", value]]);
  for (const bad of [" \r", "a\n ", "\t\0"]) {
    const section: HeaderField[] = [["x", bad]];
    stripValues(section);
    assertMalformed(section, 'the field "x" is not allowed in HTTP/2');
  }
});

Deno.test("White space around a pseudo-header field stays, and is refused", () => {
  for (const [name, value] of REQUEST) {
    const fields: HeaderField[] = [[name, `${value} `]];
    stripValues(fields);
    assertMalformed(fields, `the field "${name}" is not allowed in HTTP/2`);
  }
});

Deno.test("White space that a table keeps is taken off each time", () => {
  const end = server();
  const encoder = new HpackEncoder();
  for (const id of [1, 3]) {
    const block = encoder.encode([...REQUEST, ["x", " v "], [
      "te",
      "trailers ",
    ]]);
    assertEquals(
      end.say((writer) => encodeHeaders(writer, id, block, true, true)),
      [],
    );
  }
  const sections = end.takeEvents().filter(({ type }) => type === "headers");
  for (const event of sections) {
    if (event.type !== "headers") continue;
    assertEquals(event.headers.slice(-2), [["x", "v"], ["te", "trailers"]]);
  }
  assertEquals(sections.length, 2);
});

Deno.test("The value of a malformed field is not told, as it may be secret", () => {
  const error = assertThrows(() => checkFields(1, [["x", "secret\n"]]));
  assertEquals(String(error).includes("secret"), false);
});

Deno.test("Fields of one hop of HTTP/1.1 are none of HTTP/2 (section 8.2.2)", () => {
  for (
    const name of [
      "connection",
      "proxy-connection",
      "keep-alive",
      "transfer-encoding",
      "upgrade",
    ]
  ) {
    for (let i = 0; i < 2; i++) {
      assertMalformed([[name, "close"]], `the field "${name}" is not allowed`);
    }
  }
});

Deno.test("te may only say trailers (section 8.2.2)", () => {
  for (const value of ["trailers", "Trailers"]) checkFields(1, [["te", value]]);
  for (const value of ["", "gzip", "trailers, gzip", "trailers;q=0.5"]) {
    assertMalformed([["te", value]], 'the field "te" is not allowed in HTTP/2');
  }
});

Deno.test("Pseudo-header fields come before regular ones (section 8.3)", () => {
  checkFields(1, [...REQUEST, ["a", "b"]]);
  const [method, ...others] = REQUEST;
  assertMalformed(
    [method, ["a", "b"], ...others],
    'the field ":scheme" comes after regular ones',
  );
  assertMalformed(
    [["a", "b"], ["c", "d"], method],
    'the field ":method" comes after regular ones',
  );
});

Deno.test("No pseudo-header field comes twice (section 8.3)", () => {
  for (const name of [":method", ":scheme", ":path", ":authority", ":status"]) {
    assertMalformed(
      [[name, "a"], [name, "a"]],
      `the field "${name}" comes twice`,
    );
  }
});

Deno.test("Pseudo-header fields that no RFC defines are refused (section 8.3)", () => {
  for (const name of [":foo", ":protocol", ":methods", "::method"]) {
    const why = name.startsWith("::") ? "is not allowed" : "is not defined";
    assertMalformed([[name, "a"]], `the field "${name}" ${why}`);
  }
});

Deno.test("A name is judged the same however often it comes, and after many others", () => {
  for (let i = 0; i < 1_000; i++) {
    checkFields(1, [[`many-${i}`, ""]]);
    assertMalformed([[`Many-${i}`, ""]], "is not allowed");
  }
  for (let i = 0; i < 2; i++) checkFields(1, [["many-999", ""], ["x", ""]]);
});

Deno.test("A malformed request is reset, and other streams go on", () => {
  const end = server();
  const encoder = new HpackEncoder();
  const say = (id: number, fields: HeaderField[], endStream = false) =>
    end.say((writer) => {
      const block = encoder.encode([...REQUEST, ...fields]);
      encodeHeaders(writer, id, block, endStream, true);
    });
  assertEquals(say(1, [["x", "y"], ["Upper", "case"]]), [{
    type: FrameType.RST_STREAM,
    streamId: 1,
    errorCode: ErrorCode.PROTOCOL_ERROR,
  }]);
  assertEquals(end.takeEvents(), [{
    type: "stream-error",
    streamId: 1,
    code: ErrorCode.PROTOCOL_ERROR,
    reason:
      'Received a malformed field section on stream 1: the field "Upper" is not allowed in HTTP/2 (PROTOCOL_ERROR)',
  }]);
  assertEquals(say(3, [["x", "y"]]), []);
  assertEquals(end.takeEvents().map(({ type }) => type), ["headers"]);
  assertEquals(end.streams.table.activeCount, 1);
  assertEquals(say(1, [["x", "y"]]), []);
});

Deno.test("Malformed trailers of a request reset it, and it is told", () => {
  const end = server();
  const encoder = new HpackEncoder();
  const sections = [[...REQUEST, ["x", "y"]], [[
    "x",
    "y\n",
  ]]] as HeaderField[][];
  sections.forEach((fields, index) => {
    end.say((writer) =>
      encodeHeaders(writer, 1, encoder.encode(fields), index > 0, true)
    );
  });
  assertRefused(end.takeEvents().slice(1), "x");
});

Deno.test("A malformed response is reset, and it is told", () => {
  const end = client();
  end.streams.sender.open(FIELDS, true);
  end.sent();
  const block = new HpackEncoder().encode([["connection", "close"]]);
  end.say((writer) => encodeHeaders(writer, 1, block, true, true));
  assertRefused(end.takeEvents(), "connection");
});
