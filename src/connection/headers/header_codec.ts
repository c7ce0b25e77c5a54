import {
  ConnectionError,
  encodeContinuation,
  encodeHeaders,
  ErrorCode,
  Flag,
  FrameType,
  type HeadersFrame,
} from "../../frames/mod.ts";
import {
  DEFAULT_TABLE_SIZE,
  type EncodableHeaderField,
  fieldSize,
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
  HpackError,
  listSize,
  requireField,
  requireOctets,
} from "../../hpack/mod.ts";
import {
  checkFields,
  type KnownFields,
  knownFields,
  stripValues,
} from "./field_rules.ts";
import { KnownLists } from "./known_lists.ts";
import { HEADER_LIMITS, type HeaderLimits } from "./header_limits.ts";
import type { Output } from "../output.ts";
import type { PeerSettings } from "../peer_settings.ts";

/**
 * Turns header lists into HEADERS and CONTINUATION frames, and field blocks
 * into header lists. The compression state is made when it is first needed:
 * an idle connection has none.
 */
export class HeaderCodec {
  readonly #output: Output;
  readonly #peer: PeerSettings;
  readonly #limits: HeaderLimits;
  #encoder: HpackEncoder | undefined;
  #decoder: HpackDecoder | undefined;
  #known: KnownFields | undefined;
  readonly #lists = new KnownLists();

  /** Starts with empty tables. */
  constructor(
    output: Output,
    peer: PeerSettings,
    limits: HeaderLimits = HEADER_LIMITS,
  ) {
    this.#output = output;
    this.#peer = peer;
    this.#limits = limits;
  }

  /**
   * Takes over a HEADER_TABLE_SIZE of the peer. It must be told of each one, as
   * the next block has to name the smallest (RFC 7541 section 4.2).
   */
  resizeTable(size: number): void {
    if (this.#encoder === undefined && size >= DEFAULT_TABLE_SIZE) return;
    this.#encoder ??= new HpackEncoder();
    this.#encoder.setPeerMaxTableSize(size);
  }

  /**
   * Refuses a header list that the peer would refuse.
   *
   * @param least Octets that are sent to any peer.
   * @throws {RangeError} If it is larger than the peer's MAX_HEADER_LIST_SIZE.
   */
  requireAcceptable(
    headers: readonly EncodableHeaderField[],
    least = 0,
  ): void {
    const limit = Math.max(this.#peer.maxHeaderListSize, least);
    if (limit === Infinity) return;
    const size = listSize(headers);
    if (!(size > limit)) return;
    const largest = headers.reduce((a, b) =>
      fieldSize(b[0], b[1]) > fieldSize(a[0], a[1]) ? b : a
    );
    throw new RangeError(
      `Cannot send a header list of ${size} octets: the peer accepts ${limit}, and "${
        largest[0]
      }" alone has ${fieldSize(largest[0], largest[1])}`,
    );
  }

  /**
   * Refuses a header list that cannot be encoded, before its turn has come.
   *
   * @throws {TypeError} If a field is malformed or has a character above
   * U+00FF.
   */
  requireEncodable(headers: readonly EncodableHeaderField[]): void {
    for (let i = 0; i < headers.length; i++) {
      const field = headers[i];
      requireField(field, i);
      requireOctets(field[0], field[1]);
    }
  }

  /**
   * Writes a header list, in several frames if it is long. The block is encoded
   * in its place in the output: only one that is too long for it moves.
   *
   * @throws {TypeError} If a field is malformed or has a character above
   * U+00FF. Nothing has changed then.
   */
  write(
    streamId: number,
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
  ): void {
    this.#encoder ??= new HpackEncoder();
    const writer = this.#output;
    const before = writer.length;
    const flags = Flag.END_HEADERS | (endStream ? Flag.END_STREAM : 0);
    const start = writer.frame(0, FrameType.HEADERS, flags, streamId);
    try {
      this.#encoder.encodeInto(writer, headers);
    } catch (error) {
      writer.truncate(before);
      throw error;
    }
    if (writer.endFrame(start) <= this.#peer.maxFrameSize) {
      return this.#output.message();
    }
    const block = writer.buffer.slice(start, writer.length);
    writer.truncate(before);
    this.#writePieces(streamId, block, endStream);
  }

  #writePieces(streamId: number, block: Uint8Array, endStream: boolean): void {
    const writer = this.#output;
    const { maxFrameSize } = this.#peer;
    const first = block.subarray(0, maxFrameSize);
    encodeHeaders(writer, streamId, first, endStream, false);
    this.#output.message();
    for (let at = maxFrameSize; at < block.length; at += maxFrameSize) {
      const piece = block.subarray(at, at + maxFrameSize);
      const isLast = at + maxFrameSize >= block.length;
      encodeContinuation(writer, streamId, piece, isLast);
      this.#output.command();
    }
  }

  /**
   * Reads a field block that is whole. Each one must be read, even that of a
   * stream which is refused, or the tables of the two ends part. A list may be
   * that of an earlier block: nobody may change it.
   *
   * @throws {ConnectionError} COMPRESSION_ERROR (RFC 9113 section 4.3), or
   * ENHANCE_YOUR_CALM if the list is too large to be read.
   * @throws {StreamError} If the list is malformed.
   * @throws {HeaderListTooLargeError} If it is too large to be accepted.
   */
  read(
    { streamId, fragment }: Pick<HeadersFrame, "streamId" | "fragment">,
  ): readonly HeaderField[] {
    const decoder = this.#decoder ??= new HpackDecoder(this.#limits);
    const { version } = decoder;
    const list = this.#lists.find(fragment, version);
    if (list !== undefined) return list;
    try {
      const headers = decoder.decode(fragment);
      const known = this.#known ??= knownFields();
      stripValues(headers, known);
      checkFields(streamId, headers, known);
      if (decoder.version === version) {
        this.#lists.offer(fragment, version, headers);
      }
      return headers;
    } catch (error) {
      if (!(error instanceof HpackError)) throw error;
      const code = error.reason === "list-too-large"
        ? ErrorCode.ENHANCE_YOUR_CALM
        : ErrorCode.COMPRESSION_ERROR;
      throw new ConnectionError(code, error.message);
    }
  }
}
