import type { Clock } from "../../runtime/mod.ts";
import type { Transport, TransportEvent } from "../../transport/mod.ts";
import type { SubchannelTracer } from "./channel_tracer.ts";

/** Takes the events of a connection. */
export type ConnectionListener = (
  event: TransportEvent,
  transport: Transport,
) => void;

/** Connects to an address. */
export type Dial = (
  address: string,
  options: {
    readonly timeout: number;
    readonly signal: AbortSignal;
    readonly onEvent: ConnectionListener;
  },
) => Promise<Transport>;

/** What an attempt is made with. */
export interface ConnectSetup {
  /** The clock. */
  readonly clock: Clock;
  /** Connects to an address. */
  readonly dial: Dial;
  /** Is told what becomes of it. */
  readonly tracer: SubchannelTracer;
}

/**
 * One attempt of a subchannel to connect. The events of its connection are kept
 * until somebody follows it.
 */
export class ConnectAttempt {
  /** The connection; rejects if there is none to be had. */
  readonly transport: Promise<Transport>;
  readonly #signal = new AbortController();
  readonly #tracer: SubchannelTracer;
  readonly #early: TransportEvent[] = [];
  #listener: ((event: TransportEvent) => void) | undefined;

  /**
   * Begins.
   *
   * @param timeout Milliseconds that it may take.
   */
  constructor(setup: ConnectSetup, address: string, timeout: number) {
    const { tracer, clock } = setup;
    const began = clock.now();
    this.#tracer = tracer;
    tracer.connects();
    this.transport = setup.dial(address, {
      timeout,
      signal: this.#signal.signal,
      onEvent: (event) =>
        this.#listener === undefined
          ? this.#early.push(event)
          : this.#listener(event),
    });
    this.transport.then(
      (transport) => tracer.connected(transport, began),
      (error) => tracer.failed(error, began, this.#signal.signal.aborted),
    );
  }

  /** Gives it up. */
  abort(reason: string): void {
    this.#signal.abort(new Error(reason));
  }

  /** It was given up at the last moment: its connection is not needed. */
  discard(transport: Transport): void {
    this.#tracer.disconnected(transport, "it is not needed any more");
    void transport.close();
  }

  /** Follows its connection, from the first event on. */
  follow(listener: (event: TransportEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#early) listener(event);
    this.#early.length = 0;
  }
}
