import { LateSet } from "../collections/mod.ts";
import type { Transport } from "../transport/mod.ts";
import type { ConnectionRecord } from "./connection_record.ts";

type Ended = ConnectionRecord<Transport>;

/** Channels that were forgotten and may still be told of: so many at once. */
const MOST_FORGOTTEN = 4_096;

/** What a recorder keeps of connections and channels that have ended. */
export class Past {
  readonly #most: number;
  readonly #connections: Ended[] = [];
  readonly #channels: number[] = [];
  readonly #forgotten = new LateSet<number>();

  /** Starts with none; keeps so many of either. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The connections that are kept, the one that ended last at the end. */
  get connections(): readonly Ended[] {
    return this.#connections;
  }

  /** A connection has ended; answers with the one that goes for it, if one does. */
  connectionEnded(record: Ended): Ended | undefined {
    this.#connections.push(record);
    if (this.#connections.length <= this.#most) return undefined;
    return this.#connections.shift();
  }

  /** A channel was closed; answers with the one that is forgotten for it. */
  channelClosed(channelId: number): number | undefined {
    this.#channels.push(channelId);
    if (this.#channels.length <= this.#most) return undefined;
    const gone = this.#channels.shift()!;
    this.#forget(gone);
    return gone;
  }

  /** Whether a channel was forgotten: its connections end later. */
  isForgotten(channelId: number): boolean {
    return this.#forgotten.has(channelId);
  }

  #forget(channelId: number): void {
    this.#forgotten.add(channelId);
    if (this.#forgotten.size <= MOST_FORGOTTEN) return;
    for (const oldest of this.#forgotten) {
      return void this.#forgotten.delete(oldest);
    }
  }
}
