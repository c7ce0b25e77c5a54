import { assert } from "../invariants/mod.ts";
import { StreamMap } from "../collections/mod.ts";
import { ErrorCode } from "../frames/mod.ts";
import type { CloseReason, SessionEvent, StreamEvent } from "../session/mod.ts";
import type { EncodableHeaderField, HeaderField } from "../hpack/mod.ts";
import { reportFault } from "../runtime/mod.ts";
import type { StreamConsumer } from "./stream_consumer.ts";
import { type StreamHost, TransportStream } from "./transport_stream.ts";

/** Takes a stream that the peer has opened. */
export type AcceptStream = (
  stream: TransportStream,
  headers: readonly HeaderField[],
  endStream: boolean,
) => StreamConsumer | undefined;

/** Brings the events of streams to those who consume them. */
export class StreamRouter {
  readonly #host: StreamHost;
  readonly #accept: AcceptStream;
  readonly #consumers = new StreamMap<StreamConsumer>(
    Math.random(),
  );

  /** Is called when a stream has ended, or the peer lets more open. */
  onRoom: (() => void) | undefined;

  /** Starts without streams. */
  constructor(host: StreamHost, accept: AcceptStream) {
    this.#host = host;
    this.#accept = accept;
  }

  /** Opens a stream of this end. */
  open(
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
    consumer: StreamConsumer,
  ): TransportStream {
    const { session } = this.#host;
    const id = session.streams.open(headers, endStream, this.#host.now());
    this.#consumers.set(id, consumer);
    this.#host.schedule();
    return new TransportStream(this.#host, id);
  }

  /**
   * Hands over an event of a stream; answers whether it is one. A consumer that
   * throws has lost its stream, and nothing else.
   */
  route(event: SessionEvent): event is StreamEvent {
    try {
      return this.#route(event);
    } catch (error) {
      reportFault(error);
      const { streamId } = event as StreamEvent;
      const { session } = this.#host;
      const code = ErrorCode.INTERNAL_ERROR;
      session.streams.reset(streamId, code, this.#host.now());
      return true;
    }
  }

  /**
   * All events were handed over: whoever consumes a stream has one that is
   * active.
   */
  assertAgrees(): void {
    const { active } = this.#host.session.streams;
    assert(
      this.#consumers.size <= active,
      `streams are consumed that are among the ${active} active`,
      this.#consumers.size,
    );
  }

  /** The connection has ended, and all streams with it. */
  onClosed(reason: CloseReason): void {
    const consumers = this.#consumers.values();
    this.#consumers.clear();
    for (const consumer of consumers) {
      try {
        consumer.onClosed(reason);
      } catch (error) {
        reportFault(error);
      }
    }
  }

  #route(event: SessionEvent): event is StreamEvent {
    switch (event.type) {
      case "headers":
        this.#onHeaders(event);
        return true;
      case "data":
        this.#onData(event);
        return true;
      case "writable":
        this.#consumers.get(event.streamId)?.onWritable();
        return true;
      case "ended":
        this.#onEnded(event.streamId);
        return true;
      case "reset":
        this.#onReset(event);
        return true;
      default:
        return false;
    }
  }

  #onHeaders(event: StreamEvent & { readonly type: "headers" }): void {
    const { streamId, headers, endStream, opens } = event;
    if (!opens) {
      this.#consumers.get(streamId)?.onHeaders(headers, endStream);
    } else if (this.#host.session.state.kind !== "closed") {
      const stream = new TransportStream(this.#host, streamId);
      const consumer = this.#accept(stream, headers, endStream);
      if (consumer !== undefined) this.#consumers.set(streamId, consumer);
    }
  }

  /** Data that nobody takes is given back to the window. */
  #onData(event: StreamEvent & { readonly type: "data" }): void {
    const { streamId, data, endStream } = event;
    const consumer = this.#consumers.get(streamId);
    if (consumer !== undefined) return consumer.onData(data, endStream);
    const { session } = this.#host;
    session.streams.consumed(streamId, data.length, this.#host.now());
  }

  #onEnded(streamId: number): void {
    try {
      this.#remove(streamId)?.onEnded?.();
    } finally {
      this.onRoom?.();
    }
  }

  #onReset(event: StreamEvent & { readonly type: "reset" }): void {
    const { streamId, code, by, unprocessed, reason } = event;
    try {
      this.#remove(streamId)?.onReset(code, by, unprocessed, reason);
    } finally {
      this.onRoom?.();
    }
  }

  #remove(streamId: number): StreamConsumer | undefined {
    const consumer = this.#consumers.get(streamId);
    this.#consumers.delete(streamId);
    return consumer;
  }
}
