/**
 * The octets that one call holds, by what they are. Most calls hold so little
 * that it is not counted: those have {@linkcode NOTHING_HELD}.
 */
export interface HeldOctets {
  /** Those of the header list. */
  base: number;
  /** Those that have come and were not taken. */
  unread: number;
  /** Whether these are of a message that was reserved. */
  isPinned: boolean;
  /** Those that are to come of such a message. */
  pending: number;
  /** Those of messages that a handler has, and of those being decompressed. */
  inHand: number;
  /** Those of the last message, until the next one has come. */
  kept: number;
  /** Those of messages that wait to be sent. */
  queued: number;
  /** Those that there is to be room for, and that are nothing else yet. */
  reserved: number;
  /** All of them. */
  octets: number;
  /** Those of them that were reserved, are in hand, or wait to be sent. */
  pinned: number;
  /** What all of them are to be, for what is wanted. */
  level: number;
  /** Those that came of what was reserved, since somebody last looked. */
  arrived: number;
}

/** What a call holds of which nothing is counted. */
export const NOTHING_HELD: Readonly<HeldOctets> = {
  base: 0,
  unread: 0,
  isPinned: false,
  pending: 0,
  inHand: 0,
  kept: 0,
  queued: 0,
  reserved: 0,
  octets: 0,
  pinned: 0,
  level: 0,
  arrived: 0,
};
