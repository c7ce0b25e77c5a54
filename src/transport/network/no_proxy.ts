/** What is reached without the proxy, as `NO_PROXY` has it. */
export type NoProxy = (hostname: string, port: number) => boolean;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)\.?$/i;
const IPV4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/**
 * Reads a list such as `NO_PROXY` has: `example.com` is that host and all below
 * it, `.example.com` all below it, `10.0.0.0/8` a network, `*` everything; with
 * `:port` it is that port only. This machine is never reached through a proxy.
 * Go's `httpproxy` reads it so, and grpc-go with it.
 */
export function noProxy(list: string): NoProxy {
  const rules = list.split(",").map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "")
    .map(ruleOf);
  return (hostname, port) => {
    if (LOOPBACK.test(hostname)) return true;
    const host = hostname.toLowerCase().replace(/\.$/, "");
    return rules.some((rule) => rule(host, port));
  };
}

function ruleOf(text: string): NoProxy {
  if (text === "*") return () => true;
  const network = networkOf(text);
  if (network !== undefined) return (host) => network(host);
  const { name, portText } = partsOf(text);
  return (host, port) => {
    if (portText !== undefined && Number(portText) !== port) return false;
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

function networkOf(text: string): ((host: string) => boolean) | undefined {
  const [address, bits, ...rest] = text.split("/");
  const base = numberOf(address);
  const length = Number(bits);
  if (base === undefined || bits === undefined || rest.length > 0) {
    return undefined;
  }
  if (!(Number.isInteger(length) && length >= 0 && length <= 32)) {
    return undefined;
  }
  const size = 2 ** (32 - length);
  return (host) => {
    const other = numberOf(host);
    return other !== undefined &&
      Math.floor(other / size) === Math.floor(base / size);
  };
}

function numberOf(address: string): number | undefined {
  const parts = IPV4.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
