import { assertEquals, assertThrows } from "@std/assert";
import {
  type CallOptions,
  GrpcError,
  Metadata,
  type MetadataValue,
  Status,
} from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { Stage } from "../grpc/support/words.ts";

const OCTETS = Uint8Array.of(0, 1, 254, 255);
const FIELDS: [string, MetadataValue][] = [
  ["x-text", "one"],
  ["x-octets-bin", OCTETS],
  ["x-text", "two, three"],
  ["x-empty", ""],
];

/** Options that note what the server sends besides messages, in order. */
function notes(): { options: CallOptions; noted: [string, unknown[]][] } {
  const noted: [string, unknown[]][] = [];
  return {
    noted,
    options: {
      onHeaders: (metadata) => noted.push(["headers", [...metadata]]),
      onTrailers: (metadata) => noted.push(["trailers", [...metadata]]),
    },
  };
}

Deno.test("Metadata of the client reaches the handler whole and in order", async () => {
  const seen: unknown[] = [];
  await using stage = new Stage({
    one: (word, { metadata }) => {
      seen.push([...metadata]);
      return word;
    },
  });
  await stage.words.one("", { metadata: FIELDS });
  await stage.words.one("", { metadata: new Metadata(FIELDS) });
  await stage.words.one("", { metadata: { "X-Upper": "Case" } });
  await stage.words.one("");
  assertEquals(seen, [FIELDS, FIELDS, [["x-upper", "Case"]], []]);
});

Deno.test("Metadata of the server reaches the client, headers before trailers", async () => {
  await using stage = new Stage({
    one: (word, { headers, trailers }) => {
      for (const [key, value] of FIELDS) headers.append(key, value);
      trailers.set("x-after-bin", OCTETS);
      return word;
    },
  });
  const { options, noted } = notes();
  assertEquals(await stage.words.one("w", options), "w");
  assertEquals(noted, [
    ["headers", FIELDS],
    ["trailers", [["x-after-bin", OCTETS]]],
  ]);
});

Deno.test("Headers come before the first response, as soon as they are sent", async () => {
  const go = Promise.withResolvers<void>();
  await using stage = new Stage({
    async *down(_word, call) {
      call.headers.set("x-early", "1");
      call.sendHeaders();
      await go.promise;
      yield "late";
    },
  });
  const { options, noted } = notes();
  const arrived = Promise.withResolvers<void>();
  const responses = stage.words.down("", {
    ...options,
    onHeaders: (metadata) => {
      options.onHeaders?.(metadata);
      arrived.resolve();
    },
  });
  const first = responses.next();
  await arrived.promise;
  assertEquals(noted, [["headers", [["x-early", "1"]]]]);
  go.resolve();
  assertEquals((await first).value, "late");
  assertEquals((await responses.next()).done, true);
  assertEquals(noted.at(-1), ["trailers", []]);
});

Deno.test("Headers that are set after they were sent are refused, and stay here", async () => {
  await using stage = new Stage({
    one: (word, call) => {
      call.sendHeaders();
      assertThrows(() => call.headers.set("x-late", "1"), TypeError);
      call.sendHeaders();
      return word;
    },
  });
  const { options, noted } = notes();
  await stage.words.one("", options);
  assertEquals(noted, [["headers", []], ["trailers", []]]);
});

Deno.test("An error brings its metadata and that of the call", async () => {
  const details = Uint8Array.of(8, 5, 18, 1, 120);
  await using stage = new Stage({
    one: (_word, { trailers }) => {
      trailers.set("x-call", "1");
      throw new GrpcError(Status.NOT_FOUND, "no größe", {
        metadata: new Metadata({ "grpc-status-details-bin": details }),
      });
    },
  });
  const { options, noted } = notes();
  const error = await assertStatus(
    () => stage.words.one("", options),
    Status.NOT_FOUND,
    "no größe",
  );
  assertEquals([...error.metadata], [
    ["x-call", "1"],
    ["grpc-status-details-bin", details],
  ]);
  assertEquals(noted, [["trailers", [...error.metadata]]]);
});

Deno.test("Headers that a failing handler has set are sent before the error", async () => {
  await using stage = new Stage({
    one: (_word, { headers }) => {
      headers.set("x-set", "1");
      throw new GrpcError(Status.ABORTED, "");
    },
  });
  const { options, noted } = notes();
  await assertStatus(() => stage.words.one("", options), Status.ABORTED);
  assertEquals(noted, [["headers", [["x-set", "1"]]], ["trailers", []]]);
});

Deno.test("A stream that fails on the way has its responses before the error", async () => {
  await using stage = new Stage({
    *down() {
      yield "a";
      yield "b";
      throw new GrpcError(Status.DATA_LOSS, "the rest is lost");
    },
  });
  const received: string[] = [];
  await assertStatus(
    async () => {
      for await (const word of stage.words.down("")) received.push(word);
    },
    Status.DATA_LOSS,
    "the rest is lost",
  );
  assertEquals(received, ["a", "b"]);
});

Deno.test("A call that fails here has no trailers", async () => {
  await using stage = new Stage();
  const { options, noted } = notes();
  await assertStatus(
    () => drain(stage.words.down("", { ...options, deadline: 0 })),
    Status.DEADLINE_EXCEEDED,
  );
  assertEquals(noted, [["trailers", []]]);
});

Deno.test("Trailers of a call are its own, after a call of another channel that has many", async () => {
  const secret: [string, string][] = Array.from(
    { length: 9 },
    (_, i) => [`secret-${i}`, "s"],
  );
  await using theirs = new Stage({
    one: (word, { trailers }) => {
      for (const [key, value] of secret) trailers.set(key, value);
      return word;
    },
  });
  await using ours = new Stage({ one: (word) => word });
  const { options, noted } = notes();
  for (const { words } of [ours, ours, ours, theirs, ours, theirs, ours]) {
    await words.one("w", options);
  }
  const trailers = noted.filter(([kind]) => kind === "trailers");
  assertEquals(
    trailers.map(([, fields]) => fields),
    [[], [], [], secret, [], secret, []],
  );
});
