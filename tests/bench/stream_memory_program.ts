/**
 * The server and the client of `stream_memory.ts`: one stream a job, whose
 * consumer sleeps.
 *
 * @module
 */
import { delay } from "@std/async";
import { Channel, implement, type MethodDefinition, serve } from "../../mod.ts";
import { run } from "./calls_programs/program.ts";

/** One stream. */
export interface StreamJob {
  /** The kind of the stream, and so who sends. */
  readonly kind: "download" | "upload" | "both";
  /** Who sleeps. */
  readonly slow: "client" | "server";
  /** Messages of the stream. */
  readonly messages: number;
  /** Octets of each. */
  readonly size: number;
  /** Messages that the consumer takes between two sleeps. */
  readonly between: number;
}

/** Milliseconds between two collections of garbage. */
const COLLECTION_INTERVAL = 100;

/** Milliseconds of each sleep. */
const SLEEP = 10;

function method<Up extends boolean, Down extends boolean>(
  name: string,
  requestStream: Up,
  responseStream: Down,
) {
  const raw = (octets: Uint8Array) => octets;
  return {
    path: `/bench.Streams/${name}`,
    requestStream,
    responseStream,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  } satisfies MethodDefinition<Uint8Array, Uint8Array>;
}

const Streams = {
  download: method("Download", false, true),
  upload: method("Upload", true, false),
  both: method("Both", true, true),
};

function start(): Promise<number> {
  const streams = implement(Streams, {
    download: (request) => messagesOf(decode(request)),
    async upload(requests, { metadata }) {
      const job = JSON.parse(String(metadata.get("job")));
      return encode({ octets: await consume(requests, job, "server") });
    },
    async *both(requests, { metadata }) {
      const job = JSON.parse(String(metadata.get("job")));
      yield* paced(requests, job, "server");
    },
  });
  const server = serve({ hostname: "127.0.0.1", port: 0 }, [streams]);
  return Promise.resolve((server.addr as Deno.NetAddr).port);
}

function connect(target: string): (job: StreamJob) => Promise<number> {
  const channel = new Channel(target);
  return async (job) => {
    const octets = await transfer(channel, job);
    const expected = job.messages * job.size;
    if (octets !== expected) {
      throw new Error(`Expected ${expected} octets, received ${octets}`);
    }
    return octets;
  };
}

async function transfer(channel: Channel, job: StreamJob): Promise<number> {
  const options = { metadata: { job: JSON.stringify(job) } };
  switch (job.kind) {
    case "download":
      return await consume(
        channel.serverStreaming(Streams.download, encode(job)),
        job,
        "client",
      );
    case "upload": {
      const response = await channel.clientStreaming(
        Streams.upload,
        messagesOf(job),
        options,
      );
      return decode<{ octets: number }>(response).octets;
    }
    case "both":
      return await consume(
        channel.bidiStreaming(Streams.both, messagesOf(job), options),
        job,
        "client",
      );
  }
}

/** Fresh messages, as serializers make them. */
function* messagesOf({ messages, size }: StreamJob): Generator<Uint8Array> {
  for (let i = 0; i < messages; i++) yield new Uint8Array(size).fill(i);
}

async function consume(
  messages: AsyncIterable<Uint8Array>,
  job: StreamJob,
  role: StreamJob["slow"],
): Promise<number> {
  let octets = 0;
  for await (const message of paced(messages, job, role)) {
    octets += message.length;
  }
  return octets;
}

/** The messages, with sleeps between them if it is this end that is slow. */
async function* paced(
  messages: AsyncIterable<Uint8Array>,
  { slow, between }: StreamJob,
  role: StreamJob["slow"],
): AsyncGenerator<Uint8Array> {
  let taken = 0;
  for await (const message of messages) {
    if (slow === role && ++taken % between === 0) await delay(SLEEP);
    yield message;
  }
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode<T = StreamJob>(octets: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(octets));
}

/** What is sampled from outside is to be held, not garbage. */
function collectGarbage(): void {
  (globalThis as unknown as { gc?(): void }).gc?.();
}

if (import.meta.main) {
  Deno.unrefTimer(setInterval(collectGarbage, COLLECTION_INTERVAL));
  await run(start, connect);
}
