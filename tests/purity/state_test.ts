import { assert, assertEquals } from "@std/assert";
import { folderOf, modules, PURE_FOLDERS, read } from "./source.ts";

/** Why something may be there for the whole process and change. */
type Why =
  /** It never changes after it was made, but no type says so. */
  | "constant"
  /** Taken and given back in one call: its module awaits nothing. */
  | "borrowed"
  /** Nobody's as long as it lies there, and one's own from then on. */
  | "spare"
  /** Read by nobody: there so that the engine does not leave out what it is. */
  | "unread"
  /** What it knows of an object ends with the object. */
  | "weak"
  /** Counts for all connections together, or for a whole run of tests. */
  | "counter";

/** What the pure folders and `grpc` have for the whole process. */
const STATE: Readonly<Record<string, Why>> = {
  "collections/fifo.ts NONE": "constant",
  "collections/no_octets.ts NO_OCTETS": "constant",
  "collections/stream_map.ts NO_IDS": "constant",
  "collections/stream_map.ts NO_VALUES": "constant",
  "connection/headers/field_rules.ts STRIPPED": "weak",
  "connection/headers/known_lists.ts NONE": "constant",
  "connection/ping_exchange.ts PAYLOAD": "borrowed",
  "connection/settings_exchange.ts ALIKE": "weak",
  "connection/streams/stream_events.ts dataEvents": "spare",
  "connection/streams/stream_events.ts endedEvents": "spare",
  "connection/streams/stream_events.ts headersEvents": "spare",
  "connection/streams/stream_spares.ts spares": "spare",
  "frames/frame_reader.ts RAW": "borrowed",
  "frames/frame_reader.ts spare": "spare",
  "frames/frame_writer.ts largeSpares": "spare",
  "frames/frame_writer.ts spares": "spare",
  "frames/held_frame.ts spare": "spare",
  "frames/short_data.ts spares": "spare",
  "grpc/grpc_error.ts recordings": "weak",
  "grpc/messages/call_ledger.ts UNLIMITED": "counter",
  "grpc/messages/compression.ts unfoldedInTurn": "counter",
  "grpc/messages/compression.ts pausing": "counter",
  "grpc/messages/compression.ts unfoldedMessages": "weak",
  "grpc/messages/copy_of.ts slab": "borrowed",
  "grpc/messages/copy_of.ts slabUsed": "borrowed",
  "grpc/messages/copy_of.ts source": "borrowed",
  "grpc/messages/framed_copies.ts spare": "spare",
  "grpc/messages/framing.ts COPY": "borrowed",
  "grpc/messages/framing.ts slab": "borrowed",
  "grpc/messages/framing.ts slabUsed": "borrowed",
  "grpc/messages/gunzip.ts zlib": "constant",
  "grpc/messages/inbox.ts MESSAGES": "counter",
  "grpc/messages/message_octets.ts last": "unread",
  "grpc/messages/uncompressed.ts marked": "weak",
  "grpc/binary_metadata.ts DECODABLE": "weak",
  "grpc/show_error.ts beingShown": "borrowed",
  "hpack/block_reader.ts keptBuffer": "borrowed",
  "hpack/encoder.ts keptBuffer": "borrowed",
  "hpack/huffman.ts LENGTHS": "constant",
  "hpack/huffman.ts machine": "constant",
  "hpack/latin1.ts shortCodes": "borrowed",
  "invariants/assert.ts isThorough": "counter",
  "invariants/assert.ts allowance": "counter",
  "keepalive/advertised_policy.ts ALIKE": "weak",
  "keepalive/client_keepalive.ts ALIKE": "weak",
  "memory/call_line.ts NO_LINE": "constant",
  "memory/large_calls.ts NO_LARGE_CALLS": "constant",
  "session/heed_policy.ts ALIKE": "weak",
};

const FOLDERS: readonly string[] = [...PURE_FOLDERS, "grpc"];

Deno.test("only what is listed is there for the whole process and can change", () => {
  const found = modules(FOLDERS).flatMap(({ path, state }) =>
    state.map((name) => `${path} ${name}`)
  );
  assertEquals(found.sort(), Object.keys(STATE).sort());
});

Deno.test("what is borrowed is given back before anybody else runs: its module awaits nothing", () => {
  const waiting = modules(FOLDERS).filter(({ waits }) => waits).map((module) =>
    module.path
  );
  for (const [name, why] of Object.entries(STATE)) {
    if (why !== "borrowed") continue;
    const [path] = name.split(" ");
    assert(FOLDERS.includes(folderOf(path)));
    assert(!waiting.includes(path), `${path} awaits something`);
  }
});

Deno.test("the scan of what can change sees variables and containers, and not what is readonly", () => {
  const { state } = read(
    "frames/ping.ts",
    `let a = 1;
    export let b: string | undefined;
    const c = new Map<string, number>();
    const d: ReadonlyMap<string, number> = new Map();
    const e: number[] = [];
    const f: readonly number[] = [];
    export const g = new Uint8Array(8);
    const h = 5, i = {};
    const j = new TextEncoder();
    const k = { a: 1 } as const;
    function own() { let l = 1; return l; }`,
  );
  assertEquals(state, ["a", "b", "c", "e", "g", "i"]);
});

Deno.test("the scan of what can change sees what a part of is written to, and static fields", () => {
  const { state } = read(
    "frames/ping.ts",
    `import { far, near } from "./far.ts";
    const a = { b: 0 }, c = { d: 0 }, e = [1], f = [1], g = makeG();
    const h: H = { i: { j: 1 } }, k = { l: 1 }, m = { n: 1 }, o = { p: 1 };
    const q = [1], r = { s: 1 };
    function change(a2: A): void {
      a.b = 1;
      c.d++;
      e[0] = 2;
      g.x ||= 1;
      h.i!.j += 1;
      delete k.l;
      Object.assign(m, { n: 2 });
      far.t = 1;
      q.push(2);
      a2.b = o.p + f[0] + near.u + q.indexOf(1);
      r.s === 1;
    }
    class V {
      static w = 1;
      static readonly x = 1;
      static readonly y = new Map();
      static #z = 1;
      own = 1;
      static method() { return V.w; }
    }`,
  );
  assertEquals(state, [
    ...["static w", "static y", "static z"],
    ...["far", "a", "c", "e", "g", "h", "k", "m", "q"],
  ]);
});
