import { assert, assertEquals } from "@std/assert";
import {
  defaultIndexing,
  type EncodableHeaderField,
  HpackDecoder,
  HpackEncoder,
  HpackError,
  type HpackErrorReason,
} from "../../../src/hpack/mod.ts";
import {
  hex,
  octets,
  plain,
  type RandomHeaders,
  withHeaders,
} from "../../hpack/support.ts";
import {
  goPeer,
  type Peer,
  type PeerField,
  type PeerStep,
  pythonPeer,
} from "./peer.ts";

const SESSIONS = 40;
const BLOCKS = 25;

/** Rules that peers do not enforce, or enforce with other limits. */
const LENIENT: ReadonlySet<HpackErrorReason> = new Set([
  "integer-too-large",
  "size-update-flood",
  "size-update-misplaced",
]);

function latin1Hex(text: string): string {
  return hex(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

function toPeer(list: readonly EncodableHeaderField[]): PeerField[] {
  return list.map(([name, value, attributes]) => [
    latin1Hex(name),
    latin1Hex(value),
    attributes?.sensitive ?? false,
  ]);
}

/** What a peer is to see: our policy makes some fields sensitive. */
function expected(list: readonly EncodableHeaderField[]): PeerField[] {
  return toPeer(list.map(([name, value, attributes]) => {
    const isNever = defaultIndexing(name, value, 4096) === "never";
    const sensitive = attributes?.sensitive || isNever && value !== "";
    return [name, value, { sensitive }];
  }));
}

/**
 * Which table size changes between two blocks a peer handles as RFC 7541
 * section 4.2 says: any, one at most, or several if the table is emptied.
 */
type TableSizeChanges = "any" | "one" | "through zero";

interface Quirks {
  /** Changes of our encoder that the peer's decoder understands. */
  readonly updatesTaken: TableSizeChanges;
  /** Changes that the peer's encoder announces rightly. */
  readonly updatesGiven: TableSizeChanges;
  /** Whether its encoder indexes a sensitive field that a table has. */
  readonly indexesSensitive: boolean;
}

/** New table sizes, most often none, each other than the one before. */
function tableSizes(
  random: RandomHeaders,
  present: number,
  changes: TableSizeChanges,
): number[] {
  if (!random.oneIn(4)) return [];
  const sizes: number[] = [];
  const count = changes === "one" ? 1 : 1 + random.below(4);
  while (sizes.length < count) {
    const size = random.pick([0, 50, 300, 4096, random.below(20_000)]);
    const last = sizes.at(-1) ?? present;
    sizes.push(size === last ? size + 1 : size);
  }
  if (changes === "through zero" && count > 1) sizes[count - 2] = 0;
  return sizes;
}

interface Session {
  readonly steps: PeerStep[];
  readonly lists: EncodableHeaderField[][];
}

/** A session in which we encode and the peer decodes. */
function encodingSession(random: RandomHeaders, quirks: Quirks): Session {
  const encoder = new HpackEncoder({
    maxTableSize: random.pick([100, 4096, 65_536]),
    huffman: !random.oneIn(4),
  });
  const steps: PeerStep[] = [];
  const lists: EncodableHeaderField[][] = [];
  let size = 4096;
  while (lists.length < BLOCKS) {
    for (const next of tableSizes(random, size, quirks.updatesTaken)) {
      size = next;
      encoder.setPeerMaxTableSize(size);
      steps.push(["size", size]);
    }
    const list = random.oneIn(2) && lists.length > 0
      ? random.pick(lists.slice(-3))
      : random.headers(10);
    lists.push(list);
    steps.push(["decode", hex(encoder.encode(list))]);
  }
  return { steps, lists };
}

/** A session in which the peer encodes and we decode. */
function decodingSession(random: RandomHeaders, quirks: Quirks): Session {
  const steps: PeerStep[] = [];
  const lists: EncodableHeaderField[][] = [];
  let size = 4096;
  while (lists.length < BLOCKS) {
    for (const next of tableSizes(random, size, quirks.updatesGiven)) {
      size = next;
      steps.push(["size", size]);
    }
    const list = random.oneIn(2) && lists.length > 0
      ? random.pick(lists.slice(-3))
      : random.headers(10);
    lists.push(list);
    steps.push(["encode", toPeer(list)]);
  }
  return { steps, lists };
}

/** Blocks with some octets changed, up to the first that we refuse. */
function brokenSession(random: RandomHeaders) {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const steps: PeerStep[] = [];
  const results: (PeerField[] | null)[] = [];
  while (results.length < 10) {
    const block = encoder.encode(random.headers(5));
    if (block.length > 0 && random.oneIn(2)) {
      block[random.below(block.length)] = random.below(0x100);
    }
    try {
      const fields = decoder.decodeForForwarding(block);
      steps.push(["decode", hex(block)]);
      results.push(toPeer(fields));
    } catch (error) {
      assert(error instanceof HpackError, String(error));
      if (LENIENT.has(error.reason)) break;
      steps.push(["decode", hex(block)]);
      results.push(null);
      break;
    }
  }
  return { steps, results };
}

function many<T>(make: () => T): T[] {
  return Array.from({ length: SESSIONS }, make);
}

function check(
  peer: Peer,
  promise: string,
  run: (random: RandomHeaders) => Promise<void>,
): void {
  const reason = peer.missing && ` (skipped: ${peer.missing})`;
  if (reason) console.log(`${promise}${reason}`);
  Deno.test({
    name: promise + (reason ?? ""),
    ignore: reason !== undefined,
    fn: withHeaders(run),
  });
}

function checkPeer(peer: Peer, quirks: Quirks): void {
  check(peer, `${peer.name} decodes what we encode`, async (random) => {
    const sessions = many(() => encodingSession(random, quirks));
    const answers = await peer.run(sessions.map(({ steps }) => steps));
    sessions.forEach(({ lists }, i) =>
      assertEquals(answers[i], lists.map(expected))
    );
  });

  check(peer, `we decode what ${peer.name} encodes`, async (random) => {
    const sessions = many(() => decodingSession(random, quirks));
    const answers = await peer.run(sessions.map(({ steps }) => steps));
    sessions.forEach(({ steps, lists }, i) => {
      const decoder = new HpackDecoder();
      let block = 0;
      for (const step of steps) {
        if (step[0] === "size") {
          decoder.setMaxTableSize(step[1]);
          continue;
        }
        const received = octets(answers[i][block] as string);
        const list = lists[block++];
        const fields = decoder.decodeForForwarding(received);
        assertEquals(plain(fields), plain(list));
        if (!quirks.indexesSensitive) {
          assertEquals(toPeer(fields), toPeer(list));
        }
      }
    });
  });

  check(
    peer,
    `we and ${peer.name} agree on blocks with octets changed`,
    async (random) => {
      const sessions = Array.from(
        { length: 10 * SESSIONS },
        () => brokenSession(random),
      );
      const answers = await peer.run(sessions.map(({ steps }) => steps));
      sessions.forEach(({ steps, results }, i) => {
        assertEquals(answers[i], results, JSON.stringify(steps));
      });
      assert(answers.flat().includes(null));
    },
  );
}

// Its decoder refuses a second update while the table holds an entry.
checkPeer(await goPeer(), {
  updatesTaken: "through zero",
  updatesGiven: "any",
  indexesSensitive: false,
});
// Its encoder announces each size in turn, also those above the last limit.
checkPeer(await pythonPeer(), {
  updatesTaken: "any",
  updatesGiven: "one",
  indexesSensitive: true,
});
