import { ConnectionError, ErrorCode, FrameWriter } from "../frames/mod.ts";

/**
 * Replies that may wait to be written: PING and SETTINGS acknowledgements,
 * WINDOW_UPDATE, RST_STREAM. A peer that causes more and does not read them
 * wants this end's memory (CVE-2019-9512, CVE-2019-9515).
 */
export const MAX_QUEUED_REPLIES = 10_000;

/**
 * Octets that may wait to be written while the peer has further requests
 * accepted. Data waits elsewhere and is bounded by the windows; what waits here
 * are header blocks, such as the responses to requests of a peer that reads
 * none of them.
 */
export const MAX_QUEUED_OCTETS = 4_194_304;

/** The octets that this end has to send, and what they are. */
export class Output extends FrameWriter {
  #replies = 0;
  #messages = 0;
  #frames = 0;

  /** HEADERS and DATA frames written so far. */
  get messages(): number {
    return this.#messages;
  }

  /** Frames written so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Accounts for a frame that this end sends of its own accord. */
  command(): void {
    this.#frames++;
  }

  /** Accounts for a HEADERS or DATA frame. */
  message(): void {
    this.#frames++;
    this.#messages++;
  }

  /** The last message answers what was not looked at: it counts as none. */
  discountMessage(): void {
    this.#messages--;
  }

  /**
   * Accounts for a frame that the peer has caused.
   *
   * @throws {ConnectionError} ENHANCE_YOUR_CALM if too many wait.
   */
  reply(): void {
    this.#frames++;
    this.#replies++;
    if (this.#replies <= MAX_QUEUED_REPLIES) return;
    throw new ConnectionError(
      ErrorCode.ENHANCE_YOUR_CALM,
      `More than ${MAX_QUEUED_REPLIES} replies wait to be read by the peer that caused them`,
    );
  }

  /**
   * Whether so much waits that the peer is to read before it asks for more.
   * What this end sends of its own accord never ends a connection.
   */
  get isFull(): boolean {
    return this.length > MAX_QUEUED_OCTETS;
  }

  /** Takes all octets; the view is valid until the next call. */
  override take(): Uint8Array<ArrayBuffer> {
    this.#replies = 0;
    return super.take();
  }
}
