import { StreamMap } from "../collections/mod.ts";
import { ErrorCode } from "../frames/mod.ts";
import type { CloseReason, StreamEvent } from "../session/mod.ts";
import type { EncodableHeaderField } from "../hpack/mod.ts";
import { reportFault } from "../runtime/mod.ts";
import type { StreamConsumer } from "./stream_consumer.ts";
import { type StreamHost, TransportStream } from "./transport_stream.ts";

/** Takes a stream that the peer has opened. */
export type AcceptStream = (
  stream: TransportStream,
  event: StreamEvent & { readonly type: "headers" },
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
    const id = session.openStream(headers, endStream, this.#host.now());
    this.#consumers.set(id, consumer);
    this.#host.schedule();
    return new TransportStream(this.#host, id);
  }

  /** A consumer that throws has lost its stream, and nothing else. */
  onEvent(event: StreamEvent): void {
    try {
      this.#route(event);
    } catch (error) {
      reportFault(error);
      const { session } = this.#host;
      const code = ErrorCode.INTERNAL_ERROR;
      session.resetStream(event.streamId, code, this.#host.now());
    }
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

  #route(event: StreamEvent): void {
    if (event.type === "headers" && event.opens) return this.#onOpened(event);
    const consumer = this.#consumers.get(event.streamId);
    switch (event.type) {
      case "headers":
        return consumer?.onHeaders(event.headers, event.endStream);
      case "data":
        if (consumer === undefined) return this.#discard(event);
        return consumer.onData(event.data, event.endStream);
      case "writable":
        return consumer?.onWritable();
      case "ended":
        this.#consumers.delete(event.streamId);
        consumer?.onEnded?.();
        return this.onRoom?.();
      case "reset":
        this.#consumers.delete(event.streamId);
        try {
          consumer?.onReset(
            event.code,
            event.by,
            event.unprocessed,
            event.reason,
          );
        } finally {
          this.onRoom?.();
        }
    }
  }

  #onOpened(event: StreamEvent & { readonly type: "headers" }): void {
    const { streamId } = event;
    if (this.#host.session.state.kind === "closed") return;
    const stream = new TransportStream(this.#host, streamId);
    const consumer = this.#accept(stream, event);
    if (consumer !== undefined) this.#consumers.set(streamId, consumer);
  }

  #discard({ streamId, data }: StreamEvent & { readonly type: "data" }): void {
    this.#host.session.consumed(streamId, data.length, this.#host.now());
  }
}
