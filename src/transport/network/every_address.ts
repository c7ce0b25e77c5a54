import { TwoSockets } from "./two_sockets.ts";
import type { ListeningSocket } from "./socket.ts";

/** All addresses of IPv6, and where the system has it so, of IPv4 too. */
const IPV6 = "::";
/** All addresses of IPv4. */
const IPV4 = "0.0.0.0";

/**
 * Listens on all addresses of the machine, of IPv6 and of IPv4: RFC 3493
 * section 3.7 has one socket take both, unless the system is set otherwise
 * (`net.ipv6.bindv6only`, Windows), where it takes two. Without IPv6, or
 * without the permission for it, there is only IPv4.
 *
 * @param open Listens on all addresses of one or both families.
 * @throws {Error} What `open` throws.
 */
export function listenEverywhere(
  port: number,
  open: (hostname: string, port: number) => ListeningSocket,
): ListeningSocket {
  const hasIpv4 = isPermitted(IPV4, port);
  if (hasIpv4 && !isPermitted(`[${IPV6}]`, port)) return open(IPV4, port);
  let socket: ListeningSocket;
  try {
    socket = open(IPV6, port);
  } catch (error) {
    if (!lacksIpv6(error)) throw error;
    return open(IPV4, port);
  }
  const { port: taken } = socket.addr as Deno.NetAddr;
  if (!hasIpv4 || !isFree(IPV4, taken)) return socket;
  try {
    return new TwoSockets(socket, open(IPV4, taken));
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Whether it may be listened on without a question to the user. */
function isPermitted(hostname: string, port: number): boolean {
  const host = `${hostname}:${port}`;
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}

/** Any other error would come with IPv4 as well, or is of a socket that is there. */
function lacksIpv6(error: unknown): boolean {
  if (error instanceof Deno.errors.AddrNotAvailable) return true;
  return error instanceof Error && "code" in error &&
    error.code === "EAFNOSUPPORT";
}

/** A socket of IPv6 that takes IPv4 as well leaves no room for another. */
function isFree(hostname: string, port: number): boolean {
  try {
    Deno.listen({ hostname, port }).close();
    return true;
  } catch {
    return false;
  }
}
