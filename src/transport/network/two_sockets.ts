import type { AcceptedSocket, ListeningSocket } from "./socket.ts";

/** A connection, or why there is none. */
type Outcome =
  | { readonly conn: AcceptedSocket }
  | { readonly error: unknown };

/** Two listening sockets as one: what comes first is accepted first. */
export class TwoSockets implements ListeningSocket {
  /** That of the first. */
  readonly addr: Deno.Addr;
  readonly hasNagle: boolean;
  /** There if both can change their certificate. */
  readonly setIdentity?: NonNullable<ListeningSocket["setIdentity"]>;
  readonly #sockets: readonly ListeningSocket[];
  readonly #asked = new Set<ListeningSocket>();
  readonly #outcomes: Outcome[] = [];
  #waiting: PromiseWithResolvers<AcceptedSocket> | undefined;
  #isClosed = false;

  /** Takes both over. */
  constructor(first: ListeningSocket, second: ListeningSocket) {
    this.#sockets = [first, second];
    this.addr = first.addr;
    this.hasNagle = this.#sockets.some(({ hasNagle }) => hasNagle === true);
    if (first.setIdentity !== undefined && second.setIdentity !== undefined) {
      this.setIdentity = (identity) => {
        for (const socket of this.#sockets) socket.setIdentity!(identity);
      };
    }
  }

  /** Each is asked for one connection at a time, and only if one is wanted. */
  accept(): Promise<AcceptedSocket> {
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    for (const socket of this.#sockets) this.#ask(socket);
    this.#deliver();
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets) socket.close();
    for (const outcome of this.#outcomes.splice(0)) letGo(outcome);
  }

  #ask(socket: ListeningSocket): void {
    if (this.#asked.has(socket)) return;
    this.#asked.add(socket);
    const settle = (outcome: Outcome) => {
      this.#asked.delete(socket);
      this.#outcomes.push(outcome);
      this.#deliver();
    };
    socket.accept().then(
      (conn) => settle({ conn }),
      (error) => settle({ error }),
    );
  }

  #deliver(): void {
    if (this.#waiting !== undefined && this.#outcomes.length > 0) {
      const outcome = this.#outcomes.shift()!;
      if ("conn" in outcome) this.#waiting.resolve(outcome.conn);
      else this.#waiting.reject(outcome.error);
      this.#waiting = undefined;
    }
    if (!this.#isClosed) return;
    for (const outcome of this.#outcomes.splice(0)) letGo(outcome);
  }
}

function letGo(outcome: Outcome): void {
  if ("conn" in outcome) outcome.conn.close();
}
