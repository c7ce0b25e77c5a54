import { display } from "../../options/mod.ts";
import { formatTarget, parseTarget } from "../../transport/mod.ts";

/** Where a channel leads to, as gRPC names it. */
export type ChannelTarget =
  /** A name that may move, and stand for several addresses. */
  | {
    readonly kind: "dns";
    readonly hostname: string;
    readonly port: number;
    readonly authority: string;
  }
  /** Addresses that stay. */
  | {
    readonly kind: "fixed";
    readonly addresses: readonly string[];
    readonly authority: string;
  }
  /** A name that somebody else resolves. */
  | {
    readonly kind: "foreign";
    readonly name: string;
    readonly authority: string;
  };

/** The port of gRPC names without one. */
const DEFAULT_PORT = 443;

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The text that was read last, and what it is: nobody can change that. */
let last: { readonly text: string; readonly target: ChannelTarget } | undefined;

/**
 * Reads a target (gRPC name syntax): `host:port`, `dns:///host:port`,
 * `ipv4:address:port,...`, `ipv6:[address]:port,...`, `unix:path`, or a list of
 * addresses. With a resolver of the caller's, any other text is a name.
 *
 * @throws {TypeError} If it is none of these.
 */
export function parseChannelTarget(
  target: string | readonly string[],
  hasResolver: boolean = false,
): ChannelTarget {
  if (Array.isArray(target)) return fixed("the list", target);
  if (typeof target !== "string") {
    throw new TypeError(
      `Cannot use target: expected a string such as "host:port", or an array of them, received ${
        display(target)
      }`,
    );
  }
  if (hasResolver) return foreign(target);
  // Of thousands of channels most lead to one place: they have one list of it.
  if (last?.text !== target) last = { text: target, target: parsed(target) };
  return last.target;
}

function parsed(target: string): ChannelTarget {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(target)?.[1];
  switch (scheme) {
    case "dns":
      return dns(withPort(withoutAuthority(target, "dns:")), target);
    case "ipv4":
    case "ipv6":
      return literals(target, scheme);
    case "unix":
      return {
        kind: "fixed",
        addresses: Object.freeze([formatTarget(parseTarget(target))]),
        authority: "localhost",
      };
    default:
      return dns(target, target);
  }
}

function foreign(name: string): ChannelTarget {
  const authority = name.split("/").at(-1) ?? "";
  return { kind: "foreign", name, authority: authority || name };
}

/** `dns:[//server/]name`: whom to ask is the system's to know. */
function withoutAuthority(target: string, scheme: string): string {
  const name = target.slice(scheme.length);
  const match = /^\/\/([^/]*)\/(.*)$/.exec(name);
  if (match === null) return name;
  if (match[1] === "") return match[2];
  throw new TypeError(
    `Cannot use target "${target}": a DNS server of its own is not supported, expected dns:///${
      match[2]
    }`,
  );
}

function dns(name: string, target: string): ChannelTarget {
  const address = read(name, target);
  if (address.transport === "unix") throw unusable(target);
  const { hostname, port } = address;
  const authority = formatTarget(address);
  return IPV4.test(hostname) || hostname.includes(":")
    ? { kind: "fixed", addresses: Object.freeze([authority]), authority }
    : { kind: "dns", hostname, port, authority };
}

function literals(target: string, scheme: "ipv4" | "ipv6"): ChannelTarget {
  const addresses = target.slice(scheme.length + 1).replace(/^\/+/, "")
    .split(",").map((name) => {
      const address = read(withPort(name), target);
      const isRight = address.transport === "tcp" &&
        (scheme === "ipv4"
          ? IPV4.test(address.hostname)
          : address.hostname.includes(":"));
      if (!isRight) throw unusable(target);
      return formatTarget(address);
    });
  const [authority] = addresses;
  return { kind: "fixed", addresses: Object.freeze(addresses), authority };
}

function fixed(owner: string, list: readonly string[]): ChannelTarget {
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError(
      `Cannot use ${owner} of addresses: expected at least one, received ${
        Array.isArray(list) ? "none" : typeof list
      }`,
    );
  }
  const addresses = checkAddresses(list);
  const authority = addresses[0].startsWith("unix:")
    ? "localhost"
    : addresses[0];
  return { kind: "fixed", addresses, authority };
}

/**
 * Checks addresses, and leaves out what is there twice. What was checked before
 * is the same list again: nobody can have changed it.
 *
 * @throws {TypeError} If one is none.
 */
export function checkAddresses(
  addresses: readonly string[],
): readonly string[] {
  if (!Array.isArray(addresses)) {
    throw new TypeError(
      `Cannot use addresses: expected a list, received ${typeof addresses}`,
    );
  }
  const other = addresses.find((address) => typeof address !== "string");
  if (other !== undefined) {
    throw new TypeError(
      `Cannot use an address: expected a string, received ${typeof other}`,
    );
  }
  const checked = [
    ...new Set(addresses.map((address) => formatTarget(parseTarget(address)))),
  ];
  const isChecked = Object.isFrozen(addresses) &&
    checked.length === addresses.length &&
    checked.every((address, i) => address === addresses[i]);
  return isChecked ? addresses : Object.freeze(checked);
}

function withPort(name: string): string {
  const isBare = name.startsWith("[")
    ? name.endsWith("]")
    : !name.includes(":");
  return isBare && name !== "" ? `${name}:${DEFAULT_PORT}` : name;
}

function read(name: string, target: string): ReturnType<typeof parseTarget> {
  try {
    return parseTarget(name);
  } catch {
    throw unusable(target);
  }
}

/** What to do about what other protocols have before the host. */
const ADVICE: readonly (readonly [scheme: string, advice: string])[] = [
  ["http://", "; leave http:// out"],
  ["https://", "; leave https:// out, and give tls: true"],
];

function unusable(target: string): TypeError {
  const [, advice = ""] =
    ADVICE.find(([scheme]) => target.startsWith(scheme)) ??
      [];
  return new TypeError(
    `Cannot use target "${target}": expected host:port with a port from 1 to 65535, [ipv6]:port, dns:///host:port, ipv4:address:port, ipv6:[address]:port, unix:path or a list of addresses${advice}`,
  );
}
