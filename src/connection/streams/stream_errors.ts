import { ConnectionError, ErrorCode, StreamError } from "../../frames/mod.ts";

/**
 * The error for a frame on a stream that the peer has ended: "an endpoint
 * that receives any additional frames […] MUST respond with a stream error of
 * type STREAM_CLOSED" (RFC 9113 section 5.1).
 */
export function streamClosed(streamId: number, frame: string): StreamError {
  return new StreamError(
    streamId,
    ErrorCode.STREAM_CLOSED,
    `Received a ${frame} frame on stream ${streamId}, which is closed`,
  );
}

/** The error for a frame on a stream that was never opened (section 5.1). */
export function streamIdle(streamId: number, frame: string): ConnectionError {
  return new ConnectionError(
    ErrorCode.PROTOCOL_ERROR,
    `Received a ${frame} frame on stream ${streamId}, which is idle`,
  );
}
