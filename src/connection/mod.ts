/**
 * One end of an HTTP/2 connection (RFC 9113) and its streams.
 *
 * Pure: octets and commands in, octets and events out, time is an argument.
 *
 * @module
 */
export * from "./connection.ts";
export * from "./drain.ts";
export * from "./events.ts";
export * from "./goaway_state.ts";
export * from "./header_block.ts";
export * from "./header_limits.ts";
export * from "./output.ts";
export * from "./peer_settings.ts";
export * from "./ping_ledger.ts";
export * from "./role.ts";
export * from "./stream_layer.ts";
