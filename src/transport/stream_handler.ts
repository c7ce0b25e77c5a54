import { ErrorCode } from "../frames/mod.ts";
import type { Session, StreamEvent } from "../session/mod.ts";

/**
 * Takes what happens on the streams of a session, and answers. The last events
 * of a connection come when its session has closed, which takes no answers.
 *
 * What it throws is reported as an uncaught error, and the stream is reset
 * with INTERNAL_ERROR.
 */
export type StreamHandler = (
  event: StreamEvent,
  session: Session,
  now: number,
) => void;

/**
 * A trailers-only response with `grpc-status: 12`, UNIMPLEMENTED, as an HPACK
 * block without reference to any table state (RFC 7541): `:status: 200`,
 * `content-type: application/grpc`, `grpc-status: 12`.
 */
const UNIMPLEMENTED: Uint8Array = Uint8Array.from([
  0x88,
  ...[0x0f, 0x10, 16, ...octets("application/grpc")],
  ...[0x00, 11, ...octets("grpc-status"), 2, ...octets("12")],
]);

/**
 * Answers every request with UNIMPLEMENTED: a connection that serves no
 * method is still a good peer.
 */
export const unimplemented: StreamHandler = (event, session, now) => {
  if (event.type === "data") {
    session.consumed(event.streamId, event.data.length, now);
  }
  if (event.type !== "headers" || !event.opens) return;
  const { streamId, endStream } = event;
  if (!session.canSend(streamId)) return;
  session.sendHeaders(streamId, UNIMPLEMENTED, true, now);
  if (!endStream) session.resetStream(streamId, ErrorCode.NO_ERROR, now);
};

function octets(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
