import {
  ConnectionError,
  type DataFrame,
  encodeRstStream,
  ErrorCode,
  MAX_UINT31,
  type RstStreamFrame,
  type Setting,
  SettingId,
  StreamError,
  type WindowUpdateFrame,
} from "../../frames/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";
import { FieldSections } from "./field_sections.ts";
import { FAULTY_STREAMS, FloodBudget } from "../flood_budget.ts";
import { DEFAULT_WINDOW_SIZE } from "../peer_settings.ts";
import type { Goaway } from "../goaway.ts";
import { HeaderCodec } from "../headers/mod.ts";
import { ANY_LENGTH, contentAfter } from "./message_rules.ts";
import { PeerResets } from "./peer_resets.ts";
import { ReceiveFlow } from "./receive_flow.ts";
import type { Stream } from "./stream.ts";
import type { StreamContext } from "./stream_context.ts";
import { Sender } from "./sender.ts";
import { dataEvent, endedEvent } from "./stream_events.ts";
import { streamClosed, streamIdle } from "./stream_errors.ts";
import { StreamTable } from "./stream_table.ts";

/**
 * The frames of streams that arrive, with the states of
 * {@link https://www.rfc-editor.org/rfc/rfc9113#section-5.1 | RFC 9113 section 5.1}
 * and the windows of section 5.2; what is sent is the sender's.
 */
export class Streams {
  /** The streams that are active, and what is known of others. */
  readonly table: StreamTable;
  /** The field sections that arrive. */
  readonly sections: FieldSections;
  /** What this end sends. */
  readonly sender: Sender;
  /** The windows of this end. */
  readonly flow: ReceiveFlow;
  /** Tells the resets of an honest peer from a flood. */
  readonly resets: PeerResets;
  readonly #context: StreamContext;
  readonly #codec: HeaderCodec;
  readonly #faults = new FloodBudget(FAULTY_STREAMS);
  #refuseAbove = MAX_UINT31;

  /** Starts without streams. */
  constructor(context: StreamContext) {
    const { role, output, settings, memory } = context;
    const { peer } = settings;
    this.#context = context;
    this.#codec = new HeaderCodec(output, peer, context.headerLimits);
    this.table = new StreamTable(
      role,
      peer.initialWindowSize,
      settings.hasAgreed ? memory.window : DEFAULT_WINDOW_SIZE,
      context.maxConcurrentStreams,
      context.random,
    );
    this.sender = new Sender(
      context,
      this.table,
      this.#codec,
      this.#faults,
    );
    this.sections = new FieldSections({
      context,
      table: this.table,
      codec: this.#codec,
      faults: this.#faults,
      isRefused: (id) => this.#isRefused(id),
      endRemote: (stream) => this.#endRemote(stream),
    });
    this.flow = new ReceiveFlow(this.table, output, memory);
    this.resets = new PeerResets(role, this.table);
  }

  /** The final GOAWAY is sent: further streams of the peer are dropped. */
  refuseNew(): void {
    this.#refuseAbove = this.table.lastPeerId;
  }

  /**
   * A GOAWAY of the peer names a lower stream than those before: streams of
   * this end above it were not processed.
   */
  goaway({ lastStreamId }: Goaway): void {
    for (const id of this.table.localAbove(lastStreamId)) {
      this.#end(id, ErrorCode.REFUSED_STREAM, "peer", true);
    }
  }

  /**
   * Sends the only field section of a response, and its body if it has one,
   * which leaves at once as far as windows allow; or resets the stream.
   */
  refuse(
    id: number,
    headers: readonly EncodableHeaderField[],
    body?: Uint8Array,
  ): void {
    try {
      this.sender.sendHeaders(id, headers, body === undefined);
      if (body === undefined) return;
      this.sender.sendData(id, body, true);
      this.sender.pump();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.reset(id, ErrorCode.INTERNAL_ERROR);
    }
  }

