/**
 * One HTTP/2 connection with gRPC keepalive, without a socket and a clock:
 * for tests in virtual time, for simulations, and for other sockets.
 *
 * @example A dead server is noticed after `time + timeout`
 * ```ts
 * import { clientParameters, serverParameters, Session } from "@keepalive/grpc/session";
 *
 * const client = new Session(
 *   clientParameters({
 *     keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 *   }),
 *   0,
 * );
 * const server = new Session(serverParameters(), 0);
 * server.receive(client.takeOutput(), 0);
 * client.receive(server.takeOutput(), 0);
 * while (client.state.kind !== "closed") client.advance(client.deadline());
 * console.log(client.state.reason.at); // 11000
 * ```
 *
 * @module
 */
export * from "../keepalive/mod.ts";
export type {
  AttributedHeaderField,
  EncodableHeaderField,
  HeaderField,
  HeaderFieldAttributes,
} from "../hpack/mod.ts";
export {
  type CallMemory,
  type ConnectionMemory,
  type MemoryLimits,
  MemoryQuota,
  type MemoryQuotaOptions,
} from "../memory/mod.ts";
export type { Goaway, PingPurpose, PingRecord } from "../connection/mod.ts";
export * from "./close_reason.ts";
export * from "./counters.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./parameters.ts";
export * from "./session.ts";
export * from "./state.ts";
