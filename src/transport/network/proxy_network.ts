import { requireKnownKeys } from "../../options/mod.ts";
import { connectSocket } from "./connect.ts";
import { denoNetwork } from "./deno_network.ts";
import { httpConnect, type ProxyCredentials } from "./http_connect.ts";
import type { Network } from "./network.ts";
import { type NoProxy, noProxy } from "./no_proxy.ts";
import { socks5 } from "./socks5.ts";
import type { Proxy, TcpTarget } from "./tunnel.ts";

/** What a {@linkcode proxyNetwork} does besides. */
export interface ProxyNetworkOptions {
  /**
   * What is reached without the proxy, in the words of `NO_PROXY`: hosts,
   * domains, networks of IPv4 and IPv6, with commas between them. This machine
   * always is.
   *
   * @default {""}
   */
  noProxy?: string;
}

/** The kinds of proxies, by the scheme of their URL, and their ports. */
const KINDS: Readonly<
  Record<string, { open: typeof socks5; port: number } | undefined>
> = {
  "http:": { open: httpConnect, port: 80 },
  "socks5:": { open: socks5, port: 1_080 },
  "socks5h:": { open: socks5, port: 1_080 },
};

/**
 * A network whose connections go through a proxy: one that knows HTTP CONNECT
 * (`http://host:port`), or SOCKS version 5 (`socks5://host:port`). Names are
 * looked up by the proxy, and TLS is from end to end. Who listens does as ever.
 * The `peer` of such a connection is the proxy, as in grpc-go.
 *
 * The user name and password in the URL are percent-encoded. curl and grpc-go
 * take the same URLs from the environment: see {@linkcode environmentNetwork}.
 *
 * @example Call through a proxy that wants to know who asks
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { proxyNetwork } from "@keepalive/grpc/transport";
 *
 * const network = proxyNetwork("http://user:secret@proxy.example:3128", {
 *   noProxy: "internal.example, 10.0.0.0/8",
 * });
 * await using channel = new Channel("orders.example:443", { network, tls: true });
 * ```
 *
 * @param proxy The URL of the proxy.
 * @param options What is reached without it.
 * @throws {TypeError} If the URL cannot be read, or an option is unknown.
 * @throws {RangeError} If it is of another kind, or has a part that no proxy
 * takes.
 */
export function proxyNetwork(
  proxy: string | URL,
  options: ProxyNetworkOptions = {},
): Network {
  requireKnownKeys("the options of a proxy", options, ["noProxy"]);
  const { noProxy: list = "" } = options;
  if (typeof list !== "string") {
    throw new TypeError(
      `Cannot use noProxy: expected a string such as "a.example, 10.0.0.0/8", received ${typeof list}`,
    );
  }
  return networkThrough(proxyOf(proxy), noProxy(list));
}

/**
 * What is reached without the proxy is so at each address that was found for it:
 * these are not listed themselves.
 */
function networkThrough(via: Proxy, isListed: NoProxy): Network {
  const found = new Map<string, readonly string[]>();
  const isDirect = (hostname: string, port: number) =>
    isListed(hostname, port) ||
    found.values().some((addresses) => addresses.includes(hostname));
  return {
    ...denoNetwork,
    connect: (target, options) =>
      target.transport === "unix" || isDirect(target.hostname, target.port)
        ? connectSocket(target, options)
        : connectSocket(target, options, via),
    async resolve(hostname, options) {
      if (!isListed(hostname, options.port)) return [hostname];
      const addresses = await denoNetwork.resolve(hostname, options);
      found.set(hostname, addresses);
      return addresses;
    },
  };
}

/**
 * The network that the environment asks for: through the proxy of `HTTPS_PROXY`
 * (or `https_proxy`), but for what `NO_PROXY` (or `no_proxy`) lists, and without
 * a proxy if there is none. Needs `--allow-env` for the four.
 *
 * grpc-go and gRPC Core look at them unasked.
 *
 * @throws As {@linkcode proxyNetwork} does.
 */
export function environmentNetwork(): Network {
  const of = (name: string) =>
    Deno.env.get(name) || Deno.env.get(name.toLowerCase());
  const proxy = of("HTTPS_PROXY");
  if (!proxy) return denoNetwork;
  const url = proxy.includes("://") ? proxy : `http://${proxy}`;
  return proxyNetwork(url, { noProxy: of("NO_PROXY") ?? "" });
}

function proxyOf(proxy: string | URL): Proxy {
  const url = URL.parse(String(proxy));
  if (url === null) {
    throw new TypeError(
      `Cannot use the proxy: expected a URL such as "http://proxy.example:3128", received a text that is none`,
    );
  }
  const kind = KINDS[url.protocol];
  if (kind === undefined) {
    throw new RangeError(
      `Cannot use the proxy: expected http://, socks5:// or socks5h://, received ${url.protocol}//`,
    );
  }
  if (url.hostname === "" || !["", "/"].includes(url.pathname) || url.search) {
    throw new RangeError(
      "Cannot use the proxy: expected a host and a port, and nothing behind them",
    );
  }
  return kind.open(addressOf(url, kind.port), credentialsOf(url));
}

function addressOf({ hostname, port }: URL, usual: number): TcpTarget {
  return {
    transport: "tcp",
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? usual : Number(port),
  };
}

/** RFC 1929: each is of 1 to 255 octets. */
const MAX_CREDENTIAL = 255;

function credentialsOf(url: URL): ProxyCredentials | undefined {
  if (url.username === "" && url.password === "") return undefined;
  const [username, password] = [url.username, url.password].map(decoded);
  const isTooLong = [username, password].some((text) =>
    new TextEncoder().encode(text).length > MAX_CREDENTIAL
  );
  if (isTooLong || username.includes(":")) {
    throw new RangeError(
      `Cannot use the proxy: expected a user name without a colon and a password, each of at most ${MAX_CREDENTIAL} octets`,
    );
  }
  return { username, password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new TypeError(
      'Cannot use the proxy: expected a percent-encoded user name and password, such as "%25" for "%"',
      { cause },
    );
  }
}
