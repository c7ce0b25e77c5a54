import {
  ACCEPT_ENCODING,
  type ClientRequest,
  encodeTimeout,
  HEARTBEAT_FIELD,
  type HeartbeatParameters,
} from "../../grpc/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";

/** Paths whose headers are kept; who forwards foreign ones has no end of them. */
const MOST_PATHS = 1_000;

const USER_AGENT = "grpc-deno-keepalive/0.1.0";

/** Makes the request headers of the calls of a channel. */
export class RequestHeads {
  readonly #scheme: string;
  readonly #authority: string;
  /** Made with the first call. */
  #heads: Map<string, readonly EncodableHeaderField[]> | undefined;

  /** Makes those for an authority. */
  constructor(scheme: "http" | "https", authority: string) {
    this.#scheme = scheme;
    this.#authority = authority;
  }

  /**
   * The request headers of an attempt at a call.
   *
   * @param timeout Milliseconds that it may take.
   * @param previousAttempts How often it was retried (gRFC A6).
   * @param heartbeat The heartbeats that it asks for.
   */
  of(
    { method, metadata, options }: ClientRequest,
    timeout: number,
    previousAttempts: number,
    heartbeat?: HeartbeatParameters,
  ): readonly EncodableHeaderField[] {
    const { compression = "identity" } = options;
    const head = this.#common(method.path);
    const isEncoded = compression !== "identity";
    const isPlain = timeout === Infinity && metadata.size === 0 &&
      !isEncoded && previousAttempts === 0 && heartbeat === undefined;
    if (isPlain) return head;
    const fields = [...head];
    if (timeout !== Infinity) {
      fields.push(["grpc-timeout", encodeTimeout(timeout)]);
    }
    if (isEncoded) fields.push(["grpc-encoding", compression]);
    if (previousAttempts > 0) {
      fields.push(["grpc-previous-rpc-attempts", String(previousAttempts)]);
    }
    if (heartbeat !== undefined) {
      fields.push([HEARTBEAT_FIELD, String(heartbeat.interval)]);
    }
    fields.push(...metadata.toFields());
    return fields;
  }

  /** What all calls of a method have in common; HPACK knows it again. */
  #common(path: string): readonly EncodableHeaderField[] {
    const heads = this.#heads ??= new Map();
    let head = heads.get(path);
    if (head === undefined) {
      head = [
        [":method", "POST"],
        [":scheme", this.#scheme],
        [":path", path],
        [":authority", this.#authority],
        ["te", "trailers"],
        ["content-type", "application/grpc"],
        ["user-agent", USER_AGENT],
        ["grpc-accept-encoding", ACCEPT_ENCODING],
      ];
      if (heads.size >= MOST_PATHS) heads.clear();
      heads.set(path, head);
    }
    return head;
  }
}

/** The octets of header fields, without what HPACK adds or saves. */
export function octetsOf(fields: readonly EncodableHeaderField[]): number {
  return fields.reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  );
}

/** About the octets of the request headers: those that its caller chose. */
export function headOctetsOf({ method, metadata }: ClientRequest): number {
  let octets = method.path.length;
  if (metadata.size === 0) return octets;
  for (const [key, value] of metadata) octets += key.length + value.length;
  return octets;
}
