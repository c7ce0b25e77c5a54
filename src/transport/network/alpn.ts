/** RFC 9113 section 3.2: "h2" identifies HTTP/2 over TLS. */
export const ALPN: string[] = ["h2"];

/**
 * What is wrong with the outcome of ALPN, if anything: Deno reports no error
 * when the other end has none.
 */
export function alpnProblem(protocol: string | null): string | undefined {
  if (protocol === "h2") return undefined;
  return `the peer did not agree on HTTP/2 by ALPN: expected "h2", received ${
    protocol === null ? "none" : `"${protocol}"`
  }`;
}
