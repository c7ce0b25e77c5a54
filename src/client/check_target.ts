import {
  type DialOptions,
  parseTarget,
  resolveDialTls,
} from "../transport/mod.ts";
import type { ChannelTarget } from "./resolving/mod.ts";

/**
 * RFC 9110 section 7.2: a host and an optional port, without white space.
 *
 * @throws {TypeError} If it is none.
 */
export function checkAuthority(authority: string): string {
  if (typeof authority === "string" && /^[\x21-\x7e]+$/.test(authority)) {
    return authority;
  }
  throw new TypeError(
    `Cannot use authority: expected printable ASCII without spaces, received ${
      JSON.stringify(authority)
    }`,
  );
}

/**
 * A Unix socket has no TLS.
 *
 * @throws {TypeError} If it is asked for.
 */
export function requirePlainUnix(
  target: ChannelTarget,
  tls: DialOptions["tls"],
): void {
  if (resolveDialTls(tls) === undefined || target.kind !== "fixed") return;
  for (const address of target.addresses) {
    if (parseTarget(address).transport !== "unix") continue;
    throw new TypeError(
      `Cannot use TLS to connect to ${address}: it is for TCP, leave tls out`,
    );
  }
}
