import {
  type ContinuationFrame,
  encodeRstStream,
  ErrorCode,
  type HeadersFrame,
  StreamError,
} from "../../frames/mod.ts";
import { type HeaderField, HeaderListTooLargeError } from "../../hpack/mod.ts";
import type { FloodBudget } from "../flood_budget.ts";
import {
  HeaderBlockAssembly,
  type HeaderCodec,
  listRefusal,
} from "../headers/mod.ts";
import {
  ANY_LENGTH,
  contentAfter,
  type ContentLeft,
  NO_HEAD,
  requestHead,
  requireTrailers,
  responseHead,
} from "./message_rules.ts";
import { MAX_QUEUED_OCTETS } from "../output.ts";
import type { Stream } from "./stream.ts";
import type { StreamContext } from "./stream_context.ts";
import { headersEvent } from "./stream_events.ts";
import { streamClosed } from "./stream_errors.ts";
import type { StreamTable } from "./stream_table.ts";

/** What {@linkcode FieldSections} works with. */
export interface FieldSectionsSetup {
  /** What the streams share with their connection. */
  readonly context: StreamContext;
  /** The streams. */
  readonly table: StreamTable;
  /** Reads the blocks. */
  readonly codec: HeaderCodec;
  /** What streams that are ended for a fault of the peer are charged to. */
  readonly faults: FloodBudget;
  /** Whether a stream is above the identifier of the final GOAWAY. */
  isRefused(id: number): boolean;
  /** The peer has ended its side of a stream. */
  endRemote(stream: Stream): void;
}

/**
 * The field sections of the peer: requests, responses and trailers, as HEADERS
 * and CONTINUATION bring them
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-8.1 | RFC 9113 section 8.1}).
 */
export class FieldSections {
  /** Joins the pieces of a block. */
  readonly blocks: HeaderBlockAssembly;
  readonly #setup: FieldSectionsSetup;
  readonly #context: StreamContext;
  readonly #table: StreamTable;
  readonly #codec: HeaderCodec;
  #plain: readonly HeaderField[] | undefined;

  /** Awaits the first one. */
  constructor(setup: FieldSectionsSetup) {
    const { context, table, codec } = setup;
    const { absoluteMaxHeaderListSize } = context.headerLimits;
    this.blocks = new HeaderBlockAssembly(absoluteMaxHeaderListSize);
    this.#setup = setup;
    this.#context = context;
    this.#table = table;
    this.#codec = codec;
  }

  /** HEADERS or CONTINUATION arrived. */
  onFrame(frame: HeadersFrame | ContinuationFrame, now: number): void {
    const whole = "endStream" in frame
      ? this.blocks.begin(frame)
      : this.blocks.continue(frame);
    if (whole !== undefined) this.#onHeaderBlock(whole, now);
  }