  /**
   * A layer above has found a fault of the peer, for which the stream is about
   * to be ended. If the peer has ended it already, no room is made too early:
   * the call just fails.
   *
   * @throws {ConnectionError} ENHANCE_YOUR_CALM if there are too many.
   */
  chargePeer(id: number, what: string, now: number): void {
    const stream = this.table.get(id);
    if (stream === undefined || this.#context.role === "client") return;
    if (stream.state === "half-closed-remote") return;
    this.#faults.spend(now, what);
  }

  /** Ends a stream at once. Nothing happens if it has ended already. */
  reset(id: number, code: number): void {
    if (this.table.get(id) === undefined) return;
    encodeRstStream(this.#context.output, id, code);
    this.#context.output.command();
    this.#end(id, code, "local", false);
  }

  /**
   * The peer's SETTINGS have been applied.
   *
   * @throws {ConnectionError} FLOW_CONTROL_ERROR if a window exceeds 2^31-1.
   */
  onSettings(settings: readonly Setting[]): void {
    for (const [id, value] of settings) {
      if (id === SettingId.HEADER_TABLE_SIZE) this.#codec.resizeTable(value);
    }
    const { initialWindowSize } = this.#context.settings.peer;
    if (!this.table.resizeSendWindows(initialWindowSize)) return;
    for (const stream of this.table.active()) this.sender.resume(stream);
  }

  /**
   * A stream error of the peer is answered with RST_STREAM, or with GOAWAY if
   * the stream is idle, which no RST_STREAM may name (RFC 9113 section 6.4).
   * That there are too many streams is no fault of a peer that has not yet
   * read how many there may be; nor does a client need a bound on the faults of
   * its server, as it is the client that opens the streams.
   */
  fail(error: StreamError, now: number): void {
    const stream = this.table.lookup(error.streamId);
    if (stream === "idle") {
      throw new ConnectionError(error.code, error.message);
    }
    const { role, settings } = this.#context;
    const isEarly = error.code === ErrorCode.REFUSED_STREAM &&
      !settings.hasAgreed;
    if (isEarly) {
      this.table.noteEarly(error.streamId);
    } else if (role === "server" || typeof stream === "string") {
      this.#faults.spend(now, "frame that is an error on its stream");
    }
    const { streamId, code, message: reason } = error;
    encodeRstStream(this.#context.output, streamId, code);
    this.#context.output.reply();
    const { events } = this.#context;
    if (events.wants("stream-error")) {
      const at = events.now;
      events.push({ at, type: "stream-error", streamId, code, reason });
    }
    this.#end(streamId, code, "local", false, reason);
  }

  /** DATA arrived. */
  onData(frame: DataFrame, now: number): void {
    const { streamId, data, endStream, flowControlledLength } = frame;
    if (data.length === 0 && !endStream) {
      this.#context.flood.spend(now, "DATA frame without data");
    }
    this.flow.receiveOnConnection(flowControlledLength);
    const stream = this.table.lookup(streamId);
    if (stream === "discarded" || this.#isRefused(streamId)) return;
    if (stream === "idle") throw streamIdle(streamId, "DATA");
    if (stream === "closed" || stream.state === "half-closed-remote") {
      throw streamClosed(streamId, "DATA");
    }
    if (!stream.receive.receive(flowControlledLength)) {
      throw new StreamError(
        streamId,
        ErrorCode.FLOW_CONTROL_ERROR,
        `Received ${flowControlledLength} octets on stream ${streamId}, more than its window`,
      );
    }
    if (data.length > 0) this.#context.flood.earn();
    const padding = flowControlledLength - data.length;
    if (padding > 0) this.flow.consumed(streamId, padding);
    const { contentLeft } = stream;
    if (contentLeft !== ANY_LENGTH) {
      const { length } = data;
      stream.contentLeft = contentAfter(
        streamId,
        contentLeft,
        length,
        endStream,
      );
    }
    const { events } = this.#context;
    events.push(dataEvent(events.now, streamId, data, endStream));
    if (endStream) this.#endRemote(stream);
  }

  /** RST_STREAM arrived. */
  onRstStream({ streamId, errorCode }: RstStreamFrame, now: number): void {
    const stream = this.table.lookup(streamId);
    this.resets.received(streamId, now, this.#context.flood);
    if (stream === "idle" && !this.#isRefused(streamId)) {
      throw streamIdle(streamId, "RST_STREAM");
    }
    const unprocessed = errorCode === ErrorCode.REFUSED_STREAM;
    this.#end(streamId, errorCode, "peer", unprocessed);
  }

  /** WINDOW_UPDATE arrived. */
  onWindowUpdate({ streamId, windowSizeIncrement }: WindowUpdateFrame): void {
    if (streamId === 0) {
      if (this.sender.addToWindow(windowSizeIncrement)) return;
      throw new ConnectionError(
        ErrorCode.FLOW_CONTROL_ERROR,
        `Received a WINDOW_UPDATE frame that takes the connection window above ${MAX_UINT31}`,
      );
    }
    const stream = this.table.lookup(streamId);
    if (stream === "idle" && !this.#isRefused(streamId)) {
      throw streamIdle(streamId, "WINDOW_UPDATE");
    }
    if (typeof stream === "string") return;
    if (stream.send.add(windowSizeIncrement)) {
      this.sender.resume(stream);
      return;
    }
    throw new StreamError(
      streamId,
      ErrorCode.FLOW_CONTROL_ERROR,
      `Received a WINDOW_UPDATE frame that takes the window of stream ${streamId} above ${MAX_UINT31}`,
    );
  }

  #endRemote(stream: Stream): void {
    if (this.table.endRemote(stream)) this.#noteEnded(stream.id);
  }

  #noteEnded(streamId: number): void {
    const { events } = this.#context;
    events.push(endedEvent(events.now, streamId));
  }

  /** Above the identifier of the final GOAWAY: sent before it was read. */
  #isRefused(id: number): boolean {
    return id > this.#refuseAbove && id % 2 === 1;
  }

  #end(
    streamId: number,
    code: number,
    by: "local" | "peer",
    unprocessed: boolean,
    reason?: string,
  ): void {
    const stream = this.table.get(streamId);
    if (stream !== undefined) this.sender.remove(stream);
    if (!this.table.reset(streamId, by === "local")) return;
    const { events, counters } = this.#context;
    counters.streamsFailed++;
    const { now: at } = events;
    const why = reason === undefined ? {} : { reason };
    events.push({ at, type: "reset", streamId, code, by, unprocessed, ...why });
  }
}
