/**
 * A header field: its name and its value
 * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-1.3 | RFC 7541 section 1.3}).
 *
 * Both are octet strings, one character (U+0000 to U+00FF) for each octet.
 * HTTP/2 wants names in lower case (RFC 9113 section 8.2); HPACK carries
 * whatever it is given.
 */
export type HeaderField = readonly [name: string, value: string];

/** What is to be known about a header field besides its name and value. */
export interface HeaderFieldAttributes {
  /**
   * Whether the value is a secret that must stay out of every compression
   * state, here and at each hop that follows: such a field is encoded as a
   * literal that is never indexed (RFC 7541 sections 6.2.3 and 7.1.3).
   */
  readonly sensitive: boolean;
}

/** A header field with attributes, see {@linkcode HeaderFieldAttributes}. */
export type AttributedHeaderField = readonly [
  name: string,
  value: string,
  attributes: HeaderFieldAttributes,
];

/** What an encoder takes: a plain header field, or one with attributes. */
export type EncodableHeaderField = HeaderField | AttributedHeaderField;
