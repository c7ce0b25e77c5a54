/**
 * From the target of a channel to addresses.
 *
 * @module
 */
export { type AddressListener, AddressSource } from "./address_source.ts";
export { resolverOf, tlsNameOf } from "./resolve_target.ts";
export {
  type PollingOptions,
  pollingResolver,
  type Resolver,
  type ResolverListener,
} from "./resolver.ts";
export { type ChannelTarget, parseChannelTarget } from "./target.ts";
