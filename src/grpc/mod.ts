/**
 * gRPC calls over the streams of a transport: message framing, metadata,
 * status, deadlines, compression and service definitions (the "gRPC over
 * HTTP/2" protocol).
 *
 * @module
 */
export * from "./call_context.ts";
export * from "./call_options.ts";
export * from "./encoding.ts";
export * from "./grpc_error.ts";
export * from "./handler.ts";
export * from "./metadata.ts";
export * from "./method.ts";
export * from "./status.ts";
export { uncompressed } from "./uncompressed.ts";
