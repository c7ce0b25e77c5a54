/**
 * The gRPC stacks that the cases are run against.
 *
 * @module
 */

import type { Lacks } from "./cases.ts";
import {
  prepareCore,
  prepareGo,
  prepareGrpcJs,
  type Preparation,
} from "./prepare.ts";

/** A gRPC stack. */
export interface Peer {
  /** The name of the stack, for test names. */
  readonly name: string;
  /** Builds or installs what is missing. */
  prepare(): Promise<Preparation>;
  /** The cases that it does not have. */
  readonly lacks: Lacks;
}

/** grpc-go's programs have no compressor installed. */
const COMPRESSED: readonly string[] = [
  "client_compressed_unary_noprobe",
  "client_compressed_streaming_noprobe",
  "server_compressed_unary",
  "server_compressed_streaming",
  "large_unary with gzip",
  "ping_pong with gzip",
];

/** All peers. */
export const peers: readonly Peer[] = [
  {
    name: "grpc-go",
    prepare: prepareGo,
    lacks: { server: COMPRESSED, client: COMPRESSED },
  },
  {
    // A client in Python compresses all messages of a call, or none.
    name: "gRPC Core",
    prepare: prepareCore,
    lacks: { server: [], client: ["client_compressed_streaming_noprobe"] },
  },
  {
    // "response compression is currently not supported" by its server.
    name: "grpc-js",
    prepare: prepareGrpcJs,
    lacks: {
      server: ["server_compressed_unary", "server_compressed_streaming"],
      client: [],
    },
  },
];
