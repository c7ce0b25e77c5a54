/** What is reached without the proxy, as `NO_PROXY` has it. */
export type NoProxy = (hostname: string, port: number) => boolean;

import { ipOctets } from "./ip_octets.ts";

const LOOPBACK = ["127.0.0.0/8", "::1/128"].map((text) => networkOf(text)!);

/**
 * Reads a list such as `NO_PROXY` has: `example.com` is that host and all below
 * it, `.example.com` all below it, `10.0.0.0/8` and `fd00::/8` networks, `*`
 * everything; with `:port` it is that port only. This machine is never reached
 * through a proxy.
 * Go's `httpproxy` reads it so, and grpc-go with it.
 */
export function noProxy(list: string): NoProxy {
  const rules = list.split(",").map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "")
    .map(ruleOf);
  return (hostname, port) => {
    const host = hostname.toLowerCase().replace(/\.$/, "");
    if (host === "localhost" || LOOPBACK.some((has) => has(host))) return true;
    return rules.some((rule) => rule(host, port));
  };
}

function ruleOf(text: string): NoProxy {
  if (text === "*") return () => true;
  const network = networkOf(text);
  if (network !== undefined) return (host) => network(host);
  const { name, portText } = partsOf(text);
  const isAddress = addressRule(name);
  return (host, port) => {
    if (portText !== undefined && Number(portText) !== port) return false;
    if (isAddress !== undefined) return isAddress(host);
    const base = name.replace(/^\*?\./, "");
    return host.endsWith(`.${base}`) || (host === base && base === name);
  };
}

/** `host`, `host:port`, `[ipv6]:port`, or an IPv6 address alone. */
function partsOf(text: string): { name: string; portText?: string } {
  const [, literal, ofLiteral] = /^\[(.*)\](?::(\d+))?$/.exec(text) ?? [];
  if (literal !== undefined) return { name: literal, portText: ofLiteral };
  const [, host, port] = /^([^:]*):(\d+)$/.exec(text) ?? [];
  return host === undefined ? { name: text } : { name: host, portText: port };
}

/** An address is one however it is written: it is a network of its own. */
function addressRule(name: string): ((host: string) => boolean) | undefined {
  const octets = ipOctets(name);
  return octets && networkOf(`${name}/${8 * octets.length}`);
}

function networkOf(text: string): ((host: string) => boolean) | undefined {
  const [address, bits = "", ...rest] = text.split("/");
  const base = ipOctets(address);
  const length = /^\d+$/.test(bits) ? Number(bits) : Infinity;
  if (base === undefined || rest.length > 0 || length > 8 * base.length) {
    return undefined;
  }
  return (host) => {
    const other = ipOctets(host);
    return other?.length === base.length && startsAlike(base, other, length);
  };
}

/** Whether so many bits of two addresses are the same. */
function startsAlike(
  one: readonly number[],
  two: readonly number[],
  bits: number,
): boolean {
  return one.every((octet, index) => {
    const ignored = Math.min(Math.max(8 * (index + 1) - bits, 0), 8);
    return octet >> ignored === two[index] >> ignored;
  });
}
