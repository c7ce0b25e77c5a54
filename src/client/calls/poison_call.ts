import type { ConnectionEnding } from "../connections/mod.ts";

/**
 * Octets of headers from which on they may be what ends a connection: what
 * gRPC accepts by default, and less than any proxy's buffer.
 */
export const LARGE_HEADERS = 8_192;

/** Connections that may end because of one call. */
const MAX_ENDED = 2;

/** The same where the peer does not say how far it had read. */
const MAX_ENDED_UNNAMED = 4;

/**
 * Connections that may refuse a call after one that answered others did: it
 * may be the reason, though nothing else says so.
 */
const MAX_REFUSED = 16;

/**
 * Finds out whether a call ends the connections that it is made on: some
 * proxies answer headers that they cannot bear with GOAWAY, or close. The call
 * is given up then, before it takes down those of others again and again. A
 * server that retires connections which it has not used is not held against
 * the calls.
 */
export class PoisonCallDetector {
  #ended = 0;
  #refused = 0;

  /**
   * A connection has ended with the call.
   *
   * @param headerOctets Those of the headers of the call.
   * @returns Why the call is given up; `undefined` if it is not.
   */
  of(ending: ConnectionEnding, headerOctets: number): string | undefined {
    const { isAnswering, how } = ending;
    if (isAnswering || this.#refused > 0) this.#refused++;
    if (this.#isSuspect(ending, headerOctets)) this.#ended++;
    const isLarge = headerOctets >= LARGE_HEADERS;
    const most = isLarge || ending.namesStream ? MAX_ENDED : MAX_ENDED_UNNAMED;
    const count = this.#ended >= most
      ? this.#ended
      : this.#refused > MAX_REFUSED
      ? this.#refused
      : undefined;
    return count === undefined
      ? undefined
      : `${count} connections ended as soon as this call's headers of ${headerOctets} octets were sent, so it is not made again: ${how}`;
  }

  #isSuspect(ending: ConnectionEnding, headerOctets: number): boolean {
    if (headerOctets >= LARGE_HEADERS) return true;
    const { isFirst, isOrderly, isAnswering } = ending;
    return isFirst && !isOrderly && (isAnswering || this.#ended > 0);
  }
}
