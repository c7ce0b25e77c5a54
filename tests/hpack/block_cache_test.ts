import {
  assertEquals,
  assertGreater,
  assertLessOrEqual,
  assertNotEquals,
} from "@std/assert";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
} from "../../src/hpack/mod.ts";
import {
  BlockCache,
  hashField,
  LIST_HASH_SEED,
} from "../../src/hpack/block_cache.ts";
import { hex, octets, plain } from "./support.ts";

/** An encoder that tells whether it encoded a list or remembered its block. */
class WatchedEncoder extends HpackEncoder {
  readonly #questions: { count: number };

  constructor() {
    const questions = { count: 0 };
    super({
      indexing: (name) => {
        questions.count++;
        return name === "timeout" ? "none" : "incremental";
      },
    });
    this.#questions = questions;
  }

  /** Whether a list with a field that enters no table is encoded afresh. */
  encodesAfresh(list: readonly EncodableHeaderField[]): boolean {
    const { count } = this.#questions;
    this.encode(list);
    return this.#questions.count > count;
  }
}

const LIST: readonly EncodableHeaderField[] = [
  [":method", "POST"],
  ["custom", "value"],
  ["timeout", "1S"],
];

/** Encodes the list until its block is remembered. */
function warm(encoder: HpackEncoder): void {
  for (let i = 0; i < 3; i++) encoder.encode(LIST);
}

Deno.test("a list is remembered once two of its blocks entered no field", () => {
  const encoder = new WatchedEncoder();
  assertEquals(encoder.encodesAfresh(LIST), true); // enters a field
  assertEquals(encoder.encodesAfresh(LIST), true);
  assertEquals(encoder.encodesAfresh(LIST), true);
  for (let i = 0; i < 5; i++) assertEquals(encoder.encodesAfresh(LIST), false);
});

Deno.test("an equal list of other arrays and strings is the same list", () => {
  const encoder = new WatchedEncoder();
  warm(encoder);
  const equal = LIST.map(([name, value]) =>
    [name.split("").join(""), value.split("").join("")] as const
  );
  assertEquals(encoder.encodesAfresh(equal), false);
});

Deno.test("a list that differs in anything is another list", () => {
  const encoder = new WatchedEncoder();
  warm(encoder);
  const expected = hex(encoder.encode(LIST));
  const [method, custom, timeout] = LIST;
  for (
    const other of [
      [method, custom],
      [method, custom, timeout, timeout],
      [custom, method, timeout],
      [method, custom, ["timeout", "2S"]],
      [method, custom, ["timeout", "1S", { sensitive: true }]],
      [method, ["custom", "value", { sensitive: true }], timeout],
    ] as EncodableHeaderField[][]
  ) {
    assertNotEquals(hex(encoder.encode(other)), expected);
  }
  assertEquals(hex(encoder.encode(LIST)), expected);
});

Deno.test("lists with the same hash are told apart", () => {
  const values = ["/a.Service/GetX?", "/b.Service/GetX?"];
  const [one, two] = values.map((value) =>
    hashField(LIST_HASH_SEED, ":path", value)
  );
  assertEquals(one, two);
  const encoder = new HpackEncoder({ indexing: () => "none" });
  const decoder = new HpackDecoder();
  for (let i = 0; i < 20; i++) {
    const list: HeaderField[] = [[":path", values[(i >> 2) % 2]]];
    assertEquals(decoder.decode(encoder.encode(list)), list);
  }
});

Deno.test("the beginning of a list is another list, whatever the hash says", () => {
  const cache = new BlockCache();
  const block = octets("83be");
  for (let i = 0; i < 2; i++) cache.offer(LIST, 7, 1, block, 0, 2);
  assertEquals(cache.find(LIST, 7, 1), block);
  assertEquals(cache.find(LIST.slice(0, 2), 7, 1), undefined);
  assertEquals(cache.find([...LIST, LIST[0]], 7, 1), undefined);
});

Deno.test("an insertion invalidates: indices have moved", () => {
  const encoder = new WatchedEncoder();
  const decoder = new HpackDecoder();
  for (let i = 0; i < 4; i++) decoder.decode(encoder.encode(LIST));
  decoder.decode(encoder.encode([["another", "field"]]));
  assertEquals(decoder.decode(encoder.encode(LIST)), plain(LIST));
  assertEquals(encoder.encodesAfresh(LIST), false);
});

Deno.test("an eviction invalidates: the field is a literal again", () => {
  const encoder = new WatchedEncoder();
  const decoder = new HpackDecoder();
  for (let i = 0; i < 4; i++) decoder.decode(encoder.encode(LIST));
  encoder.setPeerMaxTableSize(0);
  encoder.setPeerMaxTableSize(4096);
  assertEquals(decoder.decode(encoder.encode(LIST)), plain(LIST));
  assertEquals(decoder.snapshot(), encoder.snapshot());
  assertEquals(decoder.snapshot().entries, [["custom", "value"]]);
});

Deno.test("an entry too large for the table invalidates: it emptied it", () => {
  const encoder = new WatchedEncoder();
  const decoder = new HpackDecoder();
  for (let i = 0; i < 4; i++) decoder.decode(encoder.encode(LIST));
  decoder.decode(encoder.encode([["large", "x".repeat(5000)]]));
  assertEquals(decoder.decode(encoder.encode(LIST)), plain(LIST));
});

Deno.test("a remembered block waits for a pending table size update", () => {
  const encoder = new HpackEncoder();
  const list = [[":method", "GET"]] as const;
  for (let i = 0; i < 4; i++) encoder.encode(list);
  encoder.setPeerMaxTableSize(100);
  assertEquals(hex(encoder.encode(list)), "3f4582");
  for (let i = 0; i < 4; i++) assertEquals(hex(encoder.encode(list)), "82");
});

Deno.test("a list that was changed in place is another list", () => {
  const encoder = new HpackEncoder();
  const field: [string, string] = [":method", "GET"];
  for (let i = 0; i < 4; i++) encoder.encode([field]);
  field[1] = "POST";
  assertEquals(hex(encoder.encode([field])), "83");
});

Deno.test("long blocks are not remembered", () => {
  const encoder = new WatchedEncoder();
  const list = [["timeout", "x".repeat(4000)]] as const;
  for (let i = 0; i < 5; i++) assertEquals(encoder.encodesAfresh(list), true);
});

Deno.test("many lists take turns in a bounded cache", () => {
  const encoder = new WatchedEncoder();
  const decoder = new HpackDecoder();
  const lists = Array.from(
    { length: 100 },
    (_, i) => [...LIST.slice(0, 2), ["timeout", `${i}m`]] as const,
  );
  for (const list of lists) {
    for (let i = 0; i < 4; i++) {
      assertEquals(decoder.decode(encoder.encode(list)), plain(list));
    }
    assertEquals(encoder.encodesAfresh(list), false);
  }
  const known = lists.filter((list) => !encoder.encodesAfresh(list));
  assertGreater(known.length, 0);
  assertLessOrEqual(known.length, 16);
});
