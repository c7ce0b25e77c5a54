/**
 * The server: services over kept-alive connections.
 *
 * @module
 */
export * from "./health.ts";
export * from "./health_messages.ts";
export * from "./implement.ts";
export * from "./serve.ts";
export * from "./unfinished_handler_error.ts";
