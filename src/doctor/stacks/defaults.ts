import type { Stack } from "./stack.ts";

/**
 * What a server of gRPC does unless it is told otherwise, in Go, Java and C++
 * alike ({@link https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md | gRFC A9}).
 */
export const A9_DEFAULTS: Stack["server"]["defaults"] = {
  time: 7_200_000,
  timeout: 20_000,
  minTime: 300_000,
  permitWithoutStream: false,
  maxPingStrikes: 2,
  tolerance: 0,
  maxConnectionIdle: Infinity,
  maxConnectionAge: Infinity,
  maxConnectionAgeGrace: Infinity,
};

/** How the three behave. */
export const GRPC_HABITS: Stack["habits"] = {
  slowsDown: true,
  onlyAcks: false,
  probesBandwidth: true,
  noticesFreezes: false,
  enforces: true,
  heedsPolicy: false,
};
