import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { inspect } from "node:util";
import {
  binaryProblem,
  GrpcError,
  Metadata,
  type MetadataValue,
} from "../../src/grpc/mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";
import { assertCostRatio, once } from "../harness/cost_ratio.ts";

function received(...fields: HeaderField[]): [string, MetadataValue][] {
  return [...Metadata.fromFields(fields)];
}

Deno.test("Metadata is made of a record, of pairs, or of other metadata", () => {
  const pairs: [string, MetadataValue][] = [["a", "1"], ["b", "2"]];
  assertEquals([...new Metadata({ a: "1", b: "2" })], pairs);
  assertEquals([...new Metadata(pairs)], pairs);
  assertEquals([...new Metadata(new Map(pairs))], pairs);
  const original = new Metadata(pairs);
  const copy = new Metadata(original);
  copy.set("a", "3");
  assertEquals([...original], pairs);
  assertEquals(new Metadata().size, 0);
});

Deno.test("Keys are compared and sent in lower case", () => {
  const metadata = new Metadata({ "X-User": "deno" });
  assertEquals(metadata.get("x-USER"), "deno");
  assert(metadata.has("X-user"));
  assertEquals(metadata.toFields(), [["x-user", "deno"]]);
  metadata.delete("X-USER");
  assertFalse(metadata.has("x-user"));
});

Deno.test("A key repeats as it likes, in order; set replaces all of them", () => {
  const metadata = new Metadata({ a: "1" });
  metadata.append("b", "2");
  metadata.append("a", "3");
  assertEquals(metadata.get("a"), "1");
  assertEquals(metadata.getAll("a"), ["1", "3"]);
  assertEquals(metadata.size, 3);
  assertEquals([...metadata], [["a", "1"], ["b", "2"], ["a", "3"]]);
  metadata.set("a", "4");
  assertEquals([...metadata], [["b", "2"], ["a", "4"]]);
  assertEquals(metadata.get("c"), undefined);
  assertEquals(metadata.getAll("c"), []);
});

Deno.test("Octets travel as Base64 without padding", () => {
  const metadata = new Metadata();
  for (let length = 0; length <= 3; length++) {
    metadata.append("x-bin", new Uint8Array(length).fill(0xff));
  }
  assertEquals(metadata.toFields(), [
    ["x-bin", ""],
    ["x-bin", "/w"],
    ["x-bin", "//8"],
    ["x-bin", "////"],
  ]);
});

Deno.test("Base64 is read with and without padding", () => {
  assertEquals(
    received(["x-bin", "/w"], ["x-bin", "/w=="], ["x-bin", ""]),
    [
      ["x-bin", Uint8Array.of(0xff)],
      ["x-bin", Uint8Array.of(0xff)],
      ["x-bin", new Uint8Array(0)],
    ],
  );
});

Deno.test("Every octet survives the way through header fields", () => {
  const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  const fields = new Metadata({ "x-bin": octets }).toFields();
  const read = fields.map(([name, value]): HeaderField => [name, value]);
  assertEquals(received(...read), [["x-bin", octets]]);
});

Deno.test("Values of a -bin key that a proxy has joined with commas are parted", () => {
  assertEquals(received(["x-bin", "AQ,Ag==, Aw"]), [
    ["x-bin", Uint8Array.of(1)],
    ["x-bin", Uint8Array.of(2)],
    ["x-bin", Uint8Array.of(3)],
  ]);
});

Deno.test("Text with commas stays one value", () => {
  assertEquals(received(["x", "a,b"]), [["x", "a,b"]]);
});

Deno.test("A -bin value that is no Base64 is left out, and nothing else", () => {
  assertEquals(
    received(["x-bin", "!"], ["y", "1"], ["x-bin", "AQ,%%,Ag"]),
    [
      ["y", "1"],
      ["x-bin", Uint8Array.of(1)],
      ["x-bin", Uint8Array.of(2)],
    ],
  );
});

Deno.test("What belongs to the protocol is no metadata, what looks like it is", () => {
  assertEquals(
    received(
      [":path", "/a.B/C"],
      ["content-type", "application/grpc"],
      ["te", "trailers"],
      ["user-agent", "u"],
      ["grpc-encoding", "gzip"],
      ["grpc-accept-encoding", "gzip"],
      ["grpc-timeout", "1S"],
      ["grpc-status", "0"],
      ["grpc-message", "m"],
      ["grpc-message-type", "t"],
      ["grpc-status-details-bin", "AQ"],
      ["authorization", "Bearer x"],
    ),
    [
      ["grpc-status-details-bin", Uint8Array.of(1)],
      ["authorization", "Bearer x"],
    ],
  );
});

Deno.test("Fields of the hop can be read, and are not sent on", () => {
  const metadata = Metadata.fromFields([
    ["user-agent", "grpc-go/1.70"],
    ["host", "a"],
    ["host", "b"],
    ["content-length", "5"],
    ["grpc-previous-rpc-attempts", "2"],
    ["accept-encoding", "identity,deflate,gzip"],
    ["x", "1"],
  ]);
  assertEquals(metadata.get("User-Agent"), "grpc-go/1.70");
  assertEquals(metadata.getAll("host"), ["a", "b"]);
  assert(metadata.has("content-length"));
  assertEquals(metadata.get("grpc-previous-rpc-attempts"), "2");
  assertEquals(metadata.get("accept-encoding"), "identity,deflate,gzip");
  assertEquals([...metadata], [["x", "1"]]);
  assertEquals(metadata.size, 1);
  assertEquals(metadata.toFields(), [["x", "1"]]);
  const copy = new Metadata(metadata);
  assertEquals([...copy], [["x", "1"]]);
  assertFalse(copy.has("user-agent"));
});

