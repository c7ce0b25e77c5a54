import { type CloseReason, ConnectionClosedError } from "../session/mod.ts";

interface PendingPing {
  readonly resolve: (rtt: number) => void;
  readonly reject: (error: Error) => void;
}

/** The PINGs of a user that are out, by their identifiers. */
export class PendingPings {
  readonly #pings = new Map<number, PendingPing>();

  /**
   * A PING was sent.
   *
   * @returns Its round-trip time, once it is acknowledged.
   */
  sent(id: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#pings.set(id, { resolve, reject });
    });
  }

  /** A PING was acknowledged. */
  acked(id: number, rtt: number): void {
    this.#pings.get(id)?.resolve(rtt);
    this.#pings.delete(id);
  }

  /** The connection has ended. */
  closed(reason: CloseReason): void {
    for (const { reject } of this.#pings.values()) {
      reject(new ConnectionClosedError("Cannot ping", reason));
    }
    this.#pings.clear();
  }
}
