import { tell } from "../runtime/mod.ts";
import {
  type CloseReason,
  reuseStreamEvents,
  type SessionEvent,
  type SessionState,
} from "../session/mod.ts";
import type { DriverHandler } from "./driver_handler.ts";
import type { TransportEvent } from "./events.ts";
import { Milestones } from "./milestones.ts";
import { unimplemented } from "./stream_consumer.ts";
import { StreamRouter } from "./stream_router.ts";
import type { StreamConsumer } from "./stream_consumer.ts";
import {
  tellClosed,
  tellDraining,
  tellFinished,
  tellWatcher,
  type TransportOwner,
  type TransportWatcher,
} from "./transport_owner.ts";
import type { StreamHost, TransportStream } from "./transport_stream.ts";
import type { HeaderField } from "../hpack/mod.ts";

/** Who wants to hear of a transport. */
export interface Listeners<Transport> {
  /** Is called with each event. */
  readonly onEvent?:
    | ((event: TransportEvent, transport: Transport) => void)
    | undefined;
  /** Takes the streams; by default, each is answered with UNIMPLEMENTED. */
  readonly onStream?:
    | ((
      stream: TransportStream,
      headers: readonly HeaderField[],
      endStream: boolean,
      transport: Transport,
    ) => StreamConsumer | undefined)
    | undefined;
  /** Is called when the socket is closed and nothing is left. */
  readonly onFinished?: ((transport: Transport) => void) | undefined;
  /** Is told of its events and of its end, before all others. */
  readonly watcher?: TransportWatcher<Transport> | undefined;
}

/** Hands what happens on a transport to its streams, and to who waits for it. */
export class TransportHandler<Transport> implements DriverHandler {
  /** There while somebody waits for one of them. */
  #milestones: Milestones | undefined;
  #isEstablished = false;
  readonly #transport: Transport;
  readonly #onEvent: Listeners<Transport>["onEvent"];
  readonly #onStream: Listeners<Transport>["onStream"];
  readonly #onFinished: Listeners<Transport>["onFinished"];
  readonly #watcher: Listeners<Transport>["watcher"];
  #host: StreamHost | undefined;
  #owner: TransportOwner | undefined;
  /** Made with the first stream: most idle connections have none. */
  #streams: StreamRouter | undefined;

  /** Hands over to nobody before there is a host for streams. */
  constructor(transport: Transport, listeners: Listeners<Transport>) {
    this.#transport = transport;
    this.#onEvent = listeners.onEvent;
    this.#onStream = listeners.onStream;
    this.#onFinished = listeners.onFinished;
    this.#watcher = listeners.watcher;
  }

  /** What else can be awaited. */
  get milestones(): Milestones {
    return this.#milestones ??= new Milestones();
  }

  /** Resolves once the handshake is over, and rejects at an end before. */
  established(state: SessionState): Promise<void> {
    return this.#isEstablished
      ? Promise.resolve()
      : this.milestones.established(state);
  }

  /** What streams work on. */
  set host(host: StreamHost) {
    this.#host = host;
  }

  /** Is told of room, and of the end. */
  set owner(owner: TransportOwner) {
    this.#owner = owner;
  }

  /** Brings events to the streams. */
  get streams(): StreamRouter {
    return this.#streams ??= this.#router();
  }

  /** Those of streams are kept by nobody: they are used again. */
  onEvents(events: readonly SessionEvent[]): void {
    for (const event of events) {
      const isRouted = this.#streams !== undefined || isOfStream(event);
      if (!isRouted || !this.streams.route(event)) {
        this.#tell(event as TransportEvent);
      }
    }
    if (this.#streams !== undefined) reuseStreamEvents(events);
  }

  assertAgrees(): void {
    this.#streams?.assertAgrees();
  }

  onClosed(reason: CloseReason): void {
    this.#streams?.onClosed(reason);
    if (this.#owner !== undefined) tellClosed(this.#owner, reason);
    this.#milestones?.onClosed(reason);
  }

  onFinished(): void {
    const transport = this.#transport;
    if (this.#watcher !== undefined) tellFinished(this.#watcher, transport);
    if (this.#onFinished !== undefined) tell(this.#onFinished, transport);
  }

  #tell(event: TransportEvent): void {
    if (event.type === "draining" && this.#owner !== undefined) {
      tellDraining(this.#owner, event.reason);
    }
    if (event.type === "established") this.#isEstablished = true;
    this.#milestones?.onEvent(event);
    if (this.#milestones?.isAwaited === false) this.#milestones = undefined;
    if (event.type === "settings-received") this.#owner?.onRoom();
    const transport = this.#transport;
    if (this.#watcher !== undefined) {
      tellWatcher(this.#watcher, event, transport);
    }
    if (this.#onEvent !== undefined) tell(this.#onEvent, event, transport);
  }

  #router(): StreamRouter {
    if (this.#host === undefined) throw new TypeError("There is no host yet");
    const onStream = this.#onStream ?? unimplemented;
    const router = new StreamRouter(
      this.#host,
      (stream, headers, endStream) =>
        onStream(stream, headers, endStream, this.#transport),
    );
    router.onRoom = () => this.#owner?.onRoom();
    return router;
  }
}

function isOfStream({ type }: SessionEvent): boolean {
  return type === "headers" || type === "data" || type === "writable" ||
    type === "ended" || type === "reset";
}
