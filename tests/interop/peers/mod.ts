/**
 * Real gRPC stacks as programs for the other side of an interop test.
 *
 * Each has the roles `server` and `client` and prints what happens on its
 * connections, one JSON object a line.
 *
 * @module
 */

import {
  type Preparation,
  prepareConnectGo as buildConnectGo,
  prepareConnectNode as buildConnectNode,
  prepareCore,
  prepareGo,
  prepareGoOtel as buildGoOtel,
  prepareGrpcJs,
  prepareGrpcJsOtel as buildGrpcJsOtel,
  prepareNode,
  prepareNodeOnDeno,
  preparePrometheus as buildPrometheus,
  prepareShapesGo as buildShapesGo,
} from "./prepare.ts";
import { prepareJava as buildJava } from "./prepare_java.ts";
import { prepareTonic as buildTonic } from "./prepare_tonic.ts";

export type { AvailablePeer, Preparation, UnavailablePeer } from "./prepare.ts";
export * from "./process.ts";
export * from "./protocol.ts";

/** A gRPC stack that can be started. */
export interface Peer {
  /** The name of the stack, for test names. */
  readonly name: string;

  /** Builds or installs what is missing, once; never rejects for a missing tool. */
  prepare(): Promise<Preparation>;
}

/** grpc-java, which also runs the interop cases. */
export const prepareJava: () => Promise<Preparation> = once(buildJava);

/** tonic, which also runs the interop cases. */
export const prepareTonic: () => Promise<Preparation> = once(buildTonic);

/** connect-go, which also runs the interop cases. */
export const prepareConnectGo: () => Promise<Preparation> = once(
  buildConnectGo,
);

/** grpc-go with its plugin of OpenTelemetry. */
export const prepareGoOtel: () => Promise<Preparation> = once(buildGoOtel);

/** grpc-js with its instrumentation of OpenTelemetry. */
export const prepareGrpcJsOtel: () => Promise<Preparation> = once(
  buildGrpcJsOtel,
);

/** grpc-go with a service of all kinds of fields. */
export const prepareShapesGo: () => Promise<Preparation> = once(buildShapesGo);

/** The parsers and the linter of Prometheus. */
export const preparePrometheus: () => Promise<Preparation> = once(
  buildPrometheus,
);

/** connect-node, which also runs the interop cases. */
export const prepareConnectNode: () => Promise<Preparation> = once(
  buildConnectNode,
);

/** All peers. */
export const peers: readonly Peer[] = [
  { name: "grpc-js", prepare: once(prepareGrpcJs) },
  { name: "node:http2", prepare: once(prepareNode) },
  { name: "node:http2 on Deno", prepare: once(prepareNodeOnDeno) },
  { name: "grpc-go", prepare: once(prepareGo) },
  { name: "gRPC Core", prepare: once(prepareCore) },
  { name: "grpc-java", prepare: prepareJava },
  { name: "tonic", prepare: prepareTonic },
  { name: "connect-go", prepare: prepareConnectGo },
  { name: "connect-node", prepare: prepareConnectNode },
];

function once<T>(action: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => result ??= action();
}