  #onHeaderBlock(whole: HeadersFrame, now: number): void {
    const { streamId, endStream } = whole;
    const stream = this.#table.lookup(streamId);
    if (stream === "discarded" || this.#setup.isRefused(streamId)) {
      if (stream === "idle") this.#table.noteDropped();
      this.#discard(whole);
      return;
    }
    if (typeof stream === "string") {
      this.#table.notePeerId(streamId);
      return this.#openPeer(whole, now);
    }
    const headers = this.#read(whole);
    if (stream.state === "half-closed-remote") {
      throw streamClosed(streamId, "HEADERS");
    }
    requireIndependence(whole);
    this.#onMessage(stream, headers, endStream, now);
    this.#pushHeaders(streamId, headers, endStream, false);
    if (endStream) this.#setup.endRemote(stream);
  }

  /** A further field section: interim responses, a head, then trailers. */
  #onMessage(
    stream: Stream,
    headers: readonly HeaderField[],
    endStream: boolean,
    now: number,
  ): void {
    const { id, contentLeft, isHead } = stream;
    if (contentLeft !== NO_HEAD) {
      requireTrailers(id, headers, endStream);
      contentAfter(id, contentLeft, 0, true);
      return;
    }
    stream.contentLeft = headers === this.#plain && !isHead
      ? ANY_LENGTH
      : this.#notePlain(
        headers,
        responseHead(id, headers, endStream, isHead),
      );
    if (stream.contentLeft === NO_HEAD) {
      this.#context.flood.spend(now, "HEADERS frame of an interim response");
    }
  }

  #openPeer(whole: HeadersFrame, now: number): void {
    const { streamId, endStream } = whole;
    const headers = this.#readOrRefuse(whole);
    requireIndependence(whole);
    if (headers instanceof HeaderListTooLargeError) {
      this.#requireRoom(streamId);
      return this.#refuseList(whole, headers, now);
    }
    const content = headers === this.#plain ? ANY_LENGTH : this.#notePlain(
      headers,
      requestHead(streamId, headers, endStream),
    );
    this.#requireRoom(streamId);
    this.#table.openPeer(streamId, endStream, content);
    this.#context.flood.earn();
    this.#pushHeaders(streamId, headers, endStream, true);
  }

  /** A list that has been checked, and tells no length, needs no second look. */
  #notePlain(list: readonly HeaderField[], content: ContentLeft): ContentLeft {
    if (content === ANY_LENGTH) this.#plain = list;
    return content;
  }

  #requireRoom(streamId: number): void {
    const { maxConcurrentStreams, output } = this.#context;
    if (this.#table.activeCount >= maxConcurrentStreams) {
      throw new StreamError(
        streamId,
        ErrorCode.REFUSED_STREAM,
        `Received a HEADERS frame for stream ${streamId}, but ${maxConcurrentStreams} are open`,
      );
    }
    if (output.isFull) {
      throw new StreamError(
        streamId,
        ErrorCode.REFUSED_STREAM,
        `Received a HEADERS frame for stream ${streamId}, but more than ${MAX_QUEUED_OCTETS} octets of responses wait to be read`,
      );
    }
  }

  /** A request that is too large to be accepted is told so in a response. */
  #refuseList(
    { streamId, endStream }: HeadersFrame,
    error: HeaderListTooLargeError,
    now: number,
  ): void {
    this.#setup.faults.spend(now, "request whose header list is too large");
    const { events, output } = this.#context;
    const code = ErrorCode.ENHANCE_YOUR_CALM;
    this.#codec.write(streamId, listRefusal(error), true);
    output.discountMessage();
    output.reply();
    if (!endStream) {
      encodeRstStream(output, streamId, ErrorCode.NO_ERROR);
      output.reply();
      this.#table.reset(streamId, true);
    }
    if (!events.wants("stream-error")) return;
    const reason = error.message;
    const at = events.now;
    events.push({ at, type: "stream-error", streamId, code, reason });
  }

  #readOrRefuse(
    whole: HeadersFrame,
  ): readonly HeaderField[] | HeaderListTooLargeError {
    try {
      return this.#codec.read(whole);
    } catch (error) {
      if (error instanceof HeaderListTooLargeError) return error;
      throw error;
    }
  }

  /** A response, or trailers, that are too large to be accepted. */
  #read(whole: HeadersFrame): readonly HeaderField[] {
    const headers = this.#readOrRefuse(whole);
    if (!(headers instanceof HeaderListTooLargeError)) return headers;
    throw new StreamError(
      whole.streamId,
      ErrorCode.ENHANCE_YOUR_CALM,
      headers.message,
    );
  }

  #pushHeaders(
    streamId: number,
    headers: readonly HeaderField[],
    endStream: boolean,
    opens: boolean,
  ): void {
    const { events, counters } = this.#context;
    const at = events.now;
    if (opens) {
      counters.streamsStarted++;
      counters.lastRemoteStreamCreatedAt = at;
    }
    events.push(headersEvent(at, streamId, headers, endStream, opens));
  }

  /** Keeps the compression state in step; what is in the block is nothing. */
  #discard(whole: HeadersFrame): void {
    try {
      this.#readOrRefuse(whole);
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
    }
  }
}

/**
 * "A stream cannot depend on itself. An endpoint MUST treat this as a stream
 * error of type PROTOCOL_ERROR" (RFC 7540 section 5.3.1, where RFC 9113 section
 * 5.3.2 leaves it). The field block must have been read before.
 */
function requireIndependence({ streamId, priority }: HeadersFrame): void {
  if (priority?.streamDependency !== streamId) return;
  throw new StreamError(
    streamId,
    ErrorCode.PROTOCOL_ERROR,
    `Received a HEADERS frame that makes stream ${streamId} depend on itself`,
  );
}
