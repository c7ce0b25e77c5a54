/** How large the header lists of a peer may be. */
export interface HeaderLimits {
  /**
   * Octets of a list that is accepted, as in SETTINGS_MAX_HEADER_LIST_SIZE: the
   * names, the values, and 32 for each field (RFC 9113 section 6.5.2). One that
   * is larger costs its stream.
   */
  readonly maxHeaderListSize: number;
  /**
   * Octets of a list, and of its block, that are read at all, so that the
   * compression state stays in step. One that is larger costs the connection.
   */
  readonly absoluteMaxHeaderListSize: number;
}

/** What a {@linkcode HeaderLimits.maxHeaderListSize} is unless set. */
export const MAX_HEADER_LIST_SIZE = 65_536;

/** The limits unless they are set. */
export const HEADER_LIMITS: HeaderLimits = {
  maxHeaderListSize: MAX_HEADER_LIST_SIZE,
  absoluteMaxHeaderListSize: 4 * MAX_HEADER_LIST_SIZE,
};
