import type { AddressMessage } from "./messages.ts";

/** An address as channelz has it: octets of an IP address, or a path. */
export function addressOf(addr: Deno.Addr | undefined): AddressMessage {
  const message: AddressMessage = {
    tcpipAddress: undefined,
    udsAddress: undefined,
    otherAddress: undefined,
  };
  if (addr === undefined) {
    message.otherAddress = { name: "unknown" };
  } else if ("hostname" in addr) {
    const ipAddress = octetsOf(addr.hostname);
    const { port } = addr;
    if (ipAddress !== undefined) message.tcpipAddress = { ipAddress, port };
    else message.otherAddress = { name: `${addr.hostname}:${port}` };
  } else if ("path" in addr) {
    message.udsAddress = { filename: addr.path };
  } else {
    message.otherAddress = { name: addr.transport };
  }
  return message;
}

/** The octets of an IP address; `undefined` for other names. */
export function octetsOf(hostname: string): Uint8Array | undefined {
  return hostname.includes(":") ? octetsOfV6(hostname) : octetsOfV4(hostname);
}

function octetsOfV4(hostname: string): Uint8Array | undefined {
  const parts = hostname.split(".");
  const isAddress = parts.length === 4 &&
    parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isAddress ? Uint8Array.from(parts, Number) : undefined;
}

/** RFC 4291 section 2.2; a zone index is left out. */
function octetsOfV6(hostname: string): Uint8Array | undefined {
  const [text] = hostname.split("%", 1);
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => groupsOf(half));
  if (head === undefined || (halves.length === 2 && tail === undefined)) {
    return undefined;
  }
  const missing = 16 - head.length - (tail?.length ?? 0);
  const isWhole = halves.length === 2 ? missing >= 2 : missing === 0;
  if (!isWhole) return undefined;
  const zeros = new Array<number>(missing).fill(0);
  return Uint8Array.from([...head, ...zeros, ...tail ?? []]);
}

/** The octets of groups of sixteen bits; the last may be an IPv4 address. */
function groupsOf(half: string): number[] | undefined {
  if (half === "") return [];
  const octets: number[] = [];
  for (const group of half.split(":")) {
    const v4 = octetsOfV4(group);
    if (v4 !== undefined) octets.push(...v4);
    else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return octets;
}
