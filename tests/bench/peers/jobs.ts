/**
 * The jobs that each stack does with itself.
 *
 * @module
 */
import type { Job, StreamJob, UnaryJob } from "../calls_programs/jobs.ts";

/** Jobs that are measured together. */
export interface JobGroup {
  /** What `--jobs` calls them. */
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Whether both sides have TLS. */
  readonly tls: boolean;
  readonly jobs: Record<string, Job>;
}

const AT_ONCE = [1, 16, 64, 256];

const SIZES = { "32 B": 32, "1 KiB": 1_024, "64 KiB": 65_536 };

/** Streams that run at once. */
const STREAMS = 100;

const STREAM_NOTE =
  "Messages of one stream on one connection, as fast as flow control lets them; down is from the server. Bare sockets copy each message behind a prefix into writes of 64 KiB, and what they have read once, of which each message is a view; those of 64 KiB are octets without an end.";

/** All of them. The driver sets how long, and so how many messages. */
export const JOB_GROUPS: readonly JobGroup[] = [
  {
    id: "unary",
    title: "Unary calls of 32 octets",
    note:
      "So many callers on one connection; each waits for its answer and calls again. Bare sockets send as many octets there and back, without HTTP/2.",
    tls: false,
    jobs: unaryJobs("unary 32 B"),
  },
  {
    id: "larger",
    title: "Unary calls of 16 KiB, and with metadata",
    note:
      "The first is as large there as back; the others are of 32 octets, with ten fields of metadata in the request.",
    tls: false,
    jobs: {
      "unary 16 KiB, 16 at a time": unary(16, { size: 16_384 }),
      "ten fields of metadata, 1 at a time": unary(1, { metadata: 10 }),
      "ten fields of metadata, 64 at a time": unary(64, { metadata: 10 }),
    },
  },
  {
    id: "burst",
    title: "Thousands of calls at once",
    note:
      "Unary calls of 32 octets that all begin in one turn, on one connection; the latency is that of each from that turn on. Who takes more than two seconds does it once. The server of tonic ends a connection on which several thousand requests wait: GOAWAY with ENHANCE_YOUR_CALM, `too_many_data_frames`.",
    tls: false,
    jobs: {
      "2 000 calls at once": { kind: "burst", calls: 2_000 },
      "40 000 calls at once": { kind: "burst", calls: 40_000 },
    },
  },
  {
    id: "bidi",
    title: "A message there and back on an open stream",
    note:
      "One bidi stream on which a message waits for the answer to the one before: what one message costs that has nothing to be joined with.",
    tls: false,
    jobs: { "bidi 32 B": { kind: "bidi", size: 32, milliseconds: 0 } },
  },
  {
    id: "streams",
    title: "Streams of messages",
    note: STREAM_NOTE,
    tls: false,
    jobs: streamJobs(1),
  },
  {
    id: "many-streams",
    title: `${STREAMS} streams at once`,
    note:
      "The same jobs, with as many messages in all, on one connection: what streams cost each other.",
    tls: false,
    jobs: streamJobs(STREAMS),
  },
  {
    id: "connect",
    title: "Connect and first call",
    note:
      "A new connection, one unary call of 32 octets, the end, again, one after the other.",
    tls: false,
    jobs: { "connect and call": { kind: "connect", milliseconds: 0 } },
  },
  {
    id: "tls-unary",
    title: "Unary calls of 32 octets with TLS",
    note:
      "The same jobs as without TLS, with TLS 1.3 on both sides and a certificate made for the run.",
    tls: true,
    jobs: unaryJobs("TLS, unary 32 B"),
  },
  {
    id: "tls-streams",
    title: "Streams of messages with TLS",
    note:
      "The same jobs as without TLS; so are those of the bare sockets, which say what Deno's TLS leaves.",
    tls: true,
    jobs: streamJobs(1, "TLS, "),
  },
  {
    id: "tls-connect",
    title: "Connect and first call with TLS",
    note:
      "A new connection with its handshake and what a stack remembers of the one before, one unary call, the end, again.",
    tls: true,
    jobs: { "TLS, connect and call": { kind: "connect", milliseconds: 0 } },
  },
];

/**
 * Whether bare sockets can do a job: there is one message on its way, or one
 * stream. Their first call with TLS is no floor: it is in a write after that of
 * the handshake, and waits at either end until that is acknowledged.
 */
export function isForBareSockets(job: Job, tls: boolean): boolean {
  switch (job.kind) {
    case "connect":
      return !tls;
    case "unary":
      return job.concurrency === 1 && !job.metadata;
    case "download":
    case "upload":
      return job.streams === 1;
    default:
      return job.kind !== "burst";
  }
}

function unaryJobs(title: string): Record<string, Job> {
  return Object.fromEntries(
    AT_ONCE.map((calls) => [`${title}, ${calls} at a time`, unary(calls)]),
  );
}

function unary(concurrency: number, more: Partial<UnaryJob> = {}): Job {
  return { kind: "unary", concurrency, milliseconds: 0, ...more };
}

function streamJobs(streams: number, prefix = ""): Record<string, Job> {
  const many = streams > 1 ? `${streams} × ` : "";
  return Object.fromEntries(
    Object.entries(SIZES).flatMap(([title, size]) =>
      [["down", "download"], ["up", "upload"]].map(([way, kind]) => [
        `${prefix}${many}${title} ${way}`,
        { kind, size, messages: 0, streams } as StreamJob,
      ])
    ),
  );
}
