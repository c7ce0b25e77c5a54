/**
 * Kept-alive HTTP/2 connections for gRPC, natively in Deno: keepalive PINGs
 * on both sides as in grpc-go, enforcement against clients that ping too
 * much, connections that retire politely when idle or old, and a typed reason
 * for every end.
 *
 * @example A client that knows within eleven seconds that its server is gone
 * ```ts no-eval
 * import { dial, explain } from "@keepalive/grpc";
 *
 * const transport = await dial("localhost:50051", {
 *   keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 * });
 * console.log(explain(await transport.closed));
 * ```
 *
 * @example A server that retires connections and shows out rude clients
 * ```ts no-eval
 * import { listen } from "@keepalive/grpc";
 *
 * const listener = listen({
 *   port: 50051,
 *   keepalive: {
 *     time: 5_000,
 *     timeout: 1_000,
 *     maxConnectionIdle: 15_000,
 *     maxConnectionAge: 30_000,
 *     maxConnectionAgeGrace: 5_000,
 *   },
 *   enforcement: { minTime: 5_000, permitWithoutStream: true },
 * });
 * await listener.finished;
 * ```
 *
 * @module
 */
export * from "./src/transport/mod.ts";
export * from "./src/session/mod.ts";
export * from "./src/frames/mod.ts";
