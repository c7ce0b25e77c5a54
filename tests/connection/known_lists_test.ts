import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { HeaderCodec } from "../../src/connection/headers/mod.ts";
import { KnownLists } from "../../src/connection/headers/known_lists.ts";
import { Output } from "../../src/connection/output.ts";
import { initialPeerSettings } from "../../src/connection/peer_settings.ts";
import { ConnectionError } from "../../src/frames/mod.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";

const LIST: HeaderField[] = [["key", "value"]];

/** Reads blocks that come one after the other on a connection. */
function reader(): (...block: number[]) => readonly HeaderField[] {
  const codec = new HeaderCodec(new Output(), initialPeerSettings());
  return (...octets) =>
    codec.read({ streamId: 1, fragment: Uint8Array.from(octets) });
}

/** ":status: 200", from the static table. */
const OK = 0x88;

/** A literal "a: b" that enters the table, or one that does not. */
const ENTERS = [0x40, 1, 0x61, 1, 0x62];
const STAYS_OUT = [0x00, 1, 0x61, 1, 0x62];

Deno.test("a block that comes again is the same list from the third time on at the latest", () => {
  const read = reader();
  const lists = [1, 2, 3, 4].map(() => read(OK, ...STAYS_OUT));
  for (const list of lists) {
    assertEquals(list, [[":status", "200"], ["a", "b"]]);
  }
  assertNotStrictEquals(lists[0], lists[1]);
  assertStrictEquals(lists[2], lists[3]);
});

Deno.test("a block whose indices mean something else by now is read anew", () => {
  const read = reader();
  read(...ENTERS);
  const newest = 62 | 0x80;
  for (let time = 0; time < 4; time++) assertEquals(read(newest), [["a", "b"]]);
  read(0x40, 1, 0x63, 1, 0x64);
  for (let time = 0; time < 4; time++) assertEquals(read(newest), [["c", "d"]]);
});

Deno.test("a block that enters a field into the table does so each time", () => {
  const read = reader();
  for (let time = 0; time < 4; time++) read(...ENTERS);
  assertEquals(read(0x80 | 62, 0x80 | 65), [["a", "b"], ["a", "b"]]);
});

Deno.test("a table that was emptied leaves no list behind", () => {
  const read = reader();
  read(...ENTERS);
  for (let time = 0; time < 4; time++) read(0x80 | 62);
  read(0x20);
  assertThrows(() => read(0x80 | 62), ConnectionError);
});

Deno.test("after an error nothing is known any more", () => {
  const read = reader();
  for (let time = 0; time < 4; time++) read(OK);
  assertThrows(() => read(0x80), ConnectionError);
  assertThrows(() => read(OK), ConnectionError);
});

Deno.test("a list that is malformed is refused each time", () => {
  const read = reader();
  for (let time = 0; time < 4; time++) {
    assertThrows(() => read(0x00, 1, 0x41, 0));
  }
});

Deno.test("long blocks are not remembered, and however many short ones come there are at most sixteen lists", () => {
  const lists = new KnownLists();
  const long = new Uint8Array(33);
  for (let time = 0; time < 3; time++) lists.offer(long, 1, LIST);
  assertEquals(lists.find(long, 1), undefined);
  const blocks = Array.from(
    { length: 1_000 },
    (_, at) => Uint8Array.of(at & 0xff, at >> 8),
  );
  for (const block of [...blocks, ...blocks]) lists.offer(block, 1, LIST);
  const known = blocks.filter((block) => lists.find(block, 1) !== undefined);
  assertEquals(known.length, 16);
  assertEquals(lists.find(known[0], 2), undefined);
});
