/** How a connection ended with a call that ran on it. */
export interface ConnectionEnding {
  /** What the peer said or did, for people. */
  readonly how: string;
  /** Whether it said GOAWAY with NO_ERROR, as servers do that retire one. */
  readonly isOrderly: boolean;
  /** Whether calls had been answered on it before. */
  readonly isAnswering: boolean;
  /**
   * Whether the call is the first that the GOAWAY refuses. A peer that reads in
   * order and cannot bear a header block has read none behind it.
   */
  readonly isFirst: boolean;
  /** Whether the GOAWAY names a last stream, which is true then. */
  readonly namesStream: boolean;
}
