/**
 * What Perfetto does with a file of Chrome's trace events: each rule of its importer
 * by which an event, or the file, is refused, changed or moved. They are those of
 * `src/trace_processor` at commit ec5d16b1 (22 August 2026): `importers/json` for
 * the events, `util/json_parser.h` for the text, and `importers/common`
 * (`slice_tracker`, `process_tracker`) for what becomes of them.
 *
 * @module
 * @see https://github.com/google/perfetto/tree/ec5d16b1/src/trace_processor/importers/json
 */

/** An event, of which nothing is known. */
type Event = Readonly<Record<string, unknown>>;

/** A span of a thread's track, in nanoseconds. */
interface Slice {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What it has read. */
export interface Imported {
  /** What it counts as an error, by the name of its statistic, with the event. */
  readonly problems: readonly string[];
  /** Spans on the tracks of threads. */
  readonly slices: number;
  /** Spans on tracks of their own. */
  readonly asyncSlices: number;
  readonly instants: number;
  readonly counters: readonly string[];
  /** Names of processes and threads, by their numbers. */
  readonly names: Readonly<Record<string, string>>;
}

/** Keys and texts with `\u` and a half of a surrogate pair end the import. */
const SURROGATE = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/;

/** Imports a file as Perfetto does. Throws where that reads no further. */
export function importTrace(file: string): Imported {
  if (!/^\s*\{/.test(file)) throw new Error("no outer dictionary");
  if (SURROGATE.test(file)) throw new Error("reserved for surrogate pairs");
  const { traceEvents, displayTimeUnit, ...others } = JSON.parse(file);
  if (!Array.isArray(traceEvents)) throw new Error("traceEvents is no array");
  if (typeof displayTimeUnit !== "string") throw new Error("displayTimeUnit");
  if (Object.keys(others).length > 0) throw new Error("a key that is skipped");
  const importer = new Importer();
  const read = traceEvents.flatMap((event) => importer.tokenize(event));
  // Its sorter is stable.
  for (const event of read.toSorted((a, b) => a.ts - b.ts)) {
    importer.parse(event);
  }
  return importer.end();
}

/** An event whose numbers are read. */
interface Token {
  readonly event: Event;
  readonly phase: string;
  readonly name: string;
  /** Nanoseconds. */
  readonly ts: number;
  readonly dur: number | undefined;
  readonly pid: number;
  readonly tid: number;
  /** `cat` and `id` together. */
  readonly cookie: string | undefined;
}

class Importer {
  readonly #problems: string[] = [];
  readonly #stacks = new Map<string, Slice[]>();
  readonly #open = new Map<string, { name: string; cat: unknown }[]>();
  readonly #counters = new Set<string>();
  readonly #names: Record<string, string> = {};
  #slices = 0;
  #asyncSlices = 0;
  #instants = 0;

  tokenize(event: Event): Token[] {
    const phase = String(event.ph ?? "")[0];
    if (phase === undefined) return this.#fail("json_tokenizer_failure", event);
    const ts = nanoseconds(event.ts) ?? (phase === "M" ? 0 : undefined);
    const dur = nanoseconds(event.dur);
    const isBad = ts === undefined ||
      (event.dur !== undefined && dur === undefined);
    if (isBad) return this.#fail("json_tokenizer_failure", event);
    const pid = numberOf(event.pid), tid = numberOf(event.tid);
    if (pid !== event.pid || tid !== event.tid) {
      return this.#fail("a number that is taken for 0", event);
    }
    const { id, cat } = event;
    const hasId = typeof id === "string" || Number.isInteger(id);
    const cookie = hasId ? JSON.stringify([cat, id]) : undefined;
    const name = typeof event.name === "string" ? event.name : "[No name]";
    // A thread without a number has that of its process.
    const thread = tid === 0 ? pid : tid;
    return [{ event, phase, name, ts, dur, pid, tid: thread, cookie }];
  }

  parse(token: Token): void {
    switch (token.phase) {
      case "X":
        return this.#complete(token);
      case "b":
      case "e":
        return this.#async(token);
      case "C":
        return this.#counter(token);
      case "i":
        return this.#instant(token);
      case "M":
        return this.#metadata(token);
      default:
        this.#fail("a phase that is left out", token.event);
    }
  }

  end(): Imported {
    for (const [track, open] of this.#open) {
      if (open.length > 0) this.#problems.push(`${track} has no end`);
    }
    return {
      problems: this.#problems,
      slices: this.#slices,
      asyncSlices: this.#asyncSlices,
      instants: this.#instants,
      counters: [...this.#counters],
      names: this.#names,
    };
  }

  #fail(statistic: string, event: Event): [] {
    this.#problems.push(`${statistic}: ${JSON.stringify(event)}`);
    return [];
  }

  #complete({ event, name, ts, dur, pid, tid }: Token): void {
    if (dur === undefined) return void this.#fail("json_parser_failure", event);
    const slice = { name, from: ts, to: ts + dur };
    if (!this.#nests(`${pid}/${tid}`, slice)) {
      this.#fail("slice_spill_overlapping_complete_event", event);
    }
    this.#slices++;
  }

  /** Whether a slice follows those before it, or lies in them. */
  #nests(track: string, slice: Slice): boolean {
    const stack = this.#stacks.get(track) ?? [];
    this.#stacks.set(track, stack);
    const isPoint = slice.from === slice.to;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const isPointToo = top.from === top.to && isPoint;
      const isOver = top.to < slice.from ||
        (top.to === slice.from && !isPointToo);
      if (!isOver) break;
      stack.pop();
    }
    if (stack.some(({ to }) => slice.from < to && slice.to > to)) return false;
    stack.push(slice);
    return true;
  }

  #async({ event, phase, name, cookie, pid }: Token): void {
    if (cookie === undefined) {
      return void this.#fail("json_parser_failure", event);
    }
    const { cat } = event;
    const track = JSON.stringify([name, pid, cookie]);
    const open = this.#open.get(track) ?? [];
    this.#open.set(track, open);
    if (phase === "b") {
      open.push({ name, cat });
      this.#asyncSlices++;
    } else if (open.pop() === undefined) this.#fail("an end alone", event);
  }

  #counter({ event, name }: Token): void {
    const args = Object.entries(event.args ?? {});
    if (args.length === 0) this.#fail("json_parser_failure", event);
    for (const [key, value] of args) {
      if (typeof value !== "number") this.#fail("json_parser_failure", event);
      this.#counters.add(`${name} ${key}`);
    }
  }

  #instant({ event, name, ts, pid, tid }: Token): void {
    const { s } = event;
    if (s !== "t" && s !== "p" && s !== "g" && s !== undefined) {
      return void this.#fail("json_parser_failure", event);
    }
    const track = s === "p" ? `process ${pid}` : `${pid}/${tid}`;
    if (!this.#nests(track, { name, from: ts, to: ts })) {
      this.#fail("slice_drop_overlapping_complete_event", event);
    }
    this.#instants++;
  }

  #metadata({ event, name, pid, tid }: Token): void {
    const { name: text } = (event.args ?? {}) as { name?: unknown };
    if (name !== "process_name" && name !== "thread_name") {
      return void this.#fail("metadata that is left out", event);
    }
    if (typeof text !== "string" || text === "") {
      return void this.#fail("json_parser_failure", event);
    }
    const key = name === "process_name" ? `process ${pid}` : `thread ${tid}`;
    const before = this.#names[key];
    if (before !== undefined && before !== text) {
      this.#fail(`${key} is ${before} already`, event);
    }
    this.#names[key] = text;
  }
}

/** Microseconds, as a number or as text, as nanoseconds. */
function nanoseconds(value: unknown): number | undefined {
  const number = typeof value === "string" ? JSON.parse(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  return Math.round(number * 1_000);
}

/** A number of 32 bits; others are 0. */
function numberOf(value: unknown): number {
  const number = typeof value === "number" ? Math.trunc(value) : 0;
  return number >= 0 && number < 2 ** 32 ? number : 0;
}
