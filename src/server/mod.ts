/**
 * The server: services over kept-alive connections.
 *
 * @module
 */
export type {
  BidiStreamingHandler,
  ClientStreamingHandler,
  Handlers,
  ServerStreamingHandler,
  UnaryHandler,
} from "./calls/mod.ts";
export {
  Health,
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthDefinition,
  ServingStatus,
} from "./health/mod.ts";
export { implement, type Service } from "./implement.ts";
export { clockOf, type ServerCounters } from "./calls/mod.ts";
export { SERVE_KEYS, type ServeOptions } from "./options.ts";
export { serve, Server } from "./serve.ts";
export { UnfinishedHandlerError } from "./unfinished_handler_error.ts";
