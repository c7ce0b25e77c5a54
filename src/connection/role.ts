/** Which end of the connection this is (RFC 9113 section 2.2). */
export type Role = "client" | "server";
