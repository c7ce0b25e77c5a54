/**
 * The machines of gRPC keepalive, each on its own: client and server
 * keepalive, connection age, ping enforcement.
 *
 * Pure: time is an argument, and what is to be done is the return value. A
 * limit of `Infinity` turns a machine off, and it asks for no timer.
 *
 * @module
 */
export * from "./client_keepalive.ts";
export * from "./clock_watch.ts";
export * from "./connection_age.ts";
export * from "./ping_enforcement.ts";
export * from "./server_keepalive.ts";
export * from "./watchdog.ts";
