import { lookup } from "node:dns/promises";
import { messageOf } from "./errors.ts";

/**
 * Asks the system for the addresses of a name, IPv4 and IPv6, in its order:
 * the hosts file and the search domains count as they do for `Deno.connect`.
 *
 * Without the permission to ask for the bare name, the answer is the name
 * itself, which `Deno.connect` resolves.
 *
 * @throws {Error} If the name has no address.
 */
export async function lookupAddresses(hostname: string): Promise<string[]> {
  try {
    const found = await lookup(hostname, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    if (isNotAllowed(error)) return [hostname];
    throw new Error(`Cannot resolve ${hostname}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPERM";
}
