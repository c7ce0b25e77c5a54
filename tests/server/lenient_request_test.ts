import { assertEquals } from "@std/assert";
import type { CallContext, MetadataValue } from "../../mod.ts";
import { request, sayFields, sayMessage } from "../grpc/support/foreign.ts";
import { ForeignClient } from "../grpc/support/foreign_client.ts";
import { Stage } from "../grpc/support/words.ts";

const ONE = "/test.Words/One";

/** Requests that the letter forbids and peers send: none ends the call. */
const borne: Record<string, Record<string, string>> = {
  "metadata that ends with a space": { "x-a": "v " },
  "metadata that begins with a tab": { "x-a": "\tv" },
  "metadata of white space alone": { "x-a": " \t " },
  "metadata in Latin-1": { "x-a": "caf\xe9" },
  "metadata with control characters": { "x-a": "a\x01\x7fb" },
  "te with a space": { "te": "trailers " },
  "te in capitals": { "te": "Trailers" },
  "a content type with parameters": {
    "content-type": "application/grpc; charset=utf-8",
  },
  "a content type in capitals": { "content-type": "Application/GRPC+Proto" },
  "a content type with white space": {
    "content-type": " application/grpc ; a=b ",
  },
  "white space around the timeout": { "grpc-timeout": " 10S " },
  "leading zeros in the timeout": { "grpc-timeout": "00000010S" },
  "the longest timeout": { "grpc-timeout": "99999999H" },
  "an encoding with white space": { "grpc-encoding": " identity " },
  "an encoding in capitals": { "grpc-encoding": "Identity" },
  "an empty encoding": { "grpc-encoding": "" },
  "accepted encodings with odd white space": {
    "grpc-accept-encoding": " gzip ,\tidentity,, deflate;q=1 ",
  },
  "no accepted encoding": { "grpc-accept-encoding": "" },
};

for (const [what, fields] of Object.entries(borne)) {
  Deno.test(`A request with ${what} is served`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    const { sections, reset } = await client.exchange(1, (writer) => {
      sayFields(writer, 1, request(ONE, fields));
      sayMessage(writer, 1, "hello", true);
    });
    assertEquals([sections.at(-1), reset], [{ "grpc-status": "0" }, undefined]);
  });
}

Deno.test("A request without te is served", async () => {
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  const { sections } = await client.exchange(1, (writer) => {
    const fields = request(ONE).filter(([name]) => name !== "te");
    sayFields(writer, 1, fields);
    sayMessage(writer, 1, "hello", true);
  });
  assertEquals(sections.at(-1), { "grpc-status": "0" });
});

Deno.test("A handler sees values without the white space around them", async () => {
  const seen: [string, MetadataValue][] = [];
  await using stage = new Stage({
    one: (word: string, { metadata }: CallContext) => {
      seen.push(...metadata);
      return word;
    },
  });
  using client = await ForeignClient.greet(stage.port);
  await client.exchange(1, (writer) => {
    const fields = { "x-a": " v\t", "x-b-bin": " AQ== ", "x-c": " " };
    sayFields(writer, 1, request(ONE, fields));
    sayMessage(writer, 1, "hello", true);
  });
  assertEquals(seen, [
    ["x-a", "v"],
    ["x-b-bin", Uint8Array.of(1)],
    ["x-c", ""],
  ]);
});

/** Timeouts that no grammar allows; each is INTERNAL, as in grpc-go. */
const malformed = [
  "",
  "S",
  "5",
  "1s",
  "1h",
  "100000000m",
  "000000001m",
  "-1S",
  "+1S",
  "1.5S",
  "1e3m",
  "1 S",
  "1S, 2S",
  "infinity",
];

for (const timeout of malformed) {
  Deno.test(`A request with the timeout ${JSON.stringify(timeout)} is refused`, async () => {
    let runs = 0;
    await using stage = new Stage({ one: () => String(++runs) });
    using client = await ForeignClient.greet(stage.port);
    const { sections } = await client.exchange(1, (writer) => {
      sayFields(writer, 1, request(ONE, { "grpc-timeout": timeout }));
      sayMessage(writer, 1, "hello", true);
    });
    assertEquals(sections, [{
      ":status": "200",
      "content-type": "application/grpc",
      "grpc-status": "13",
      "grpc-message": `malformed grpc-timeout "${timeout}"`,
    }]);
    assertEquals(runs, 0);
  });
}

