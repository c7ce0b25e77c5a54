/**
 * The gRPC stacks that the cases are run against.
 *
 * @module
 */

import {
  prepareConnectGo,
  prepareConnectNode,
  prepareJava,
  prepareTonic,
} from "../peers/mod.ts";
import { cancelled, type Lacks } from "./cases.ts";
import {
  type Preparation,
  prepareCore,
  prepareGo,
  prepareGrpcJs,
  programsOf,
} from "./prepare.ts";

/** A gRPC stack. */
export interface Peer {
  /** The name of the stack, for test names. */
  readonly name: string;
  /** Builds or installs what is missing. */
  prepare(): Promise<Preparation>;
  /** The cases that it does not have. */
  readonly lacks: Lacks;
  /** The cases in which a server is certain to see its client cancel. */
  readonly cancelled: readonly string[];
}

/** grpc-go's programs have no compressor installed. */
const COMPRESSED: readonly string[] = [
  "client_compressed_unary",
  "client_compressed_streaming",
  "client_compressed_unary_noprobe",
  "client_compressed_streaming_noprobe",
  "server_compressed_unary",
  "server_compressed_streaming",
  "large_unary with gzip",
  "ping_pong with gzip",
];

/** What needs a peer that compresses. */
const COMPRESSED_BY_PEER: readonly string[] = COMPRESSED.slice(0, -2);

/** A handler of most stacks does not see whether a request was compressed. */
const PROBED: readonly string[] = [
  "client_compressed_unary",
  "client_compressed_streaming",
];

/** All peers. */
export const peers: readonly Peer[] = [
  {
    name: "grpc-go",
    prepare: prepareGo,
    lacks: { server: COMPRESSED, client: COMPRESSED },
    // After cancel_after_begin it may be gone before its headers are.
    cancelled: ["cancel_after_first_response"],
  },
  {
    // A client in Python compresses all messages of a call, or none.
    name: "gRPC Core",
    prepare: prepareCore,
    lacks: {
      server: PROBED,
      client: [
        "client_compressed_streaming",
        "client_compressed_streaming_noprobe",
      ],
    },
    cancelled,
  },
  {
    // "response compression is currently not supported" by its server, and
    // Node ends a stream that it resets, so that a call may even succeed.
    name: "grpc-js",
    prepare: prepareGrpcJs,
    lacks: {
      server: [
        ...PROBED,
        "server_compressed_unary",
        "server_compressed_streaming",
      ],
      client: [],
    },
    cancelled: [],
  },
  {
    name: "grpc-java",
    prepare: () => programsOf(prepareJava),
    lacks: {
      // It compresses all messages of a call, or none.
      server: [...PROBED, "server_compressed_streaming"],
      client: [],
    },
    // After cancel_after_begin its headers may never leave.
    cancelled: ["cancel_after_first_response"],
  },
  {
    name: "tonic",
    prepare: () => programsOf(prepareTonic),
    // It compresses all messages of a service, or none.
    lacks: { server: COMPRESSED_BY_PEER, client: COMPRESSED_BY_PEER },
    // It resets a stream that has begun only when the request has ended.
    cancelled: ["cancel_after_first_response"],
  },
  {
    name: "connect-go",
    prepare: () => programsOf(prepareConnectGo),
    lacks: { server: COMPRESSED_BY_PEER, client: COMPRESSED_BY_PEER },
    cancelled,
  },
  {
    name: "connect-node",
    prepare: () => programsOf(prepareConnectNode),
    lacks: { server: COMPRESSED_BY_PEER, client: COMPRESSED_BY_PEER },
    cancelled: [],
  },
];
