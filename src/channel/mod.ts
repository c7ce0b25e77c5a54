/**
 * The client: calls over one kept-alive connection.
 *
 * @module
 */
export * from "./channel.ts";
export type { ChannelOptions } from "./channel_options.ts";
export * from "./client.ts";
export * from "./interceptor.ts";
