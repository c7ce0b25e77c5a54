import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  create,
  createFileRegistry,
  createRegistry,
  type JsonValue,
  toBinary,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  AnySchema,
  FileDescriptorProtoSchema,
  FloatValueSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { ERROR_DETAILS } from "../../src/cli/call/error_details.ts";
import { metadataOf } from "../../src/cli/call/headers.ts";
import { jsonValues } from "../../src/cli/call/json_values.ts";
import { messageToJson } from "../../src/cli/call/to_json.ts";
import { nearest } from "../../src/cli/nearest.ts";
import { registryOf } from "../../src/cli/schema/registry.ts";
import { UsageError } from "../../src/cli/usage_error.ts";

const TEXT = `{"a":"}\\"\\\\"} [1,{"b":[]}]"text"12 true null{"c":1}\n\t{}`;
const VALUES: JsonValue[] = [
  { a: '}"\\' },
  [1, { b: [] }],
  "text",
  12,
  true,
  null,
  {
    c: 1,
  },
  {},
];

Deno.test("JSON values are found in a text, in pieces of any size", async () => {
  for (let size = 1; size <= TEXT.length; size++) {
    const pieces: string[] = [];
    for (let i = 0; i < TEXT.length; i += size) {
      pieces.push(TEXT.slice(i, i + size));
    }
    assertEquals(await Array.fromAsync(jsonValues(pieces)), VALUES);
  }
  assertEquals(await Array.fromAsync(jsonValues([" \n", ""])), []);
});

Deno.test("A JSON value is handed on before the next has come", async () => {
  let isLater = false;
  async function* pieces() {
    yield '{"a":1} ';
    await Promise.resolve();
    isLater = true;
    yield '{"b":2}';
  }
  const values = jsonValues(pieces());
  assertEquals((await values.next()).value, { a: 1 });
  assertEquals(isLater, false);
  assertEquals((await values.next()).value, { b: 2 });
});

Deno.test("A 64-bit integer keeps its digits, a number in a text is left alone", async () => {
  const [value] = await Array.fromAsync(
    jsonValues(['{"a":-9223372036854775808,"b":1e300,"c":"9007199254740993"}']),
  );
  assertEquals(value, {
    a: "-9223372036854775808",
    b: 1e300,
    c: "9007199254740993",
  });
});

Deno.test("What is no JSON is told with its number", async () => {
  for (const text of ["{} {a}", "{} nope", '{} {"a":1', "{} }", '{} "open']) {
    const error = await assertRejects(
      () => Array.fromAsync(jsonValues([text])),
      UsageError,
    );
    assertEquals(
      error.message.startsWith("Message 2 is no JSON: "),
      true,
      text,
    );
  }
});

Deno.test("A message deeper than a stack is refused, and ends nothing else", async () => {
  const depth = 100_000;
  const text = "[".repeat(depth) + "]".repeat(depth);
  const read = Array.fromAsync(jsonValues([text]));
  await read.catch((error) => assertEquals(error instanceof UsageError, true));
});

const options = { emitDefaults: false, registry: createRegistry() };

Deno.test("A float is printed with the digits that it has", () => {
  for (const value of [1.1, -0.1, 3.4028235e38, 1e-45, 16777216, 0.3]) {
    const message = create(FloatValueSchema, { value: Math.fround(value) });
    const json = messageToJson(FloatValueSchema, message, options);
    assertEquals(Math.fround(Number(json)), Math.fround(value));
    assertEquals(String(json).length <= 13, true, String(json));
  }
});

Deno.test("Any of a type that nobody knows is shown as octets, in Any as well", () => {
  const unknown = create(AnySchema, {
    typeUrl: "type.googleapis.com/no.Such",
    value: new Uint8Array([0, 255]),
  });
  const expected = {
    "@type": "type.googleapis.com/no.Such",
    "@error": "no.Such is not known; its octets are in @value",
    "@value": "AP8=",
  };
  assertEquals(messageToJson(AnySchema, unknown, options), expected);
  const known = createRegistry(AnySchema);
  const inner = create(AnySchema, {
    typeUrl: "type.googleapis.com/no.Such",
    value: new Uint8Array([0, 255]),
  });
  const outer = create(AnySchema, {
    typeUrl: "type.googleapis.com/google.protobuf.Any",
    value: toBinary(AnySchema, inner),
  });
  assertEquals(
    messageToJson(AnySchema, outer, { ...options, registry: known }),
    { "@type": "type.googleapis.com/google.protobuf.Any", value: expected },
  );
});

Deno.test("Any of a type whose name is none is shown, too", () => {
  for (const name of ["\x1b[31m", "a..b", "1", "a/b c"]) {
    const any = create(AnySchema, { typeUrl: `x/${name}` });
    assertEquals(
      Object(messageToJson(AnySchema, any, options))["@type"],
      "Unknown",
    );
  }
});

Deno.test("The usual details of errors are known", () => {
  const schema = ERROR_DETAILS.getMessage("google.rpc.QuotaFailure")!;
  assertEquals(schema.fields.map(({ name }) => name), ["violations"]);
  const retry = ERROR_DETAILS.getMessage("google.rpc.RetryInfo")!;
  assertEquals(messageToJson(retry, reflect(retry).message, options), {});
});

Deno.test("Headers are names and values; those of -bin are Base64, for URLs too", () => {
  const metadata = metadataOf([
    "X-A:  1 ",
    "x-a: b:c",
    "x-o-bin: _-8=",
    "x-e:",
  ]);
  assertEquals([...metadata], [
    ["x-a", "1"],
    ["x-a", "b:c"],
    ["x-o-bin", new Uint8Array([255, 239])],
    ["x-e", ""],
  ]);
  for (const header of ["", ":x", "nothing", "x-bin: %", "te: x", "a b: c"]) {
    assertThrows(() => metadataOf([header]), UsageError, "--header");
  }
});

Deno.test("The nearest name is one that is near", () => {
  assertEquals(nearest("pnig", ["ping", "call"]), "ping");
  assertEquals(nearest("SayHelo", ["SayHello", "SayBye"]), "SayHello");
  assertEquals(nearest("zzzz", ["ping", "call"]), undefined);
  assertEquals(nearest("x", []), undefined);
});

Deno.test("Files in any order, and imports as long as a chain likes, make a registry", () => {
  const length = 20_000;
  const files = new Map(Array.from({ length }, (_, i) => {
    const file = create(FileDescriptorProtoSchema, {
      name: `${i}.proto`,
      package: `p${i}`,
      syntax: "proto3",
      dependency: i + 1 < length ? [`${i + 1}.proto`] : [],
    });
    return [file.name, file];
  }));
  const registry = registryOf(files);
  assertEquals([...registry.files].length, length);
});

Deno.test("Files that import each other in a circle end with an error, not never", () => {
  const file = (name: string, other: string) =>
    create(FileDescriptorProtoSchema, {
      name,
      syntax: "proto3",
      dependency: [other],
    });
  const files = new Map([["a", file("a", "b")], ["b", file("b", "a")]]);
  assertThrows(() => registryOf(files), Error, "imported by");
});

Deno.test("A registry knows its times", () => {
  const registry = createFileRegistry(
    TimestampSchema.file.proto,
    () => undefined,
  );
  assertEquals(
    registry.getMessage("google.protobuf.Timestamp")?.name,
    "Timestamp",
  );
});
