import { assert, assertEquals } from "@std/assert";
import { compress } from "../../src/grpc/messages/compression.ts";
import {
  Gunzip,
  lengthOfLast,
  longestUnfolding,
} from "../../src/grpc/messages/gunzip.ts";
import { concat, octets } from "../harness/octets.ts";
import { chooseSeed, Random } from "../harness/seed.ts";

const MOST = 1_000_000;

const gunzip = await Gunzip.load();

const text = (words: string) => new TextEncoder().encode(words);

/** What octets unfold to, as text, or what is wrong with them. */
function unfold(gzip: Uint8Array, maxLength = MOST): string {
  const unfolded = gunzip.unfold(gzip, maxLength);
  return unfolded instanceof Uint8Array
    ? new TextDecoder().decode(unfolded)
    : unfolded.kind;
}

/** The octets behind the header of the platform's gzip. */
async function body(words: string): Promise<Uint8Array> {
  return (await compress(text(words))).subarray(10);
}

/** A header with flags, and what they announce. */
function header(flags: number, ...fields: Uint8Array[]): Uint8Array {
  return concat(
    octets("1f 8b 08"),
    Uint8Array.of(flags),
    octets("00000000 00 ff"),
    ...fields,
  );
}

Deno.test("Members follow each other, and unfold to one message", async () => {
  const hello = await compress(text("hello "));
  const world = await compress(text("world"));
  const empty = await compress(new Uint8Array(0));
  assertEquals(unfold(concat(hello, world)), "hello world");
  assertEquals(unfold(concat(hello, hello, hello)), "hello hello hello ");
  assertEquals(
    unfold(concat(empty, hello, empty, world, empty)),
    "hello world",
  );
  assertEquals(unfold(empty), "");
});

Deno.test("What header fields a member has makes no difference", async () => {
  const rest = await body("x");
  const zero = Uint8Array.of(0);
  for (
    const head of [
      header(0),
      header(1),
      header(4, octets("0300 414243")),
      header(8, text("name.txt"), zero),
      header(16, text("comment"), zero),
      header(28, octets("0100 41"), text("n"), zero, text("c"), zero),
    ]
  ) assertEquals(unfold(concat(head, rest)), "x");
});

Deno.test("A header whose check sum is wrong is refused", async () => {
  assertEquals(
    unfold(concat(header(2, octets("0000")), await body("x"))),
    "malformed",
  );
});

Deno.test("What follows the last member must be another one", async () => {
  for (const words of ["", "hello", "z".repeat(70_000)]) {
    const whole = await compress(text(words));
    for (
      const garbage of [
        "00",
        "00 00",
        "00 00 00 00 00 00 00 00 00 00",
        "1f",
        "1f 8b",
        "1f 8b 08 00",
        "ff",
        "67 61 72 62 61 67 65",
      ]
    ) {
      const padded = concat(whole, octets(garbage));
      assertEquals(unfold(padded), "malformed", `${words.length} ${garbage}`);
      assertEquals(unfold(concat(whole, padded)), "malformed");
    }
  }
});

Deno.test("A member that is cut off anywhere is refused, the last one too", async () => {
  const first = await compress(text("first"));
  const whole = await compress(text("some words, some words"));
  for (let length = 0; length < whole.length; length++) {
    const cut = whole.subarray(0, length);
    assertEquals(unfold(cut), "malformed", `${length}`);
    if (length > 0) assertEquals(unfold(concat(first, cut)), "malformed");
  }
});

Deno.test("A wrong check sum or length of any member is refused", async () => {
  const whole = await compress(text("some words"));
  for (let back = 1; back <= 8; back++) {
    const broken = whole.slice();
    broken[broken.length - back] ^= 1;
    assertEquals(unfold(broken), "malformed");
    assertEquals(unfold(concat(broken, whole)), "malformed");
    assertEquals(unfold(concat(whole, broken)), "malformed");
  }
});

Deno.test("It unfolds to the limit and not beyond, whatever a member says of its length", async () => {
  const seed = chooseSeed();
  const random = new Random(seed);
  for (let run = 0; run < 100; run++) {
    const lengths = Array.from(
      { length: 1 + random.below(4) },
      () => random.pick([0, 1, 100, 1_024, 1_025, 70_000]),
    );
    const members = await Promise.all(
      lengths.map((length) => compress(new Uint8Array(length).fill(run))),
    );
    const file = concat(...members);
    const length = lengths.reduce((sum, each) => sum + each, 0);
    const unfolded = gunzip.unfold(file, length);
    assert(unfolded instanceof Uint8Array, `SEED=${seed} ${lengths}`);
    assertEquals(unfolded.length, length, `SEED=${seed}`);
    assert(unfolded.buffer.byteLength <= length + 1_024, `SEED=${seed}`);
    if (length > 0) {
      assertEquals(gunzip.unfold(file, length - 1), { kind: "too-long" });
    }
  }
});

Deno.test("No octet unfolds to more than 1 032", async () => {
  const zeros = await compress(new Uint8Array(10_000_000));
  assert(longestUnfolding(zeros.length) >= 10_000_000);
  assertEquals(lengthOfLast(zeros), 10_000_000);
  assertEquals(lengthOfLast(new Uint8Array(3)), 0);
});
