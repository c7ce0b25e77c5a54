/**
 * The load of a client program, on Deno and on Node: calls at a steady rate,
 * whatever becomes of the ones before.
 *
 * @module
 */
import process from "node:process";
import {
  type CallRecord,
  type ClientLine,
  type ClientSettings,
  type Failure,
  type Kind,
  KINDS,
  LATENESS,
  now,
} from "./records.ts";

/** Messages of a stream. */
export const MESSAGES = 3;

/** Milliseconds between two messages of a stream. */
export const PAUSE = 20;

/** What is sent. */
export const PAYLOAD: Uint8Array<ArrayBuffer> = new Uint8Array(32).fill(7);

/** What a stack does for the load. */
export interface Caller {
  /**
   * Makes a call of a kind.
   *
   * @throws If it fails, or answers wrongly.
   */
  call(kind: Kind, deadline: number): Promise<void>;
  /** Tells how it failed. */
  explain(error: unknown): Failure;
}

/** Milliseconds between two looks at what is due. */
const TICK = 5;

const OK: Failure = { code: 0, details: "", reason: null };

/** The settings that the program was given. */
export function settingsOfProgram(): ClientSettings {
  return JSON.parse(process.argv.at(-1)!);
}

/** Prints a line. */
export function print(line: ClientLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Prints an event. */
export function printEvent(event: string, text: string): void {
  print({ type: "event", at: now(), event, text });
}

/** Throws if a response, or their number, is wrong. */
export function requireEcho(received: readonly Uint8Array[], count: number) {
  const isEcho = received.length === count &&
    received.every((each) =>
      each.length === PAYLOAD.length && each[0] === PAYLOAD[0]
    );
  if (isEcho) return;
  throw new Error(`Received ${received.length} responses, expected ${count}`);
}

/** Makes calls until the input ends, reports them all, and ends the program. */
export async function runLoad(
  settings: ClientSettings,
  caller: Caller,
): Promise<void> {
  const load = new Load(settings, caller);
  await inputEnd();
  await load.finish();
  process.exit();
}

async function inputEnd(): Promise<void> {
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once("end", resolve));
}

class Load {
  readonly #settings: ClientSettings;
  readonly #caller: Caller;
  readonly #open = new Map<object, CallRecord>();
  readonly #start = now();
  readonly #ticks: ReturnType<typeof setInterval>;
  readonly #reports: ReturnType<typeof setInterval>;
  #ended: CallRecord[] = [];
  #made = 0;
  #lastTick = now();
  #longestPause = 0;
  #isStopped = false;

  constructor(settings: ClientSettings, caller: Caller) {
    this.#settings = settings;
    this.#caller = caller;
    this.#ticks = setInterval(() => this.#tick(), TICK);
    this.#reports = setInterval(() => this.#report(), 500);
  }

  /** Stops, and waits for as long as a call may take. */
  async finish(): Promise<void> {
    const stoppedAt = now();
    this.#isStopped = true;
    const last = stoppedAt + this.#settings.deadline + LATENESS;
    while (this.#open.size > 0 && now() < last) {
      await new Promise((resolve) => setTimeout(resolve, TICK));
    }
    clearInterval(this.#ticks);
    clearInterval(this.#reports);
    this.#ended.push(...this.#open.values());
    this.#report();
    const longestPause = this.#longestPause;
    print({ type: "done", stoppedAt, longestPause });
  }

  /** Makes the calls that are due; the kinds take turns. */
  #tick(): void {
    const at = now();
    this.#longestPause = Math.max(this.#longestPause, at - this.#lastTick);
    this.#lastTick = at;
    if (this.#isStopped) return;
    const due = (at - this.#start) * this.#settings.rate * KINDS.length / 1_000;
    while (this.#made < due) this.#call(KINDS[this.#made++ % KINDS.length]);
  }

  async #call(kind: Kind): Promise<void> {
    const startedAt = now();
    const record = { kind, startedAt, endedAt: null, ...OK };
    this.#open.set(record, record);
    let outcome = OK;
    try {
      await this.#caller.call(kind, this.#settings.deadline);
    } catch (error) {
      outcome = this.#caller.explain(error);
    }
    if (!this.#open.delete(record)) return;
    this.#ended.push({ ...record, ...outcome, endedAt: now() });
  }

  #report(): void {
    if (this.#ended.length === 0) return;
    print({ type: "calls", calls: this.#ended });
    this.#ended = [];
  }
}
