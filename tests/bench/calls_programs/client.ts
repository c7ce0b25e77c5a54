/**
 * The jobs of `jobs.ts`, for the clients in TypeScript.
 *
 * @module
 */
import {
  type BidiJob,
  type BurstJob,
  type ConnectJob,
  type Job,
  metadataOf,
  type Result,
  type StreamJob,
  UNARY_LENGTH,
  type UnaryJob,
} from "./jobs.ts";

/** A unary call, as often as it is wanted; resolves to the octets of the response. */
export type Call = () => Promise<number>;

/** What a stack does for a client. */
export interface Client {
  /** Makes what is the same for all calls of a job. */
  unary(size: number, metadata: Record<string, string>): Call;
  /** Receives a stream to its end; resolves to its octets. */
  download(job: StreamJob): Promise<number>;
  /** Sends a stream and awaits the response. */
  upload(job: StreamJob): Promise<unknown>;
  /** Opens a stream that answers each message with itself. */
  bidi(size: number): Exchange;
  /** Closes its connection. */
  close(): void;
}

/** A stream that waits for each answer. */
export interface Exchange {
  /** Sends a message; resolves to the octets of the answer. */
  send(): Promise<number>;
  /** Ends the stream. */
  end(): void;
}

/** A message whenever it is asked for, for stacks that take iterables. */
export class Repeater<T> {
  readonly #message: T;
  #asked: Promise<boolean>;
  #answer!: (more: boolean) => void;

  /** Nothing is asked for yet. */
  constructor(message: T) {
    this.#message = message;
    this.#asked = this.#next();
  }

  /** Has the message sent once more, or ends the stream. */
  ask(more: boolean): void {
    this.#answer(more);
  }

  /** What to send. */
  async *messages(): AsyncGenerator<T> {
    while (await this.#asked) {
      this.#asked = this.#next();
      yield this.#message;
    }
  }

  /** Node 20 has no `Promise.withResolvers`. */
  #next(): Promise<boolean> {
    return new Promise((resolve) => this.#answer = resolve);
  }
}

/** Does jobs with the client of a stack. */
export function worker(connect: () => Client): (job: Job) => Promise<Result> {
  const client = connect();
  return async (job) => {
    switch (job.kind) {
      case "unary":
        return await callAgain(client, job);
      case "burst":
        return await callAtOnce(client, job);
      case "connect":
        return await connectAgain(connect, job);
      case "bidi":
        return await sendAndWait(client, job);
      default:
        return await transfer(client, job);
    }
  };
}

async function callAgain(client: Client, job: UnaryJob): Promise<Result> {
  const { concurrency, milliseconds, size = UNARY_LENGTH } = job;
  const call = client.unary(size, metadataOf(job.metadata ?? 0));
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  const caller = async () => {
    for (let at = performance.now(); at < end;) {
      check(await call(), size);
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return resultOf(start, latencies);
}

async function callAtOnce(client: Client, job: BurstJob): Promise<Result> {
  const call = client.unary(UNARY_LENGTH, {});
  const latencies: number[] = [];
  const start = performance.now();
  const caller = async () => {
    check(await call(), UNARY_LENGTH);
    latencies.push(performance.now() - start);
  };
  await Promise.all(Array.from({ length: job.calls }, caller));
  return resultOf(start, latencies);
}

async function connectAgain(
  connect: () => Client,
  { milliseconds }: ConnectJob,
): Promise<Result> {
  const latencies: number[] = [];
  const start = performance.now();
  do {
    const at = performance.now();
    const client = connect();
    check(await client.unary(UNARY_LENGTH, {})(), UNARY_LENGTH);
    latencies.push(performance.now() - at);
    client.close();
  } while (performance.now() < start + milliseconds);
  return resultOf(start, latencies);
}

async function sendAndWait(client: Client, job: BidiJob): Promise<Result> {
  const exchange = client.bidi(job.size);
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + job.milliseconds;
  for (let at = start; at < end;) {
    check(await exchange.send(), job.size);
    const now = performance.now();
    latencies.push(now - at);
    at = now;
  }
  exchange.end();
  return resultOf(start, latencies);
}

async function transfer(client: Client, job: StreamJob): Promise<Result> {
  const { messages, size, streams = 1 } = job;
  const start = performance.now();
  const one = async () => {
    if (job.kind === "upload") await client.upload(job);
    else check(await client.download(job), messages * size);
  };
  await Promise.all(Array.from({ length: streams }, one));
  const milliseconds = performance.now() - start;
  return { count: messages * streams, milliseconds, p50: 0, p99: 0, p999: 0 };
}

function check(octets: number, expected: number): void {
  if (octets === expected) return;
  throw new Error(`Received ${octets} octets of ${expected}`);
}

/** What began at `start`, with its latencies in milliseconds. */
function resultOf(start: number, latencies: number[]): Result {
  const milliseconds = performance.now() - start;
  const sorted = Float64Array.from(latencies).sort();
  const at = (quantile: number) =>
    sorted[Math.floor(sorted.length * quantile)] * 1_000;
  return {
    count: sorted.length,
    milliseconds,
    p50: at(.5),
    p99: at(.99),
    p999: at(.999),
  };
}
