import type { Clock } from "../../runtime/mod.ts";

/** Peers that may be overdue at once before this end suspects itself. */
const FEW = 3;

/** A connection whose peer may be overdue. */
export interface Held {
  /** The address of the server. */
  readonly peer: string;
  /** When octets were last read, in milliseconds. */
  readonly lastReadAt: number;
  /** It is not held back any longer, for a reason. */
  release(why: string): void;
}

/** What is to be done about a peer that is overdue. */
export type OverdueVerdict =
  /** It is suspected. */
  | "suspect"
  /** It is, and a new connection to it is to show whether this end is well. */
  | "probe"
  /** It is held back, until `release` or for a time of its owner's. */
  | "hold";

/** Connections by their peers. */
class ByPeer {
  readonly #peers = new Map<string, Set<Held>>();

  /** How many peers there are. */
  get size(): number {
    return this.#peers.size;
  }

  has(peer: string): boolean {
    return this.#peers.has(peer);
  }

  /** The connections of each. */
  values(): Iterable<ReadonlySet<Held>> {
    return this.#peers.values();
  }

  add(connection: Held): void {
    const known = this.#peers.get(connection.peer);
    if (known === undefined) {
      this.#peers.set(connection.peer, new Set([connection]));
    } else known.add(connection);
  }

  remove(connection: Held): void {
    const known = this.#peers.get(connection.peer);
    known?.delete(connection);
    if (known?.size === 0) this.#peers.delete(connection.peer);
  }
}

/**
 * Whether this process is to blame, rather than those that do not answer it:
 * when many peers fall silent at the same moment, what they have in common is
 * this end and its network. If more than three are overdue, and fewer others were
 * heard since they were asked, one more is probed with a new connection, and
 * what is overdue from then on is held back, so that not all dial. A connection
 * that is made shows that the network works, and all are released.
 *
 * It is the idea of Lifeguard ({@link https://arxiv.org/abs/1707.00788}), for
 * connections instead of members.
 */
export class LocalHealth {
  readonly #open = new ByPeer();
  readonly #overdue = new ByPeer();
  readonly #held = new Set<Held>();
  #probe: Held | undefined;
  #probedAt = -Infinity;

  /** A connection was made: the network works. */
  opened(connection: Held): void {
    this.#open.add(connection);
    this.#probe = undefined;
    this.#release(`the network works: ${connection.peer} was connected to`);
  }

  /** It has ended. */
  closed(connection: Held): void {
    this.#open.remove(connection);
    this.answered(connection);
  }

  /**
   * A PING was not answered in time. One that was sent after the last probe was
   * chosen says something new.
   *
   * @param since When it was sent.
   * @param now The present time on the same clock.
   */
  overdue(connection: Held, since: number, now: number): OverdueVerdict {
    this.#overdue.add(connection);
    if (this.#probe === undefined || since > this.#probedAt) {
      if (!this.#isToBlame(since)) return "suspect";
      this.#probe = connection;
      this.#probedAt = now;
      return "probe";
    }
    this.#held.add(connection);
    return "hold";
  }

  /** It has answered, or ended. */
  answered(connection: Held): void {
    this.#overdue.remove(connection);
    this.#held.delete(connection);
    if (this.#probe === connection) this.#probe = undefined;
  }

  /** Of the peers that were asked, or heard, most have not answered. */
  #isToBlame(since: number): boolean {
    if (this.#overdue.size <= FEW) return false;
    let heard = 0;
    for (const connections of this.#open.values()) {
      if (!this.#isHeard(connections, since)) continue;
      if (++heard >= this.#overdue.size) return false;
    }
    return true;
  }

  #isHeard(connections: ReadonlySet<Held>, since: number): boolean {
    for (const { peer, lastReadAt } of connections) {
      if (this.#overdue.has(peer)) return false;
      if (lastReadAt > since) return true;
    }
    return false;
  }

  #release(why: string): void {
    if (this.#held.size === 0) return;
    const held = [...this.#held];
    this.#held.clear();
    for (const each of held) each.release(why);
  }
}

const byClock = new WeakMap<Clock, LocalHealth>();

/** That of all channels with a clock: of the process, for that of the system. */
export function localHealthOf(clock: Clock): LocalHealth {
  const known = byClock.get(clock) ?? new LocalHealth();
  byClock.set(clock, known);
  return known;
}