Deno.test("Metadata that was received can be copied and sent as it came", () => {
  const fields: HeaderField[] = [
    ["x-a", "caf\xe9"],
    ["x-a", "a\tb"],
    ["x!y", "1"],
    ["x-control", "\x01\x7f"],
    ["x-bin", "/w"],
  ];
  const metadata = new Metadata(Metadata.fromFields(fields));
  metadata.set("x-more", "2");
  assertEquals(metadata.toFields(), [...fields, ["x-more", "2"]]);
  metadata.delete("x-a");
  assertEquals(metadata.size, 4);
});

Deno.test("A -bin field that cannot be decoded is a problem, whose value is not told", () => {
  const good = ["", "AQ", "AQ==", "AQ, Ag==,", ",,AQ", "A Q", "AR=="];
  for (const value of good) {
    assertEquals(binaryProblem([["x-bin", value], ["y", "!"]]), undefined);
  }
  const bad = ["!", "A", "AQ=", "AQ===", "AQ,%%", "-_8", "caf\xe9", "secret~"];
  for (const value of bad) {
    assertEquals(
      binaryProblem([["y", "1"], ["x-bin", value]]),
      'Received malformed metadata "x-bin": expected Base64, at most 100 values in a field',
    );
  }
});

Deno.test("No more than 100 values are read from one field, and a call with more fails", () => {
  const values = (count: number) => Array(count).fill("AQ").join(",");
  assertEquals(received(["x-bin", values(100)]).length, 100);
  assertEquals(binaryProblem([["x-bin", values(100)]]), undefined);
  for (const value of [values(101), ",".repeat(60_000), values(20_000)]) {
    const metadata = received(["x-bin", value]);
    assert(metadata.length <= 100, String(metadata.length));
    assert(binaryProblem([["x-bin", value]]) !== undefined);
  }
});

Deno.test("A key of the protocol is refused, in whatever case", () => {
  const keys = ["Content-Type", "grpc-timeout", "te", "Connection"];
  for (const key of [...keys, "User-Agent", "Host", "content-length"]) {
    assertThrows(
      () => new Metadata({ [key]: "x" }),
      TypeError,
      `Cannot use metadata key "${key}": it belongs to the protocol`,
    );
  }
});

Deno.test("A key with other characters is refused", () => {
  for (const key of ["", "a b", ":path", "ä", "a\n", "a:b"]) {
    assertThrows(
      () => new Metadata().append(key, "x"),
      TypeError,
      `Cannot use metadata key "${key}": expected letters, digits and . _ -`,
    );
  }
});

Deno.test("A value that is not printable ASCII is refused", () => {
  for (const value of ["ä", "a\nb", "\x7f", "\0", 5, undefined, [1]]) {
    assertThrows(
      () => new Metadata().set("x", value as unknown as string),
      TypeError,
      'Cannot use the value of metadata key "x": expected printable ASCII; octets need a key that ends with -bin',
    );
  }
});

Deno.test("Octets need a -bin key, and a -bin key needs octets", () => {
  assertThrows(
    () => new Metadata({ x: Uint8Array.of(1) }),
    TypeError,
    "octets need a key that ends with -bin",
  );
  assertThrows(
    () => new Metadata({ "x-bin": "AQ" }),
    TypeError,
    'Cannot use the value of metadata key "x-bin": expected a Uint8Array, as the key ends with -bin',
  );
});

Deno.test("A refused value changes nothing", () => {
  const metadata = new Metadata({ x: "1" });
  assertThrows(() => metadata.set("x", "\n"), TypeError);
  assertEquals([...metadata], [["x", "1"]]);
});

Deno.test("White space around a value does not travel", () => {
  assertEquals(new Metadata({ x: "  a b " }).toFields(), [["x", "a b"]]);
});

Deno.test("A field that comes from the compression table again and again is decoded once to be checked", () => {
  const value = "QUJD".repeat(1_000);
  const cost = (field: () => HeaderField) =>
    once(() => {
      for (let i = 0; i < 500; i++) {
        assertEquals(binaryProblem([field()]), undefined);
      }
    });
  const known: HeaderField = ["x-bin", value];
  assertCostRatio({
    of: cost(() => known),
    to: cost(() => ["x-bin", value]),
    below: 1 / 5,
    floor: 0,
  });
});

Deno.test("console.log shows the keys of metadata, and not the values", () => {
  const metadata = new Metadata({
    authorization: "Bearer secret",
    "x-trace-bin": Uint8Array.of(1),
  });
  const expected =
    'Metadata { "authorization": 13 octets, "x-trace-bin": 1 octet }';
  assertEquals(Deno.inspect(metadata), expected);
  assertEquals(inspect(metadata), expected);
  const error = Deno.inspect(new GrpcError(5, "gone", { metadata }));
  assert(error.includes(expected) && !error.includes("secret"), error);
  assertEquals(Deno.inspect(new Metadata()), "Metadata {}");
});

Deno.test("of the metadata of a peer, console.log shows no more than a line", () => {
  const fields = Array.from(
    { length: 5_000 },
    (_, at) => [`${at}`.padStart(200, "k"), "v"] as const,
  );
  const text = Deno.inspect(Metadata.fromFields(fields));
  assert(text.length < 3_000 && text.endsWith("… 4980 more }"), text);
});
