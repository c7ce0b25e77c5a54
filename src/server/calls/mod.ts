/**
 * The calls of a server: from the request headers to the status.
 *
 * @module
 */
export { acceptCalls, type RunningHandler } from "./accept_call.ts";
export type { CallContext } from "./call_context.ts";
export { CallFollowers, type ServerCounters } from "./call_follower.ts";
export type {
  AnyHandler,
  BidiStreamingHandler,
  ClientStreamingHandler,
  Handlers,
  Implementation,
  ServerStreamingHandler,
  UnaryHandler,
} from "./handler.ts";
