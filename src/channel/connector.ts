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
      return begin({ call, opened }, transport);
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
    this.#closing.abort(new Error("the channel is closed"));
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
      begin(waiting, this.#transport!);
    }
  }

  #redial(): void {
    this.#dial().catch((error: unknown) => {
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const { call } of waiting) call.cancel(unavailable(error));
    });
  }

  #dial(): Promise<void> {
    this.#dialing ??= this.#connect().finally(() => this.#dialing = undefined);
    return this.#dialing;
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    const transport = await dial(this.#target, { ...this.#options, signal });
    this.#open.add(transport);
    this.#transport = transport;
    transport.onRoom = () => this.#serve();
    transport.draining.addEventListener("abort", () => this.#lose(transport));
    transport.closed.then(() => this.#lose(transport));
    transport.finished.then(() => this.#open.delete(transport));
    this.#serve();
  }

  /** The connection takes no new calls. */
  #lose(transport: Transport): void {
    if (this.#transport !== transport) return;
    this.#transport = undefined;
    this.#serve();
  }
}

function begin({ call, opened }: Waiting, transport: Transport): void {
  if (call.ended !== undefined) return;
  try {
    call.open(transport);
    opened();
  } catch (error) {
    call.cancel(refusal(error));
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