for (const encoding of ["gzip, identity", "br", "x-gzip", "identity;q=1"]) {
  Deno.test(`A request with the encoding "${encoding}" is UNIMPLEMENTED`, async () => {
    await using stage = new Stage();
    using client = await ForeignClient.greet(stage.port);
    const { sections } = await client.exchange(1, (writer) => {
      sayFields(writer, 1, request(ONE, { "grpc-encoding": encoding }), true);
    });
    assertEquals(sections[0]["grpc-status"], "12");
    assertEquals(sections[0]["grpc-accept-encoding"], "identity,gzip");
  });
}

Deno.test("What a refusal repeats of a request is bounded", async () => {
  const long = "x".repeat(10_000);
  await using stage = new Stage();
  using client = await ForeignClient.greet(stage.port);
  const fields: Record<string, string>[] = [
    { ":method": long },
    { ":path": `/${long}` },
    { "content-type": long },
    { "grpc-timeout": long },
    { "grpc-encoding": long },
  ];
  for (const [index, each] of fields.entries()) {
    const id = 2 * index + 1;
    const { sections } = await client.exchange(
      id,
      (writer) => sayFields(writer, id, request(ONE, each), true),
    );
    const text = sections[0]["grpc-message"];
    assertEquals(text.length < 300, true, text);
  }
});

Deno.test("A request whose -bin metadata is no Base64 is refused, and no handler runs", async () => {
  let runs = 0;
  await using stage = new Stage({ one: () => String(++runs) });
  using client = await ForeignClient.greet(stage.port);
  const { sections } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(ONE, { "x-bin": "secret!" }));
    sayMessage(writer, 1, "hello", true);
  });
  assertEquals(sections, [{
    ":status": "200",
    "content-type": "application/grpc",
    "grpc-status": "13",
    "grpc-message":
      'Received malformed metadata "x-bin": expected Base64, at most 100 values in a field',
  }]);
  assertEquals(runs, 0);
});

Deno.test("A handler reads what its client says of itself", async () => {
  const seen: unknown[] = [];
  await using stage = new Stage({
    one: (word: string, { metadata }: CallContext) => {
      seen.push(metadata.get("user-agent"), [...metadata]);
      return word;
    },
  });
  using client = await ForeignClient.greet(stage.port);
  await client.exchange(1, (writer) => {
    const fields = { "user-agent": "grpc-go/1.70", "x-a": "1" };
    sayFields(writer, 1, request(ONE, fields));
    sayMessage(writer, 1, "hello", true);
  });
  assertEquals(seen, ["grpc-go/1.70", [["x-a", "1"]]]);
});

Deno.test("A handler hands its metadata on to the next call, whatever it holds", async () => {
  const received: [string, MetadataValue][] = [];
  await using next = new Stage({
    one: (word: string, { metadata }: CallContext) => {
      received.push(...metadata);
      assertEquals(metadata.get("grpc-previous-rpc-attempts"), undefined);
      return word;
    },
  });
  await using stage = new Stage({
    one: (word: string, { metadata }: CallContext) =>
      next.words.one(word, { metadata }),
  });
  using client = await ForeignClient.greet(stage.port);
  const fields = {
    "x-plain": "plain",
    "x-latin": "caf\xe9",
    "x-tab": "a\tb",
    "x!y": "1",
    "x-bin": "AQ==,Ag",
    "user-agent": "grpc-go/1.70",
    "host": "elsewhere",
    "grpc-previous-rpc-attempts": "3",
  };
  const { sections } = await client.exchange(1, (writer) => {
    sayFields(writer, 1, request(ONE, fields));
    sayMessage(writer, 1, "hello", true);
  });
  assertEquals(sections.at(-1), { "grpc-status": "0" });
  assertEquals(received, [
    ["x-plain", "plain"],
    ["x-latin", "caf\xe9"],
    ["x-tab", "a\tb"],
    ["x!y", "1"],
    ["x-bin", Uint8Array.of(1)],
    ["x-bin", Uint8Array.of(2)],
  ]);
});
