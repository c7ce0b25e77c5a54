/** What the two threads tell each other without an event loop. */
export type Flags = Int32Array<SharedArrayBuffer>;

/** In the flags: whether the server may answer. */
export const MAY_ANSWER = 0;

/** In the flags: whether it has. */
export const ANSWERED = 1;

/** What the server is to do. */
export interface Order {
  readonly answers: boolean;
  readonly flags: Flags;
}
