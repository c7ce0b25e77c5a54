/**
 * A pair of processes that may fail at a job, and is there for the next.
 *
 * @module
 */
import { type Measured, Pair, type TlsFiles } from "../calls_process.ts";
import type { Job } from "../calls_programs/jobs.ts";
import type { Command } from "../calls_stacks.ts";

/** Milliseconds that a job may take. */
const PATIENCE = 30_000;

/** A server and a client to measure. */
export interface Programs {
  readonly name: string;
  readonly server: Command;
  readonly client: Command;
  /** The jobs that it cannot do are left out. */
  readonly can?: (job: Job) => boolean;
}

/** Two processes, which are started anew after a failure. */
export class Runner implements AsyncDisposable {
  /** Who is measured. */
  readonly programs: Programs;
  readonly #tls: TlsFiles | undefined;
  #pair: Pair | undefined;
  #failure: string | undefined;

  /** They start with the first job. */
  constructor(programs: Programs, tls?: TlsFiles) {
    this.programs = programs;
    this.#tls = tls;
  }

  /** Why the job was given up, if it was. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether it can do a job; forgets a former failure. */
  begin(job: Job): boolean {
    this.#failure = undefined;
    return this.programs.can?.(job) ?? true;
  }

  /** Does a job; nothing if it has failed at it before, or does so now. */
  async measure(job: Job): Promise<Measured | undefined> {
    if (this.#failure !== undefined) return undefined;
    const { server, client } = this.programs;
    try {
      this.#pair ??= await Pair.start(server, client, this.#tls);
      return await this.#pair.measure(job, PATIENCE);
    } catch (error) {
      this.#failure = (error as Error).message;
      await this[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pair?.[Symbol.asyncDispose]();
    this.#pair = undefined;
  }
}
