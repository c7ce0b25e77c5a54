import { duration } from "../../options/mod.ts";
import type { Spread } from "../../grpc/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";
import type { PeerStack } from "./fingerprint.ts";
import { quoted } from "./words.ts";

/** Who ends the connection of a probe: the server, or something before it. */
export interface Hop {
  /**
   * `"proxy"` if an HTTP/2 proxy answers, `"perhaps"` if only times speak for
   * one, `"unseen"` if nothing does, which is no proof.
   */
  readonly kind: "proxy" | "perhaps" | "unseen";
  /** What speaks for it, in words. */
  readonly evidence: readonly string[];
}

/** What proxies and load balancers call themselves in `server`. */
const PROXY_NAMES =
  /nginx|envoy|awselb|cloudflare|nghttpx|caddy|haproxy|traefik|openresty|tengine|google frontend|^gws$|akamai|linkerd|apache/i;

/** Fields that proxies add, or gRPC servers do not send. */
const PROXY_FIELDS: readonly string[] = [
  "via",
  "x-envoy-upstream-service-time",
  "x-envoy-decorator-operation",
  "cf-ray",
  "x-amz-cf-id",
  "x-cache",
  "alt-svc",
];

/** A call that takes so much longer than a PING goes further, perhaps. */
const SLOWER = { times: 4, milliseconds: 10 };

/**
 * Finds out whether a proxy is in between, from what it says of itself and from
 * times: a PING goes to the next end of HTTP/2, a call to the server.
 */
export function hopOf(
  stack: PeerStack | undefined,
  headers: readonly HeaderField[],
  fastestPing: number | undefined,
  calls: Spread | undefined,
): Hop {
  const evidence: string[] = [];
  if (stack?.isProxy) evidence.push(`SETTINGS like those of ${stack.name}`);
  for (const [name, value] of headers) {
    const tells = name === "server"
      ? PROXY_NAMES.test(value)
      : PROXY_FIELDS.includes(name);
    if (tells) evidence.push(`header ${name}: ${quoted(value)}`);
  }
  if (evidence.length > 0) return { kind: "proxy", evidence };
  if (fastestPing === undefined || calls === undefined) {
    return { kind: "unseen", evidence };
  }
  const { times, milliseconds } = SLOWER;
  const isSlower = calls.p50 > times * fastestPing &&
    calls.p50 > fastestPing + milliseconds;
  if (!isSlower) return { kind: "unseen", evidence };
  const times_ = `a PING takes ${duration(fastestPing)}, a call ${
    duration(calls.p50)
  }`;
  return { kind: "perhaps", evidence: [times_] };
}
