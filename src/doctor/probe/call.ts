import { ErrorCode } from "../../frames/mod.ts";
import { fieldOf, isGrpcContentType, statusName } from "../../grpc/mod.ts";
import type { EncodableHeaderField, HeaderField } from "../../hpack/mod.ts";
import { ConnectionClosedError } from "../../session/mod.ts";
import type { StreamConsumer, TransportStream } from "../../transport/mod.ts";
import type { Link } from "./link.ts";
import { firstOf } from "./rest.ts";
import { quoted } from "./words.ts";

/** Octets of responses that are read; a server that sends more waits for ever. */
const MOST_OCTETS = 32_768;

/** Octets before a message: the compressed flag, and the length. */
const PREFIX_LENGTH = 5;

/** The first that came of a call and decides what to think of it. */
export type Reply =
  /** A message; `octets` is `undefined` if there are more than are read. */
  | {
    readonly kind: "message";
    readonly octets: Uint8Array | undefined;
  }
  /** A status, without a message. */
  | {
    readonly kind: "status";
    readonly code: number;
  }
  /** Something else than gRPC. */
  | {
    readonly kind: "foreign";
    readonly why: string;
  }
  /** The stream or the connection ended without a status. */
  | { readonly kind: "cut"; readonly why: string }
  /** Nothing in time. */
  | { readonly kind: "silent" };

/** What a reply was, for people. */
export function describeReply(reply: Reply): string {
  switch (reply.kind) {
    case "message":
      return "answered";
    case "status":
      return statusName(reply.code);
    case "foreign":
    case "cut":
      return reply.why;
    case "silent":
      return "no answer";
  }
}

/** What is to be called. */
export interface CallPlan {
  /** The path of the method. */
  readonly path: string;
  /** The octets of the only message; without one none is sent. */
  readonly request: Uint8Array | undefined;
  /** Whether no other message follows. */
  readonly endStream: boolean;
}

/** One call of a probe, of which the first message and the end are looked at. */
export class ProbeCall implements StreamConsumer {
  readonly #link: Link;
  readonly #stream: TransportStream;
  readonly #reply = Promise.withResolvers<Reply>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #endsStream: boolean;
  #body = new Uint8Array(0);
  #isFirst = true;
  #isEnded = false;

  private constructor(
    link: Link,
    { path, request, endStream }: CallPlan,
  ) {
    this.#link = link;
    this.#endsStream = endStream;
    const head = requestHead(link, path);
    this.#stream = link.transport.openStream(head, false, this);
    if (request !== undefined) {
      const framed = new Uint8Array(PREFIX_LENGTH + request.length);
      framed[4] = request.length;
      framed.set(request, PREFIX_LENGTH);
      this.#stream.sendData(framed, endStream);
    } else if (endStream) this.#stream.sendData(new Uint8Array(0), true);
  }

  /**
   * Begins a call.
   *
   * @returns The call; `undefined` if the connection takes none any more.
   */
  static begin(link: Link, plan: CallPlan): ProbeCall | undefined {
    try {
      return new ProbeCall(link, plan);
    } catch (error) {
      const isRefusal = error instanceof ConnectionClosedError ||
        error instanceof TypeError || error instanceof RangeError;
      if (!isRefusal) throw error;
      return undefined;
    }
  }

  /** Whether the stream is over. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolves when the stream is over. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Waits for the first of what comes, as long as the probe waits. */
  async reply(timeout: number = this.#link.setup.timeout): Promise<Reply> {
    const { clock, signal } = this.#link.setup;
    return await firstOf(clock, timeout, signal, this.#reply.promise) ??
      { kind: "silent" };
  }

  /** Waits for the end of the stream, or ends it. */
  async finish(): Promise<void> {
    const { clock, signal } = this.#link.setup;
    await firstOf(clock, this.#link.settle, signal, this.ended);
    this.cancel();
  }

  /** Ends the stream, if it has not ended. */
  cancel(): void {
    if (!this.#isEnded) this.#stream.reset(ErrorCode.CANCEL);
  }

  /** A field section arrived. */
  onHeaders(headers: readonly HeaderField[], endStream: boolean): void {
    this.#freed();
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst) this.#link.noteHeaders(headers);
    const problem = foreignness(headers);
    const status = fieldOf(headers, "grpc-status");
    if (status !== undefined) {
      const code = /^\d{1,9}$/.test(status) ? Number(status) : 2;
      this.#decide({ kind: "status", code });
    } else if (problem !== undefined && isFirst) {
      this.#decide({ kind: "foreign", why: problem });
    } else if (endStream) {
      this.#decide({ kind: "cut", why: "it ended without a status" });
    }
    if (endStream) this.#onEndStream();
  }

  /** Data arrived. */
  onData(data: Uint8Array, endStream: boolean): void {
    this.#freed();
    if (this.#body.length + data.length > MOST_OCTETS) return this.cancel();
    const body = new Uint8Array(this.#body.length + data.length);
    body.set(this.#body);
    body.set(data, this.#body.length);
    this.#body = body;
    this.#stream.consumed(data.length);
    if (body.length >= PREFIX_LENGTH) this.#onBody(body);
    if (!endStream) return;
    this.#decide({ kind: "cut", why: "it ended without a status" });
    this.#onEndStream();
  }

  /** Nothing is sent that would wait. */
  onWritable(): void {}

  /** The stream is over. */
  onEnded(): void {
    this.#isEnded = true;
    this.#ended.resolve();
  }

  /** The stream was reset. */
  onReset(code: number): void {
    this.#decide({ kind: "cut", why: `RST_STREAM with code ${code}` });
    this.onEnded();
  }

  /** The connection ended. */
  onClosed(): void {
    this.#decide({ kind: "cut", why: "the connection ended" });
    this.onEnded();
  }

  /** A message that is longer than what is read counts when its length is known. */
  #onBody(body: Uint8Array): void {
    const length = new DataView(body.buffer).getUint32(1);
    const isWhole = body.length >= PREFIX_LENGTH + length;
    if (!isWhole && length <= MOST_OCTETS - PREFIX_LENGTH) return;
    const octets = isWhole
      ? body.slice(PREFIX_LENGTH, PREFIX_LENGTH + length)
      : undefined;
    this.#decide({ kind: "message", octets });
  }

  /** Nothing more is to be said on a stream that the server has ended. */
  #onEndStream(): void {
    if (!this.#endsStream) this.cancel();
    this.onEnded();
  }

  #decide(reply: Reply): void {
    this.#reply.resolve(reply);
  }

  #freed(): void {
    this.#link.lastFreedAt = this.#link.setup.clock.now();
  }
}

function requestHead(
  { setup: { tls, authority } }: Link,
  path: string,
): readonly EncodableHeaderField[] {
  return [
    [":method", "POST"],
    [":scheme", tls === false ? "http" : "https"],
    [":path", path],
    [":authority", authority],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["user-agent", "grpc-deno-keepalive-doctor"],
  ];
}

/** Why a response is none of gRPC, if it is none. */
function foreignness(headers: readonly HeaderField[]): string | undefined {
  const status = fieldOf(headers, ":status");
  const contentType = fieldOf(headers, "content-type");
  if (status === "200" && isGrpcContentType(contentType)) return undefined;
  const type = contentType === undefined
    ? "no content type"
    : quoted(contentType);
  return `HTTP status ${quoted(status ?? "none")} with ${type}, not gRPC`;
}
