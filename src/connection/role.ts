/**
 * Which end of the connection this is
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-2.2 | RFC 9113 section 2.2}).
 */
export type Role = "client" | "server";
