import { assert, assertEquals } from "@std/assert";
import { fitFields, fitStatus } from "../../src/server/calls/fit_status.ts";
import {
  decodeStatusMessage,
  encodeStatusMessage,
} from "../../src/grpc/mod.ts";
import {
  type EncodableHeaderField,
  type HeaderField,
  listSize,
} from "../../src/hpack/mod.ts";
import { withSeed } from "../harness/seed.ts";

const REQUIRED: EncodableHeaderField[] = [["grpc-status", "3"]];

function note(limit: number): string {
  return ` [shortened: the client accepts header lists of ${limit} octets]`;
}

/** The message that is left, as the client reads it. */
function messageOf(fields: readonly EncodableHeaderField[]): string {
  const field = fields.find(([name]) => name === "grpc-message");
  return decodeStatusMessage(field?.[1] ?? "");
}

Deno.test("The size of a list is that of RFC 9113: 32 octets a field in addition", () => {
  assertEquals(listSize([]), 0);
  assertEquals(listSize([["grpc-status", "0"], ["x", ""]]), 44 + 33);
});

Deno.test("A status that fits is sent as it is, to the octet", () => {
  const metadata: EncodableHeaderField[] = [["x", "1"]];
  const whole: EncodableHeaderField[] = [
    ...REQUIRED,
    ["grpc-message", "bad"],
    ...metadata,
  ];
  for (const limit of [Infinity, listSize(whole)]) {
    assertEquals(fitStatus(REQUIRED, "bad", metadata, limit), {
      fields: whole,
      dropped: [],
    });
  }
  const { fields } = fitStatus(REQUIRED, "bad", metadata, listSize(whole) - 1);
  assert(listSize(fields) < listSize(whole));
});

Deno.test("A long message is cut, says so, and leaves the metadata its place", () => {
  const metadata: EncodableHeaderField[] = [["x", "1".repeat(100)]];
  const message = "bad sequence " + "x".repeat(9_000);
  const { fields, dropped } = fitStatus(REQUIRED, message, metadata, 8_192);
  assertEquals(dropped, []);
  assertEquals(listSize(fields), 8_192);
  assertEquals(fields.at(-1), metadata[0]);
  const text = messageOf(fields);
  assert(text.startsWith("bad sequence xxx"));
  assert(text.endsWith(note(8_192)));
});

Deno.test("Metadata that has no room beside half of the message is left out, the rest stays", () => {
  const metadata: EncodableHeaderField[] = [
    ["a", "1"],
    ["large-bin", "A".repeat(10_000)],
    ["b", "2"],
  ];
  const { fields, dropped } = fitStatus(REQUIRED, "bad", metadata, 8_192);
  assertEquals(dropped, ["large-bin"]);
  assertEquals(messageOf(fields), `bad${note(8_192)}`);
  assertEquals(fields.slice(-2), [["a", "1"], ["b", "2"]]);
  const ok = fitStatus(REQUIRED, "", metadata, 8_192);
  assertEquals(ok, {
    fields: [...REQUIRED, metadata[0], metadata[2]],
    dropped: ["large-bin"],
  });
});

Deno.test("Without room for a note, as much of the message as possible is sent", () => {
  const base = listSize(REQUIRED) + 44;
  for (const room of [0, 1, 10, 50]) {
    const { fields } = fitStatus(REQUIRED, "m".repeat(200), [], base + room);
    assertEquals(messageOf(fields), "m".repeat(room));
  }
  const few = fitStatus(REQUIRED, "m", [["x", "1"]], listSize(REQUIRED));
  assertEquals(few, { fields: REQUIRED, dropped: ["x"] });
  assertEquals(fitStatus(REQUIRED, "m", [], 0).fields, REQUIRED);
});

Deno.test("A message is never cut inside a character, and no white space is left at its end", () => {
  const base = listSize(REQUIRED) + 44;
  for (
    const message of [
      "é".repeat(20),
      "😀".repeat(20),
      "%".repeat(40),
      "a ".repeat(40),
    ]
  ) {
    const encoded = encodeStatusMessage(message);
    for (let room = 0; room < Math.min(60, encoded.length); room++) {
      const { fields } = fitStatus(REQUIRED, encoded, [], base + room);
      assert(listSize(fields) <= base + room);
      const text = messageOf(fields);
      assert(message.startsWith(text), `${room}: ${text}`);
      const value = fields[1]?.[1] ?? "";
      assertEquals(value, value.trim());
      assert(room - value.length < 12, `${room}: ${value.length}`);
    }
  }
});

Deno.test(
  "Whatever does not fit, the list does, and the code is in it",
  withSeed((random) => {
    for (let i = 0; i < 2_000; i++) {
      const letters = ["a", " ", "%", "é", "😀"];
      const message = Array.from(
        { length: random.below(200) },
        () => random.pick(letters),
      ).join("");
      const metadata = Array.from(
        { length: random.below(4) },
        (
          _,
          j,
        ): EncodableHeaderField => [`x-${j}`, "v".repeat(random.below(300))],
      );
      const limit = 44 + random.below(1_500);
      const encoded = encodeStatusMessage(message);
      const { fields, dropped } = fitStatus(REQUIRED, encoded, metadata, limit);
      assert(listSize(fields) <= limit);
      assertEquals(fields[0], REQUIRED[0]);
      const kept = fields.filter(([name]) => name.startsWith("x-"));
      assertEquals(kept.length + dropped.length, metadata.length);
      const text = messageOf(fields).replace(note(limit), "");
      assert(message.startsWith(text), `${message} | ${text}`);
    }
  }),
);

Deno.test("A refusal keeps all but its message", () => {
  const fields: HeaderField[] = [
    [":status", "405"],
    ["grpc-status", "13"],
    ["grpc-message", "m".repeat(1_000)],
    ["allow", "POST"],
  ];
  assertEquals(fitFields(fields, Infinity), fields);
  const fitted = fitFields(fields, 400);
  assert(listSize(fitted) <= 400);
  assertEquals(
    fitted.map(([name]) => name).toSorted(),
    fields.map(([name]) => name).toSorted(),
  );
});
