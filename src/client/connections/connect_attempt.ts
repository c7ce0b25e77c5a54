import type { Clock } from "../../runtime/mod.ts";
import type { Transport, TransportEvent } from "../../transport/mod.ts";
import type { SubchannelTracer } from "./channel_tracer.ts";

/** Takes the events of a connection. */
export type ConnectionListener = (
  event: TransportEvent,
  transport: Transport,
) => void;

/** Makes connections. */
export interface Dialing {
  /** Connects to an address. */
  dial(
    address: string,
    options: {
      readonly timeout: number;
      readonly signal: AbortSignal;
      readonly onEvent: ConnectionListener;
    },
  ): Promise<Transport>;
}

/** What an attempt is made with. */
export interface ConnectSetup {
  /** The clock. */
  readonly clock: Clock;
  /** Makes the connection. */
  readonly dialer: Dialing;
}

/**
 * One attempt of a subchannel to connect. The events of its connection are kept
 * until somebody follows it.
 */
export class ConnectAttempt {
  readonly #setup: ConnectSetup;
  readonly #tracer: SubchannelTracer;
  /** Until it is over: its connection lives on. */
  #signal: AbortController | undefined = new AbortController();
  #early: TransportEvent[] | undefined = [];
  #listener: ((event: TransportEvent) => void) | undefined;
  #isAborted = false;

  /** Has not begun; `tracer` is told what becomes of it. */
  constructor(setup: ConnectSetup, tracer: SubchannelTracer) {
    this.#setup = setup;
    this.#tracer = tracer;
  }

  /**
   * Begins; who is told of it may give it up.
   *
   * @param timeout Milliseconds that it may take.
   * @returns The connection; rejects if there is none to be had.
   */
  connect(address: string, timeout: number): Promise<Transport> {
    const { clock, dialer } = this.#setup;
    const tracer = this.#tracer;
    const { signal } = this.#signal ??= new AbortController();
    const began = clock.now();
    tracer.connects();
    const transport = dialer.dial(address, {
      timeout,
      signal,
      onEvent: (event) =>
        this.#listener === undefined
          ? this.#early?.push(event)
          : this.#listener(event),
    });
    transport.then(
      (transport) => tracer.connected(transport, began),
      (error) => tracer.failed(error, began, this.#isAborted),
    );
    return transport;
  }

  /** Gives it up. */
  abort(reason: string): void {
    this.#isAborted = true;
    this.#signal?.abort(new Error(reason));
  }

  /** It was given up at the last moment: its connection is not needed. */
  discard(transport: Transport): void {
    this.#tracer.disconnected(transport, "it is not needed any more");
    void transport.close();
  }

  /** Follows its connection, from the first event on. */
  follow(listener: (event: TransportEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#early ?? []) listener(event);
    this.#early = undefined;
    this.#signal = undefined;
  }
}
