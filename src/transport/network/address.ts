import { display } from "../../options/mod.ts";

/** Where to connect to. */
export type Target =
  | {
    readonly transport: "tcp";
    readonly hostname: string;
    readonly port: number;
  }
  | { readonly transport: "unix"; readonly path: string };

/** A host, without white space and control characters, and a port. */
const TCP = /^(?:\[([^[\]/\s\p{Cc}]+)\]|([^:[\]/\s\p{Cc}]+)):(\d{1,5})$/u;

/**
 * Reads a target: `host:port`, `[::1]:port`, or `unix:path` (gRPC name syntax
 * also allows `unix:///absolute/path`).
 *
 * @throws {TypeError} If it is none of these.
 */
export function parseTarget(target: string): Target {
  if (typeof target !== "string") {
    throw new TypeError(
      `Cannot use target: expected a string such as "host:port", received ${
        display(target)
      }`,
    );
  }
  if (target.startsWith("unix:")) {
    const path = target.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
    if (path !== "") return { transport: "unix", path };
  }
  const match = TCP.exec(target);
  const port = Number(match?.[3]);
  if (match !== null && port >= 1 && port <= 65_535) {
    return { transport: "tcp", hostname: match[1] ?? match[2], port };
  }
  throw new TypeError(
    `Cannot use target "${target}": expected host:port with a port from 1 to 65535, [ipv6]:port or unix:path`,
  );
}

/** A target as text, in the form that `parseTarget` reads. */
export function formatTarget(target: Target): string {
  if (target.transport === "unix") {
    const { path } = target;
    return path.startsWith("///") ? `unix://${path}` : `unix:${path}`;
  }
  const { hostname, port } = target;
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** The address of a socket, whole: `Deno.startTls` leaves `transport` out. */
export function wholeAddr(addr: Deno.Addr): Deno.Addr {
  const isWhole = !("hostname" in addr) || addr.transport !== undefined;
  return isWhole ? addr : { ...addr as Deno.NetAddr, transport: "tcp" };
}

/** RFC 4291 section 2.5.5.2: how a socket of IPv6 names an address of IPv4. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address of IPv4 as such, also if a socket of IPv6 tells it. */
export function plainAddr(addr: Deno.Addr): Deno.Addr {
  if (!("hostname" in addr)) return addr;
  const mapped = MAPPED.exec(addr.hostname);
  return mapped === null ? addr : { ...addr, hostname: mapped[1] };
}

/** A socket address as text. */
export function formatAddr(addr: Deno.Addr): string {
  switch (addr.transport) {
    case "tcp":
    case "udp":
      return formatTarget({ ...addr, transport: "tcp" });
    case "unix":
    case "unixpacket":
      return addr.path ? `unix:${addr.path}` : "unix";
    default:
      return addr.transport;
  }
}
