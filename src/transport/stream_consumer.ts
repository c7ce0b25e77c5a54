import type { CloseReason } from "../session/mod.ts";
import type { HeaderField } from "../hpack/mod.ts";
import { trailersOnly } from "./trailers_only.ts";
import type { TransportStream } from "./transport_stream.ts";

/** Takes what happens on one stream. */
export interface StreamConsumer {
  /** A field section of the peer arrived. */
  onHeaders(headers: readonly HeaderField[], endStream: boolean): void;
  /** Data of the peer arrived: a view that is valid during the call. */
  onData(data: Uint8Array, endStream: boolean): void;
  /** Less data waits than fills a frame, or none: more of it may follow. */
  onWritable(): void;
  /** Both ends have ended the stream, and nothing waits any more. */
  onEnded?(): void;
  /**
   * The stream was reset. `unprocessed` if the peer has promised not to have
   * acted on it; `reason` if this end has refused what the peer sent.
   */
  onReset(
    code: number,
    by: "local" | "peer",
    unprocessed: boolean,
    reason?: string,
  ): void;
  /** The connection ended, and the stream with it. */
  onClosed(reason: CloseReason): void;
}

/**
 * Answers every request with a trailers-only UNIMPLEMENTED: a connection that
 * serves no method is still a good peer.
 */
export function unimplemented(stream: TransportStream): undefined {
  const response = trailersOnly(12, "this server serves no methods");
  stream.sendHeaders(response, true);
  return undefined;
}
