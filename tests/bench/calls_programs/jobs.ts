/**
 * What the programs of `calls.ts` and `peers.ts` are asked, and what they
 * answer: a line of JSON each.
 *
 * @module
 */

/** Calls `Unary` again and again. */
export interface UnaryJob {
  readonly kind: "unary";
  /** Calls that run at once. */
  readonly concurrency: number;
  /** How long, in milliseconds. */
  readonly milliseconds: number;
  /** Octets of each request and response; 32 unless told otherwise. */
  readonly size?: number;
  /** Fields of metadata of each request; none unless told otherwise. */
  readonly metadata?: number;
}

/** Begins many calls of `Unary`, with 32 octets, in one turn. */
export interface BurstJob {
  readonly kind: "burst";
  /** How many. */
  readonly calls: number;
}

/** Opens a connection for a call of `Unary` and closes it, again and again. */
export interface ConnectJob {
  readonly kind: "connect";
  /** How long, in milliseconds. */
  readonly milliseconds: number;
}

/** Sends a message on one stream of `Bidi` and awaits it back, again and again. */
export interface BidiJob {
  readonly kind: "bidi";
  /** How long, in milliseconds. */
  readonly milliseconds: number;
  /** Octets of each message. */
  readonly size: number;
}

/** Sends or receives streams of messages, as fast as they go. */
export interface StreamJob {
  readonly kind: "download" | "upload";
  /** Messages of each stream. */
  readonly messages: number;
  /** Octets of each. */
  readonly size: number;
  /** Streams that run at once; one unless told otherwise. */
  readonly streams?: number;
}

/** What a client is asked. */
export type Job = UnaryJob | BurstJob | ConnectJob | BidiJob | StreamJob;

/** What a client answers. */
export interface Result {
  /** Calls, connections, or messages of all streams. */
  readonly count: number;
  /** Milliseconds that all of them took. */
  readonly milliseconds: number;
  /** The median of the latencies, in microseconds; 0 for a stream. */
  readonly p50: number;
  /** What 99 of 100 latencies are below, in microseconds; 0 for a stream. */
  readonly p99: number;
  /** What 999 of 1000 latencies are below, in microseconds; 0 for a stream. */
  readonly p999: number;
}

/** The files of a server's certificate and its key, in PEM. */
export interface ServerFiles {
  readonly certificate: string;
  readonly key: string;
}

/** The paths of the service, which takes octets as they are. */
export const PATHS = {
  unary: "/echo.Echo/Unary",
  download: "/echo.Echo/Download",
  upload: "/echo.Echo/Upload",
  bidi: "/echo.Echo/Bidi",
} as const;

/** Octets of a unary request and response, where a job does not tell. */
export const UNARY_LENGTH = 32;

/** The metadata of a job, as names and values. */
export function metadataOf(fields: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: fields }, (_, i) => [`x-field-${i}`, `value-${i}`]),
  );
}

/** The request of `Download`: how many messages of how many octets. */
export function encodeDownload({ messages, size }: StreamJob): Uint8Array {
  const request = new Uint8Array(8);
  const view = new DataView(request.buffer);
  view.setUint32(0, messages);
  view.setUint32(4, size);
  return request;
}

/** Reads the request of `Download`. */
export function decodeDownload(
  request: Uint8Array,
): { messages: number; size: number } {
  const view = new DataView(request.buffer, request.byteOffset);
  return { messages: view.getUint32(0), size: view.getUint32(4) };
}
