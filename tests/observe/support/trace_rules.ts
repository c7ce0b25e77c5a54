import { assert, assertEquals } from "@std/assert";

/** An event of a trace. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  readonly s?: string;
  readonly args?: Record<string, unknown>;
}

/**
 * Checks a file against "Trace Event Format": what each phase must have, that
 * the spans of a thread lie in each other, and that what begins ends.
 */
export function checkTrace(file: string): TraceEvent[] {
  const { traceEvents, displayTimeUnit } = JSON.parse(file);
  assertEquals(displayTimeUnit, "ms");
  const open = new Map<string, number>();
  for (const event of traceEvents as TraceEvent[]) {
    checkEvent(event);
    const key = `${event.cat} ${event.id}`;
    if (event.ph === "b") {
      assert(!open.has(key), `${key} begins twice`);
      open.set(key, event.ts);
    }
    if (event.ph === "e") {
      assert(event.ts >= open.get(key)!, `${key} ends before it begins`);
      open.delete(key);
    }
  }
  assertEquals([...open.keys()], [], "what begins ends");
  checkNesting(traceEvents);
  return traceEvents;
}

function checkEvent(event: TraceEvent): void {
  const { name, ph, pid, tid, ts, dur, cat, id, s, args } = event;
  assert(typeof name === "string" && name !== "", "a name");
  assert(Number.isInteger(pid) && Number.isInteger(tid), "pid and tid");
  if (ph === "M") {
    assert(["process_name", "thread_name"].includes(name), name);
    return assertEquals(typeof args?.name, "string");
  }
  assert(Number.isFinite(ts) && ts >= 0, `${name} has a time`);
  switch (ph) {
    case "X":
      return assert(
        Number.isFinite(dur) && dur! >= 0,
        "a complete event lasts",
      );
    case "i":
      return assert(["g", "p", "t"].includes(s!), "an instant has a scope");
    case "C":
      return assert(Object.values(args!).every(Number.isFinite), "numbers");
    case "b":
    case "e":
      return assert(typeof cat === "string" && typeof id === "string");
    default:
      assert(false, `an unknown phase: ${ph}`);
  }
}

function checkNesting(events: readonly TraceEvent[]): void {
  const threads = Map.groupBy(
    events.filter(({ ph }) => ph === "X"),
    ({ pid, tid }) => `${pid}/${tid}`,
  );
  for (const spans of threads.values()) {
    let end = -Infinity;
    for (const { ts, dur } of spans.toSorted((a, b) => a.ts - b.ts)) {
      assert(ts >= end - 0.001, "states follow each other");
      end = ts + dur!;
    }
  }
}
