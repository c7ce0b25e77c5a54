import type { PeerCertificate } from "../transport/mod.ts";
import type { MessageEncoding } from "./messages/mod.ts";
import type { Metadata } from "./metadata.ts";

/** What a handler sees of its call. */
export interface CallContext {
  /** The path of the method, such as `/helloworld.Greeter/SayHello`. */
  readonly path: string;
  /**
   * The custom metadata that the client sent; `metadata.get("user-agent")`
   * tells what it is. It can be handed on to another call as it is.
   */
  readonly metadata: Metadata;
  /** The address of the client as text. */
  readonly peer: string;
  /**
   * The certificate of the client, if it has shown one: see `clientCaCerts` of
   * the TLS options. It is to be trusted only if it is `authorized`.
   */
  readonly peerCertificate: PeerCertificate | undefined;
  /** When the client stops waiting; `undefined` if it never does. */
  readonly deadline: Date | undefined;
  /** Is aborted when the call ends before the handler: cancelled, or late. */
  readonly signal: AbortSignal;
  /**
   * Is aborted when the connection begins to retire: its reason is a
   * `DrainNotice`. A long stream should come to an end then.
   */
  readonly draining: AbortSignal;
  /**
   * The initial metadata to send, with the first response at the latest; to
   * change it after that throws a `TypeError`.
   */
  readonly headers: Metadata;
  /** The trailing metadata to send. */
  readonly trailers: Metadata;
  /**
   * The encoding of the responses: that of the server, if the client accepts
   * it. It can be changed until the initial metadata is sent, with the first
   * response at the latest; what the client does not accept stays `"identity"`.
   * A single response is left out with `uncompressed`.
   *
   * @throws {TypeError} If it is set after the initial metadata was sent.
   * @throws {RangeError} If it is set to what is no encoding.
   *
   * @example Compress large answers only
   * ```ts
   * import { Channel, createClient, implement, serve } from "@keepalive/grpc";
   *
   * const raw = (octets: Uint8Array) => octets;
   * const Zeros = {
   *   make: {
   *     path: "/example.Zeros/Make",
   *     requestStream: false,
   *     responseStream: false,
   *     requestSerialize: (count: number) => Uint8Array.of(count),
   *     requestDeserialize: ([count]: Uint8Array) => count,
   *     responseSerialize: raw,
   *     responseDeserialize: raw,
   *   },
   * } as const;
   *
   * await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
   *   implement(Zeros, {
   *     make(count, call) {
   *       if (count > 100) call.compression = "gzip";
   *       return new Uint8Array(count);
   *     },
   *   }),
   * ]);
   * const { port } = server.addr as Deno.NetAddr;
   *
   * await using channel = new Channel(`127.0.0.1:${port}`);
   * const zeros = createClient(Zeros, channel);
   * console.log((await zeros.make(200)).length); // 200
   * ```
   */
  compression: MessageEncoding;
  /** Whether the last request that was taken had been compressed. */
  readonly requestCompressed: boolean;
  /** Sends the initial metadata now. */
  sendHeaders(): void;
}
