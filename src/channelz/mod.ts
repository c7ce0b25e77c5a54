/**
 * channelz v1 (gRFC A14): what channels, servers and their connections are doing,
 * for `grpcdebug` and the like to ask.
 *
 * @module
 */
export { Channelz, type ChannelzOptions } from "./channelz.ts";
