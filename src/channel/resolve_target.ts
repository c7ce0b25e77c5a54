import { formatTarget } from "../transport/address.ts";
import { lookupAddresses } from "../transport/lookup.ts";
import type { DialOptions } from "../transport/mod.ts";
import { fixedResolver, pollingResolver, type Resolver } from "./resolver.ts";
import type { ChannelTarget } from "./target.ts";

/**
 * The resolver of a target without one of its own: a name is looked up by the
 * system, and again when a connection is lost.
 *
 * With a client certificate, Deno checks the server's against the host that it
 * connects to: the name is kept whole then, and Deno picks the address.
 */
export function resolverOf(
  target: ChannelTarget,
  tls: DialOptions["tls"],
): Resolver {
  if (target.kind === "fixed") return fixedResolver(target.addresses);
  if (target.kind === "foreign") return fixedResolver([target.name]);
  const { hostname, port, authority } = target;
  if (typeof tls === "object" && tls.cert !== undefined) {
    return fixedResolver([authority]);
  }
  return pollingResolver(async () =>
    (await lookupAddresses(hostname)).map((hostname) =>
      formatTarget({ transport: "tcp", hostname, port })
    )
  );
}

/** The host of an authority, which is the name to expect in certificates. */
export function tlsNameOf(authority: string): string {
  return authority.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}
