/**
 * The gRPC interop test cases ("Interoperability Test Case Descriptions"),
 * and who has which.
 *
 * @module
 */

/** Which end of a case somebody is. */
export type Role = "server" | "client";

/** A case. */
export interface InteropCase {
  /** Its name; what `--test_case` of a peer's client says, unless `runs` does. */
  readonly name: string;
  /** The case that is run, with gzip for all that this module sends. */
  readonly runs?: string;
  /** The compressed flags that the messages of an end must have, in order. */
  readonly flags?: {
    readonly from: Role | "this module";
    readonly compressed: readonly boolean[];
  };
}

/**
 * All cases but those that need credentials, a proxy, load reports or a soak.
 * The cases with compressed requests begin with a probe, which asks the server
 * whether a message was compressed. Few APIs tell: there are the variants
 * without a probe, which grpc-java has, too.
 */
export const cases: readonly InteropCase[] = [
  { name: "empty_unary" },
  { name: "large_unary" },
  { name: "client_streaming" },
  { name: "server_streaming" },
  { name: "ping_pong" },
  { name: "empty_stream" },
  { name: "cancel_after_begin" },
  { name: "cancel_after_first_response" },
  { name: "timeout_on_sleeping_server" },
  { name: "status_code_and_message" },
  { name: "special_status_message" },
  { name: "unimplemented_method" },
  { name: "unimplemented_service" },
  { name: "custom_metadata" },
  {
    name: "client_compressed_unary",
    flags: { from: "client", compressed: [false, true, false] },
  },
  {
    name: "client_compressed_streaming",
    flags: { from: "client", compressed: [false, true, false] },
  },
  {
    name: "client_compressed_unary_noprobe",
    flags: { from: "client", compressed: [true, false] },
  },
  {
    name: "client_compressed_streaming_noprobe",
    flags: { from: "client", compressed: [true, false] },
  },
  {
    name: "server_compressed_unary",
    flags: { from: "server", compressed: [true, false] },
  },
  {
    name: "server_compressed_streaming",
    flags: { from: "server", compressed: [true, false] },
  },
  {
    name: "large_unary with gzip",
    runs: "large_unary",
    flags: { from: "this module", compressed: [true] },
  },
  {
    name: "ping_pong with gzip",
    runs: "ping_pong",
    flags: { from: "this module", compressed: [true, true, true, true] },
  },
];

/** The cases whose only call the client cancels. */
export const cancelled: readonly string[] = [
  "cancel_after_begin",
  "cancel_after_first_response",
];

/** The cases that somebody cannot play its role in. */
export type Lacks = Readonly<Record<Role, readonly string[]>>;

/** This module has all of them. */
export const ourLacks: Lacks = { server: [], client: [] };
