import { type Clock, loopWatch } from "../runtime/mod.ts";
import type { Session } from "../session/mod.ts";

/** Frames that are handled before the clock is looked at. */
const BATCH = 16;

/** Milliseconds for the frames of one read: the others wait for another turn. */
const READ_SLICE = 2;

/** Whose octets were read. */
export interface Receiver {
  /** The session. */
  readonly session: Session;
  /** Hands over the events of the frames so far. */
  handOver(): void;
}

/**
 * Handles the frames of a read for a while; answers whether some are left.
 *
 * @param isPartway Whether these are the ones that the last call has left.
 */
export function receiveSlice(
  receiver: Receiver,
  clock: Clock,
  octets: Uint8Array,
  isPartway: boolean,
): boolean {
  const { session } = receiver;
  const begin = clock.now();
  loopWatch.read(begin, clock);
  let isLeft = isPartway
    ? session.resume(begin, BATCH)
    : session.receive(octets, begin, BATCH);
  for (let now = begin; isLeft && now - begin < READ_SLICE;) {
    receiver.handOver();
    now = clock.now();
    isLeft = session.resume(now, BATCH);
  }
  return isLeft;
}
