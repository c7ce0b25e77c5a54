/** Calls that are followed at once: of more, the oldest is forgotten. */
const MOST = 100_000;

/** What is remembered of calls until they end. */
export class RunningCalls<Entry> {
  readonly #entries = new Map<number, Entry>();

  /** A call begins. */
  begin(callId: number, entry: Entry): void {
    this.#entries.set(callId, entry);
    if (this.#entries.size <= MOST) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** What is remembered of a call. */
  get(callId: number): Entry | undefined {
    return this.#entries.get(callId);
  }

  /** A call has ended. */
  end(callId: number): void {
    this.#entries.delete(callId);
  }
}
