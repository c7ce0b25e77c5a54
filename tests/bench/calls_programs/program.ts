/**
 * The frame of the programs in TypeScript: a role, jobs in, results out.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import {
  type Job,
  type Result,
  type StreamJob,
  UNARY_LENGTH,
  type UnaryJob,
} from "./jobs.ts";

/** What a stack does for a client. */
export interface Client {
  /** Makes one unary call; resolves to the octets of the response. */
  unary(): Promise<number>;
  /** Receives a stream to its end; resolves to its octets. */
  download(job: StreamJob): Promise<number>;
  /** Sends a stream and awaits the response. */
  upload(job: StreamJob): Promise<unknown>;
}

/**
 * Runs the role that the command line asks for.
 *
 * @param serve Starts a server and answers with its port.
 * @param connect Makes a client, which answers jobs with results.
 */
export async function run<Job, Result>(
  serve: () => Promise<number>,
  connect: (target: string) => (job: Job) => Promise<Result>,
): Promise<void> {
  const [role, target] = process.argv.slice(2);
  if (role === "server") return answer({ port: await serve() });
  const work = connect(target);
  for await (const line of createInterface({ input: process.stdin })) {
    answer(await work(JSON.parse(line)));
  }
  process.exit();
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Does a job with the client of a stack. */
export async function work(client: Client, job: Job): Promise<Result> {
  if (job.kind === "unary") return await callAgain(client, job);
  const start = performance.now();
  if (job.kind === "upload") await client.upload(job);
  else {
    const received = await client.download(job);
    if (received !== job.messages * job.size) {
      throw new Error(`Received ${received} octets of ${JSON.stringify(job)}`);
    }
  }
  const milliseconds = performance.now() - start;
  return { count: job.messages, milliseconds, p50: 0, p99: 0, p999: 0 };
}

async function callAgain(
  client: Client,
  { concurrency, milliseconds }: UnaryJob,
): Promise<Result> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  const caller = async () => {
    for (let at = performance.now(); at < end;) {
      const octets = await client.unary();
      if (octets !== UNARY_LENGTH) throw new Error(`Received ${octets} octets`);
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const elapsed = performance.now() - start;
  return { milliseconds: elapsed, ...percentiles(latencies) };
}

/** The percentiles, in microseconds, of latencies in milliseconds. */
function percentiles(latencies: number[]): Omit<Result, "milliseconds"> {
  const sorted = Float64Array.from(latencies).sort();
  const at = (quantile: number) =>
    sorted[Math.floor(sorted.length * quantile)] * 1_000;
  return { count: sorted.length, p50: at(.5), p99: at(.99), p999: at(.999) };
}
