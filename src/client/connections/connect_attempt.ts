import type { Clock } from "../../runtime/mod.ts";
import type {
  Transport,
  TransportEvent,
  TransportWatcher,
} from "../../transport/mod.ts";
import type { SubchannelTracer } from "./channel_tracer.ts";

/** Takes the events of a connection. */
export interface ConnectionListener {
  /** Something has happened. */
  onEvent(event: TransportEvent): void;
}

/** What an attempt asks for. */
export interface AttemptOptions {
  /** Milliseconds that it may take. */
  readonly timeout: number;
  /** Gives it up. */
  readonly signal: AbortSignal;
  /** Is told what happens on the connection, and tells the one who makes it. */
  readonly watcher: TransportWatcher<Transport>;
}

/** Makes connections. */
export interface Dialing {
  /** Connects to an address. */
  dial(address: string, options: AttemptOptions): Promise<Transport>;
  /** Something has happened on a connection to an address. */
  onEvent(event: TransportEvent, transport: Transport, address: string): void;
  /** The socket of a connection is closed, and nothing is left. */
  onFinished(transport: Transport): void;
}

/**
 * Tells of a connection to an address, as long as that lives. Its events are kept
 * until somebody follows it.
 */
class Watcher implements TransportWatcher<Transport> {
  readonly #dialer: Dialing;
  readonly #address: string;
  #early: TransportEvent[] | undefined = [];
  #follower: ConnectionListener | undefined;

  constructor(dialer: Dialing, address: string) {
    this.#dialer = dialer;
    this.#address = address;
  }

  onEvent(event: TransportEvent, transport: Transport): void {
    this.#dialer.onEvent(event, transport, this.#address);
    if (this.#follower === undefined) this.#early?.push(event);
    else this.#follower.onEvent(event);
  }

  onFinished(transport: Transport): void {
    this.#dialer.onFinished(transport);
  }

  follow(follower: ConnectionListener): void {
    this.#follower = follower;
    for (const event of this.#early ?? []) follower.onEvent(event);
    this.#early = undefined;
  }
}

/** One attempt of a subchannel to connect. */
export class ConnectAttempt {
  readonly #dialer: Dialing;
  readonly #clock: Clock;
  readonly #tracer: SubchannelTracer;
  readonly #signal = new AbortController();
  #watcher: Watcher | undefined;
  #isAborted = false;

  /** Has not begun; `tracer` is told what becomes of it. */
  constructor(dialer: Dialing, clock: Clock, tracer: SubchannelTracer) {
    this.#dialer = dialer;
    this.#clock = clock;
    this.#tracer = tracer;
  }

  /**
   * Begins; who is told of it may give it up.
   *
   * @param timeout Milliseconds that it may take.
   * @returns The connection; rejects if there is none to be had.
   */
  connect(address: string, timeout: number): Promise<Transport> {
    const dialer = this.#dialer;
    const tracer = this.#tracer;
    const watcher = this.#watcher = new Watcher(dialer, address);
    const { signal } = this.#signal;
    const began = this.#clock.now();
    tracer.connects();
    const transport = dialer.dial(address, { timeout, signal, watcher });
    transport.then(
      (transport) => tracer.connected(transport, began),
      (error) => tracer.failed(error, began, this.#isAborted),
    );
    return transport;
  }

  /** Gives it up. */
  abort(reason: string): void {
    this.#isAborted = true;
    this.#signal.abort(new Error(reason));
  }

  /** It was given up at the last moment: its connection is not needed. */
  discard(transport: Transport): void {
    this.#tracer.disconnected(transport, "it is not needed any more");
    void transport.close();
  }

  /** Has its connection followed, from the first event on. */
  follow(follower: ConnectionListener): void {
    this.#watcher?.follow(follower);
  }
}
