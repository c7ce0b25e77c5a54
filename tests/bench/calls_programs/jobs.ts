/**
 * What the programs of `calls.ts` are asked, and what they answer: a line of
 * JSON each.
 *
 * @module
 */

/** Calls `Unary` with 32 octets, again and again. */
export interface UnaryJob {
  readonly kind: "unary";
  /** Calls that run at once. */
  readonly concurrency: number;
  /** How long, in milliseconds. */
  readonly milliseconds: number;
}

/** Sends or receives a stream of messages, as fast as it goes. */
export interface StreamJob {
  readonly kind: "download" | "upload";
  /** Messages of the stream. */
  readonly messages: number;
  /** Octets of each. */
  readonly size: number;
}

/** What a client is asked. */
export type Job = UnaryJob | StreamJob;

/** What a client answers. */
export interface Result {
  /** Calls, or messages of the stream. */
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

/** The paths of the service, which takes octets as they are. */
export const PATHS = {
  unary: "/echo.Echo/Unary",
  download: "/echo.Echo/Download",
  upload: "/echo.Echo/Upload",
} as const;

/** Octets of each unary request and response. */
export const UNARY_LENGTH = 32;

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
