import { formatTarget, type Network } from "../../transport/mod.ts";
import { fixedResolver, pollingResolver, type Resolver } from "./resolver.ts";
import type { ChannelTarget } from "./target.ts";

/**
 * The resolver of a target without one of its own: a name is looked up by the
 * network, and again when a connection is lost.
 */
export function resolverOf(target: ChannelTarget, network: Network): Resolver {
  if (target.kind === "fixed") return fixedResolver(target.addresses);
  if (target.kind === "foreign") return fixedResolver([target.name]);
  const { hostname, port } = target;
  return pollingResolver(async (signal) =>
    (await network.resolve(hostname, { port, signal })).map((hostname) =>
      formatTarget({ transport: "tcp", hostname, port })
    )
  );
}

/** The host of an authority, which is the name to expect in certificates. */
export function tlsNameOf(authority: string): string {
  return authority.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}
