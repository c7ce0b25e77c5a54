import { lookup } from "node:dns/promises";
import { formatTarget } from "./address.ts";
import type { ResolveOptions } from "./network.ts";
import { messageOf } from "../errors.ts";

/**
 * Asks the system for the addresses of a name, IPv4 and IPv6, in its order:
 * the hosts file and the search domains count as they do for `Deno.connect`.
 *
 * Without the permission to ask for the bare name, or to connect to what is
 * found, the answer is the name itself, which `Deno.connect` resolves: it asks
 * for the permission of the name alone.
 *
 * @throws {Error} If the name has no address.
 */
export async function lookupAddresses(
  hostname: string,
  { port }: Pick<ResolveOptions, "port">,
): Promise<string[]> {
  try {
    const found = await lookup(hostname, { all: true });
    const addresses = [...new Set(found.map(({ address }) => address))];
    const isNameOnly = permission(hostname, port) === "granted" &&
      addresses.some((address) => permission(address, port) === "prompt");
    return isNameOnly ? [hostname] : addresses;
  } catch (error) {
    if (isNotAllowed(error)) return [hostname];
    throw new Error(`Cannot resolve ${hostname}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** What was refused explicitly is "denied", also if it is reached by a name. */
function permission(hostname: string, port: number): Deno.PermissionState {
  const host = formatTarget({ transport: "tcp", hostname, port });
  return Deno.permissions.querySync({ name: "net", host }).state;
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPERM";
}
