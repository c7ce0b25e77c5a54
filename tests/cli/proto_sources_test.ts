import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Described, find, openSchema } from "../../src/cli/schema/mod.ts";
import { protoText } from "../../src/cli/describe/proto_text.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { temporaryFolder } from "./support.ts";

/** Reads a `.proto` with what it imports, and looks for something. */
async function read(
  sources: Readonly<Record<string, string>>,
  name: string,
): Promise<Described> {
  using folder = temporaryFolder();
  for (const [path, source] of Object.entries(sources)) {
    const parts = path.split("/");
    if (parts.length > 1) {
      Deno.mkdirSync(folder.path(parts.slice(0, -1).join("/")), {
        recursive: true,
      });
    }
    Deno.writeTextFileSync(folder.path(path), source);
  }
  const [main] = Object.keys(sources);
  await using schema = await openSchema({
    proto: [folder.path(main)],
    importPath: [],
    descriptorSet: [],
  }, undefined);
  return await find(schema, name);
}

async function textOf(source: string, name: string): Promise<string[]> {
  return protoText(await read({ "a.proto": source }, name));
}

Deno.test("proto2: required, defaults, groups, extensions", async () => {
  const source = `syntax = "proto2";
    package p;
    message A {
      required string name = 1 [default = "it's \\"so\\""];
      optional int32 count = 2 [default = -3];
      optional Kind kind = 3 [default = TWO];
      repeated int64 packed = 4 [packed = true];
      optional group Inner = 5 { optional bool x = 1; }
      extensions 100 to 199, 1000 to max;
      reserved 50, 60 to 70;
      reserved "old";
      enum Kind { ONE = 1; TWO = 2; reserved 5 to 6; }
      extend A { optional string note = 101; }
    }
    extend A { repeated A more = 100; }`;
  const message = await read({ "a.proto": source }, "p.A");
  assertEquals(protoText(message), [
    "message A {",
    `  required string name = 1 [default = "it's \\"so\\""];`,
    "  optional int32 count = 2 [default = -3];",
    "  optional .p.A.Kind kind = 3 [default = TWO];",
    "  repeated int64 packed = 4 [packed = true];",
    "  optional .p.A.Inner inner = 5;",
    "  message Inner {",
    "    optional bool x = 1;",
    "  }",
    "  enum Kind {",
    "    ONE = 1;",
    "    TWO = 2;",
    "    reserved 5 to 6;",
    "  }",
    "  extend p.A {",
    "    optional string note = 101;",
    "  }",
    "  extensions 100 to 199, 1000 to max;",
    "  reserved 50, 60 to 70;",
    '  reserved "old";',
    "}",
  ]);
  const extension = await read({ "a.proto": source }, "p.more");
  assertEquals(extension.toString(), "extension p.more");
});

Deno.test("Names are found from the inside out, maps have entries of their own", async () => {
  const source = `syntax = "proto3";
    package a.b;
    message C { message D { C c = 1; b.C same = 2; .a.b.C.D own = 3; }
      map<string, D> by_name = 1; message ByName { int32 x = 1; } ByName n = 2;
      optional D maybe = 3; D d = 4 [json_name = "other", deprecated = true]; }`;
  assertEquals(await textOf(source, "a.b.C"), [
    "message C {",
    "  map<string, .a.b.C.D> by_name = 1;",
    "  .a.b.C.ByName n = 2;",
    "  optional .a.b.C.D maybe = 3;",
    '  .a.b.C.D d = 4 [json_name = "other", deprecated = true];',
    "  message D {",
    "    .a.b.C c = 1;",
    "    .a.b.C same = 2;",
    "    .a.b.C.D own = 3;",
    "  }",
    "  message ByName {",
    "    int32 x = 1;",
    "  }",
    "}",
  ]);
});

Deno.test("Imports: public ones, those of Google, and options of one's own", async () => {
  const service = await read({
    "a.proto": `/* syntax = "proto2"; */ syntax = "proto3";
      import "sub/b.proto";
      import "google/protobuf/empty.proto";
      import "google/protobuf/descriptor.proto";
      extend google.protobuf.MethodOptions { string note = 50000; }
      service S { rpc M(p.C) returns (stream google.protobuf.Empty) {
        option (note) = "x"; option deprecated = true; } }`,
    "sub/b.proto": `syntax = "proto3"; import public "sub/c.proto";`,
    "sub/c.proto": `syntax = "proto3"; package p; message C {}`,
  }, "S");
  assertEquals(protoText(service), [
    "service S {",
    "  rpc M ( .p.C ) returns ( stream .google.protobuf.Empty ) { option deprecated = true; }",
    "}",
  ]);
});

Deno.test("An edition: presence is explicit, unless a feature says otherwise", async () => {
  const message = await read({
    "a.proto": `edition = "2023"; message A {
      int32 explicit = 1; int32 implicit = 2 [features.field_presence = IMPLICIT];
      repeated int32 packed = 3; }`,
  }, "A");
  if (message.kind !== "message") throw new Error(message.kind);
  const value = fromBinary(message, new Uint8Array([8, 0, 16, 0, 26, 1, 7]));
  assertEquals(toBinary(message, value), new Uint8Array([8, 0, 26, 1, 7]));
  assertEquals(create(message).$typeName, "A");
});

const WRONG: readonly [source: string, answer: RegExp][] = [
  ["message", /Cannot use --proto: illegal/],
  [`syntax = "proto3"; message A { B b = 1; }`, /no such Type or Enum 'B'/],
  [
    `syntax = "proto3"; import "no.proto";`,
    /a\.proto imports no\.proto, which is in none of .*--import-path/,
  ],
];

Deno.test("A mistake in a .proto is told in a line", async () => {
  for (const [source, answer] of WRONG) {
    const error = await assertRejects(() => textOf(source, "A"), UsageError);
    assertMatch(error.message, answer);
  }
});
