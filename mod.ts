/**
 * Kept-alive HTTP/2 connections for gRPC, natively in Deno: keepalive PINGs
 * on both sides as in grpc-go, enforcement against clients that ping too
 * much, connections that retire politely when idle or old, and a typed reason
 * for every end.
 *
 * @example A server, and a client that knows within eleven seconds if it dies
 * ```ts
 * import { dial, listen } from "@keepalive/grpc";
 *
 * await using listener = listen({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   keepalive: {
 *     time: 5_000,
 *     timeout: 1_000,
 *     maxConnectionIdle: 15_000,
 *     maxConnectionAge: 30_000,
 *     maxConnectionAgeGrace: 5_000,
 *   },
 *   enforcement: { minTime: 5_000, permitWithoutStream: true },
 * });
 * const { port } = listener.addr as Deno.NetAddr;
 *
 * await using transport = await dial(`127.0.0.1:${port}`, {
 *   keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 * });
 * console.log(`${await transport.ping()} ms to ${transport.peer}`);
 * ```
 *
 * @module
 */
export * from "./src/server/mod.ts";
export * from "./src/channel/mod.ts";
export * from "./src/grpc/mod.ts";
export * from "./src/transport/mod.ts";
export * from "./src/session/mod.ts";
export * from "./src/frames/mod.ts";
