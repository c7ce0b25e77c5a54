/**
 * Whether a PING of an idle connection costs the same, however many there are:
 * `idle.ts --flat`.
 *
 * @module
 */
import { delay } from "@std/async";
import { Field, type Rows } from "./idle_programs/field.ts";
import { Idler, type Usage } from "./idle_programs/idler.ts";
import { BARE_PEER, type IdleStack } from "./idle_programs/stacks.ts";

/** Connections of each process that is measured. */
const COUNTS = [10, 100, 1_000, 10_000];

/** Connections that come and go first, so that all code is compiled. */
const WARM_UP = 1_000;

/**
 * Milliseconds from one PING to the next are as many as connections, so that each
 * process sends a thousand in a second, and each is resolved as well.
 */
const MOST_TIME = 10_000;

/** From so many connections on, what each takes is more than what is left over. */
const MANY = 1_000;

/** Milliseconds until what is opened has come to rest. */
const REST = 5_000;

/** What processes with few and with many connections take, side by side. */
export async function compareCounts(
  stack: IdleStack,
  seconds: number,
): Promise<Rows> {
  await using field = new Field();
  const counts = new Map<string, number>();
  for (const count of [0, ...COUNTS]) {
    const name = count === 0 ? "none" : `${count} connections`;
    const flags = [...stack.flags, "--time", `${count || MOST_TIME}`];
    const pair = { server: { ...stack, flags }, client: BARE_PEER };
    counts.set(name, count);
    await field.add(name, () => Idler.start(name, "server", pair));
  }
  await field.all((idler) => idler.open(WARM_UP, 0));
  await delay(REST);
  await field.all((idler) => idler.close());
  await delay(REST);
  await field.all(async (idler) => {
    idler.noteBaseline();
    await idler.open(counts.get(idler.name)!, MOST_TIME);
  });
  await delay(MOST_TIME + REST);
  const begins = await samples(field);
  await delay(1_000 * seconds);
  fill(field, counts, begins, await samples(field));
  return field.rows;
}

interface Sample extends Usage {
  readonly pings: number;
}

async function samples(field: Field): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample>();
  await field.all(async (idler) => {
    const pings = await idler.pings();
    samples.set(idler.name, { ...idler.usage(), pings });
  });
  return samples;
}

/** What a process takes without connections is none of theirs. */
function fill(
  field: Field,
  counts: ReadonlyMap<string, number>,
  begins: ReadonlyMap<string, Sample>,
  ends: ReadonlyMap<string, Sample>,
): void {
  const cpu = (name: string) => ends.get(name)!.cpu - begins.get(name)!.cpu;
  const each = (name: string) =>
    (cpu(name) - cpu("none")) /
    (ends.get(name)!.pings - begins.get(name)!.pings);
  const last = `${COUNTS.at(-1)} connections`;
  for (const [name, { baseline }] of field.idlers) {
    const count = counts.get(name)!;
    const { anonymous, pings } = ends.get(name)!;
    field.rows[name] = {
      "CPU ms": cpu(name) / 1_000,
      PINGs: pings - begins.get(name)!.pings,
      ...(count > 0 && {
        "CPU us a PING": round(each(name)),
        "to the most": round(each(name) / each(last)),
      }),
      ...(count >= MANY &&
        { "KB each": round((anonymous - baseline) / count / 1_000) }),
    };
  }
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
