import type { ClientCall } from "../grpc/client_call.ts";
import { GrpcError, Status } from "../grpc/mod.ts";
import { dial, type DialOptions, type Transport } from "../transport/mod.ts";

/** A call that waits for a connection, or for room on it. */
interface Waiting {
  readonly call: ClientCall;
  readonly opened: () => void;
}

/**
 * Holds the connection of a channel: dials when a call needs it, and lets
 * calls wait in order when the server allows no further stream.
 */
export class Connector {
  readonly #target: string;
  readonly #options: DialOptions;
  readonly #closing = new AbortController();
  readonly #open = new Set<Transport>();
  readonly #waiting = new Set<Waiting>();
  readonly #used = new WeakSet<Transport>();
  #transport: Transport | undefined;
  #dialing: Promise<void> | undefined;

  /** Connects to nothing yet. */
  constructor(target: string, options: DialOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** The connection that takes new calls, if there is one. */
  get transport(): Transport | undefined {
    return this.#transport;
  }

  /**
   * Opens the stream of a call as soon as there is a connection with room.
   *
   * @param opened Is called then, at once if possible.
   */
  start(call: ClientCall, opened: () => void): void {
    const transport = this.#transport;
    if (this.#waiting.size === 0 && transport && transport.streamsLeft > 0) {
      return this.#begin({ call, opened }, transport);
    }
    const waiting = { call, opened };
    this.#waiting.add(waiting);
    this.#serve();
    if (!this.#waiting.has(waiting)) return;
    call.outcome.then(() => this.#waiting.delete(waiting));
  }

  /**
   * Resolves when there is a connection.
   *
   * @throws {DialError} If there is none to be had.
   */
  async connect(): Promise<void> {
    if (this.#transport === undefined) await this.#dial();
  }

  /** Closes the connections; calls fail. */
  async close(): Promise<void> {
    const reason = new Error("the channel is closed");
    this.#closing.abort(reason);
    this.#refuseWaiting(reason);
    await this.#dialing?.catch(() => {});
    await Promise.all([...this.#open].map((transport) => transport.close()));
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (waiting.call.ended === undefined) {
        if (this.#transport === undefined) return this.#redial();
        if (this.#transport.streamsLeft <= 0) return;
      }
      this.#waiting.delete(waiting);
      this.#begin(waiting, this.#transport!);
    }
  }

  #begin({ call, opened }: Waiting, transport: Transport): void {
    if (call.ended !== undefined) return;
    this.#used.add(transport);
    try {
      call.open(transport);
      opened();
    } catch (error) {
      call.cancel(refusal(error));
    }
  }

  #redial(): void {
    this.#dial().catch((error: unknown) => this.#refuseWaiting(error));
  }

  #refuseWaiting(reason: unknown): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { call } of waiting) call.cancel(unavailable(reason));
  }

  #dial(): Promise<void> {
    if (this.#dialing === undefined) {
      const dialing = this.#connect();
      const done = () => {
        if (this.#dialing === dialing) this.#dialing = undefined;
      };
      this.#dialing = dialing;
      dialing.then(done, done);
    }
    return this.#dialing;
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    const transport = await dial(this.#target, { ...this.#options, signal });
    this.#dialing = undefined;
    this.#open.add(transport);
    this.#transport = transport;
    transport.onRoom = () => this.#serve();
    transport.closed.then(({ message }) => this.#lose(transport, message));
    transport.finished.then(() => this.#open.delete(transport));
    const { draining } = transport;
    const retire = () => this.#lose(transport, "the connection is draining");
    if (draining.aborted) return retire();
    draining.addEventListener("abort", retire);
    this.#serve();
  }

  /**
   * The connection takes no new calls. One that never took any is an attempt
   * that failed: to try again at once would be a loop without a pause.
   */
  #lose(transport: Transport, message: string): void {
    if (this.#transport !== transport) return;
    this.#transport = undefined;
    if (this.#used.has(transport)) this.#serve();
    else this.#refuseWaiting(new Error(message));
  }
}

function unavailable(cause: unknown): GrpcError {
  const details = cause instanceof Error ? cause.message : String(cause);
  return new GrpcError(Status.UNAVAILABLE, details, { cause });
}

/** The stream could not be opened: the headers, or the connection. */
function refusal(error: unknown): GrpcError {
  if (!(error instanceof RangeError)) return unavailable(error);
  return new GrpcError(Status.RESOURCE_EXHAUSTED, error.message, {
    cause: error,
  });
}
