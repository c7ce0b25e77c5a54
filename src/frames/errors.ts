import { errorCodeName } from "./error_code.ts";

/**
 * A violation of HTTP/2, found in what a peer sent.
 *
 * The subclass says how far it reaches: {@linkcode ConnectionError} ends the
 * connection
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-5.4.1 | RFC 9113 section 5.4.1}),
 * {@linkcode StreamError} one stream (section 5.4.2).
 */
export abstract class Http2Error extends Error {
  /** The error code to send, see `ErrorCode`. */
  readonly code: number;

  /**
   * Describes a violation.
   *
   * @param code The error code to send.
   * @param message What was received against what was expected.
   */
  constructor(code: number, message: string) {
    super(`${message} (${errorCodeName(code)})`);
    this.code = code;
  }
}

/**
 * An error after which the connection cannot go on: it is answered with
 * GOAWAY and the connection is closed (RFC 9113 section 5.4.1).
 */
export class ConnectionError extends Http2Error {
  /** The name of the class. */
  override readonly name: string = "ConnectionError";
}

/**
 * An error that concerns one stream: it is answered with RST_STREAM and the
 * connection lives on (RFC 9113 section 5.4.2).
 */
export class StreamError extends Http2Error {
  /** The name of the class. */
  override readonly name: string = "StreamError";
  /** The stream that is to be reset. */
  readonly streamId: number;

  /**
   * Describes a violation on one stream.
   *
   * @param streamId The stream that is to be reset.
   * @param code The error code to send.
   * @param message What was received against what was expected.
   */
  constructor(streamId: number, code: number, message: string) {
    super(code, message);
    this.streamId = streamId;
  }
}
