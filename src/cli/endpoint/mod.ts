/**
 * What the subcommands share that connect to a server: flags, and the channel
 * that they ask for.
 *
 * @module
 */
export { channelTo, connect, startError, tlsFlags } from "./channel.ts";
export { addEndpointFlags, type Endpoint, endpointOf } from "./flags.ts";
