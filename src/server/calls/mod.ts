/**
 * The calls of a server: from the request headers to the status.
 *
 * @module
 */
export { acceptCalls, type CallSettings } from "./accept_call.ts";
export { CallTracers, type ServerCounters } from "./call_tracer.ts";
export type {
  AnyHandler,
  BidiStreamingHandler,
  ClientStreamingHandler,
  Handlers,
  Implementation,
  ServerStreamingHandler,
  UnaryHandler,
} from "./handler.ts";
export { clockOf } from "./handler_context.ts";
export { composeInterceptors } from "./run_intercepted.ts";
export type { RunningHandler } from "./run_call.ts";
