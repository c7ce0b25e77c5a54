/**
 * Milliseconds that a handshake has at first. When thousands come at once, as
 * after a restart, what they say may lie in the kernel and wait for its turn, or
 * not be said yet, as a busy process has opened them all.
 */
export const HANDSHAKE_PATIENCE = 2_000;

/** Milliseconds that it has in any case. */
export const LEAST_PATIENCE = 250;

/** Milliseconds after the end of the last one until all is as at first. */
const CALM = 60_000;

/**
 * How long a handshake may take where others wait for its place. Each that was
 * silent for as long halves it, so that a flood of silent peers delays others
 * once and not for each of its peers; each that took its time and succeeded
 * doubles it again.
 */
export class HandshakePatience {
  #milliseconds = HANDSHAKE_PATIENCE;
  #endedAt = -Infinity;

  /** The present one, in milliseconds. */
  at(now: number): number {
    if (now - this.#endedAt > CALM) this.#milliseconds = HANDSHAKE_PATIENCE;
    return this.#milliseconds;
  }

  /** A handshake was ended, as the patience was over. */
  ended(now: number): void {
    this.#milliseconds = Math.max(LEAST_PATIENCE, this.at(now) / 2);
    this.#endedAt = now;
  }

  /** A handshake has succeeded that took so many milliseconds. */
  succeeded(duration: number): void {
    if (duration <= this.#milliseconds / 2) return;
    this.#milliseconds = Math.min(HANDSHAKE_PATIENCE, this.#milliseconds * 2);
  }
}
