import type { TransportEvent } from "./events.ts";
import { PendingPings } from "./pending_pings.ts";
import {
  type CloseReason,
  ConnectionClosedError,
  type SessionState,
} from "../session/mod.ts";

/** The reason of the `draining` signal of a transport. */
export interface DrainNotice {
  /** The debug data of the GOAWAY, such as `max_age`. */
  readonly reason: string;
  /**
   * When running streams are cut off, in milliseconds of the transport's
   * clock; `Infinity` for never.
   */
  readonly closeAt: number;
}

/**
 * What can be awaited of a transport: that it is established, that it drains,
 * that it has closed. What nobody asks for is not made.
 */
export class Milestones {
  #established: PromiseWithResolvers<void> | undefined;
  #closed: PromiseWithResolvers<CloseReason> | undefined;
  #draining: AbortController | undefined;
  #pings: PendingPings | undefined;
  #cutOffAt: number | undefined;

  /** Whether somebody may wait for something yet. */
  get isAwaited(): boolean {
    return this.#established !== undefined || this.#closed !== undefined ||
      this.#draining !== undefined || this.#pings !== undefined ||
      this.#cutOffAt !== undefined;
  }

  /**
   * Resolves at the end of the handshake, and rejects at an end before. It is
   * not asked for afterwards.
   */
  established(state: SessionState): Promise<void> {
    this.#established ??= Promise.withResolvers();
    const { promise, reject } = this.#established;
    promise.catch(() => {});
    if (state.kind === "closed") reject(notEstablished(state.reason));
    return promise;
  }

  /** Resolves with the reason of the close. */
  closed(state: SessionState): Promise<CloseReason> {
    this.#closed ??= Promise.withResolvers();
    if (state.kind === "closed") this.#closed.resolve(state.reason);
    return this.#closed.promise;
  }

  /** Is aborted with a {@linkcode DrainNotice} when the connection drains. */
  draining(state: SessionState): AbortSignal {
    if (this.#draining === undefined) {
      this.#draining = new AbortController();
      if (state.kind === "draining") this.#onDraining(state);
    }
    return this.#draining.signal;
  }

  /** The owner will close the connection then at the latest. */
  cutOffAt(time: number): void {
    this.#cutOffAt = Math.min(this.#cutOffAt ?? Infinity, time);
  }

  /** A PING of a user was sent; answers with its round-trip time. */
  pinged(id: number): Promise<number> {
    this.#pings ??= new PendingPings();
    return this.#pings.sent(id);
  }

  /** Something has happened that may have been awaited. */
  onEvent(event: TransportEvent): void {
    switch (event.type) {
      case "established":
        this.#established?.resolve();
        this.#established = undefined;
        break;
      case "ping-acked":
        if (event.purpose === "user") this.#pings?.acked(event.id, event.rtt);
        break;
      case "draining":
        this.#onDraining(event);
    }
  }

  /** The connection has closed. */
  onClosed(reason: CloseReason): void {
    this.#pings?.closed(reason);
    this.#established?.reject(notEstablished(reason));
    this.#closed?.resolve(reason);
  }

  #onDraining({ reason, closeAt }: DrainNotice): void {
    const cutOffAt = this.#cutOffAt ?? Infinity;
    const notice = { reason, closeAt: Math.min(closeAt, cutOffAt) };
    this.#draining?.abort(notice);
  }
}

function notEstablished(reason: CloseReason): ConnectionClosedError {
  return new ConnectionClosedError("Cannot establish a connection", reason);
}
