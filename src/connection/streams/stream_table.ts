import { assert, isThoroughFor } from "../../invariants/mod.ts";
import { ConnectionError, ErrorCode, MAX_UINT31 } from "../../frames/mod.ts";
import { ANY_LENGTH, type ContentLeft, NO_HEAD } from "./message_rules.ts";
import type { Role } from "../role.ts";
import { afterLocalEnd, afterRemoteEnd, type Stream } from "./stream.ts";
import { RecentIds } from "./recent_ids.ts";
import { keepStream, openStream } from "./stream_spares.ts";
import { StreamMap } from "../../collections/mod.ts";

/**
 * Streams reset by this end that are remembered, up to a bound: frames that are
 * under way to them are no error (section 5.1, "closed").
 */
const LEAST_REMEMBERED_RESETS = 1_000;
const MOST_REMEMBERED_RESETS = 10_000;

/** What a frame of the peer may find under a stream identifier. */
export type StreamLookup =
  /** An active stream. */
  | Stream
  /** A stream of the past whose late frames are to be discarded. */
  | "discarded"
  /** A stream of the past on which nothing more may come. */
  | "closed"
  /** A stream that was never opened. */
  | "idle";

/**
 * The streams of one connection
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-5.1 | RFC 9113 section 5.1}).
 */
export class StreamTable {
  readonly #role: Role;
  readonly #rememberedResets: number;
  #receiveWindowSize: number;
  #grown = 0;
  readonly #active: StreamMap<Stream>;
  readonly #random: number;
  #resets: RecentIds | undefined;
  /** Streams that ended, less those that the peer has reset: each may be once. */
  #ended = 0;
  #sendWindowSize: number;
  #lastPeerId = 0;
  #firstEarly = Infinity;
  #lastEarly = 0;
  #nextLocalId = 1;

  constructor(
    role: Role,
    sendWindowSize: number,
    receiveWindowSize: number,
    maxConcurrentStreams = 0,
    random = 0.5,
  ) {
    this.#role = role;
    this.#random = random;
    this.#active = new StreamMap(random);
    this.#rememberedResets = Math.min(
      Math.max(maxConcurrentStreams, LEAST_REMEMBERED_RESETS),
      MOST_REMEMBERED_RESETS,
    );
    this.#sendWindowSize = sendWindowSize;
    this.#receiveWindowSize = receiveWindowSize;
  }

  /** Streams that are open or half-closed. */
  get activeCount(): number {
    return this.#active.size;
  }

  /** The highest stream identifier that the peer has opened. */
  get lastPeerId(): number {
    return this.#lastPeerId;
  }

  /** The identifier of the next stream that this end opens. */
  get nextLocalId(): number {
    return this.#nextLocalId;
  }

  /** Whether every identifier of this end has been used. */
  get exhausted(): boolean {
    return this.#nextLocalId > MAX_UINT31;
  }

  /** An active stream. */
  get(id: number): Stream | undefined {
    return this.#active.get(id);
  }

  /** What the peer may mean by an identifier. */
  lookup(id: number): StreamLookup {
    const stream = this.#active.get(id);
    if (stream !== undefined) return stream;
    if (this.#isPeers(id)) {
      if (id > this.#lastPeerId) return "idle";
      const isDiscarded = id >= this.#firstEarly && id <= this.#lastEarly ||
        this.#resets?.has(id);
      return isDiscarded ? "discarded" : "closed";
    }
    return this.#role === "client" && id < this.#nextLocalId
      ? "discarded"
      : "idle";
  }

  /**
   * A stream of the peer was refused for a limit that it could not know. What it
   * has sent on any number of those is no fault: "An endpoint can perform this
   * minimal processing for all streams that are in the closed state" (section
   * 5.1), so that the first and the last one are enough to know.
   */
  noteEarly(id: number): void {
    this.#firstEarly = Math.min(this.#firstEarly, id);
    this.#lastEarly = id;
  }

  /** Opens a stream of this end; `isHead` if its request is a HEAD. */
  openLocal(endStream: boolean, isHead = false): Stream {
    const id = this.#nextLocalId;
    assert(id <= MAX_UINT31, "an identifier is left", id);
    this.#nextLocalId += 2;
    const state = endStream ? "half-closed-local" : "open";
    return this.#open(id, state, NO_HEAD, isHead);
  }

  /**
   * Notes an identifier that the peer uses for a new stream.
   *
   * @throws {ConnectionError} PROTOCOL_ERROR unless it is one of the peer's
   * and "numerically greater than all streams that the initiating endpoint
   * has opened or reserved" (section 5.1.1).
   */
  notePeerId(id: number): void {
    const mayOpen = this.#role === "server" && this.#isPeers(id);
    if (mayOpen && id > this.#lastPeerId) {
      this.#lastPeerId = id;
      return;
    }
    const expected = this.#role === "client"
      ? "none, as push is turned off"
      : `an odd one above ${this.#lastPeerId}`;
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `received an illegal stream id: ${id}, expected ${expected}`,
    );
  }

  /** Opens a stream of the peer under an identifier that has been noted. */
  openPeer(
    id: number,
    endStream: boolean,
    content: ContentLeft = ANY_LENGTH,
  ): Stream {
    const state = endStream ? "half-closed-remote" : "open";
    return this.#open(id, state, content, false);
  }

  /** This end has sent END_STREAM; answers whether the stream is closed. */
  endLocal(stream: Stream): boolean {
    return this.#change(stream, afterLocalEnd(stream.state));
  }

  /** The peer has sent END_STREAM; answers whether the stream is closed. */
  endRemote(stream: Stream): boolean {
    return this.#change(stream, afterRemoteEnd(stream.state));
  }

  /** A stream ends at once; `byLocal` if this end sends RST_STREAM. */
  reset(id: number, byLocal: boolean): boolean {
    if (byLocal) this.#remember(id);
    const stream = this.#grown > 0 ? this.#active.get(id) : undefined;
    if (stream !== undefined) this.#giveUpGrowth(stream);
    return this.#active.delete(id);
  }

  /** A request was dropped: the peer may well reset it. */
  noteDropped(): void {
    this.#ended++;
  }

  /** A stream that is gone is reset by the peer; answers whether it may be. */
  forgetEnd(id: number): boolean {
    this.#resets?.delete(id);
    if (this.#ended === 0) return false;
    this.#ended--;
    return true;
  }

  /**
   * Changes the window of all streams (section 6.9.2).
   *
   * @returns Whether they have grown.
   * @throws {ConnectionError} FLOW_CONTROL_ERROR if one exceeds 2^31-1.
   */
  resizeSendWindows(size: number): boolean {
    const change = size - this.#sendWindowSize;
    if (change === 0) return false;
    this.#sendWindowSize = size;
    this.#active.forEach((stream) => {
      if (stream.send.add(change)) return;
      throw new ConnectionError(
        ErrorCode.FLOW_CONTROL_ERROR,
        `Setting INITIAL_WINDOW_SIZE ${size} takes the window of stream ${stream.id} above ${MAX_UINT31}`,
      );
    });
    return change > 0;
  }

  /** Octets by which windows of this end are larger than the first ones. */
  get grown(): number {
    return this.#grown;
  }

  /** Octets by which the window of one stream is. */
  growthOf({ receive }: Stream): number {
    return receive.size - this.#receiveWindowSize;
  }

  /** Makes the window of a stream larger, or smaller again. */
  growStream(stream: Stream, change: number): void {
    this.#grown += change;
    assert(this.#grown >= 0, "windows grow before they shrink", this.#grown);
    stream.receive.grow(stream.receive.size + change);
  }

  /** Changes the first window of this end, on all streams. */
  resizeReceiveWindows(size: number): void {
    const change = size - this.#receiveWindowSize;
    this.#receiveWindowSize = size;
    this.#active.forEach(({ receive }) => receive.grow(receive.size + change));
  }

  /** The active streams, by ascending identifiers. */
  active(): Iterable<Stream> {
    return this.#active.values();
  }

  /** The identifiers above a bound that this end opened, ascending. */
  localAbove(bound: number): number[] {
    return this.#active.idsAbove(bound).filter((id) => !this.#isPeers(id));
  }

  #change(stream: Stream, state: Stream["state"] | "closed"): boolean {
    if (state !== "half-closed-local") this.#giveUpGrowth(stream);
    if (state === "closed") {
      assert(
        stream.line === undefined && stream.queue.isEmpty,
        "a stream that has ended has nothing to send",
        stream.id,
      );
      this.#ended++;
      const isKnown = this.#active.delete(stream.id);
      if (isKnown) keepStream(stream);
      return isKnown;
    }
    stream.state = state;
    return false;
  }

  /** The peer sends no more: its window serves nothing. */
  #giveUpGrowth(stream: Stream): void {
    const growth = this.growthOf(stream);
    if (growth !== 0) this.growStream(stream, -growth);
  }

  #isPeers(id: number): boolean {
    return (id % 2 === 1) === (this.#role === "server");
  }

  #open(
    id: number,
    state: Stream["state"],
    contentLeft: ContentLeft,
    isHead: boolean,
  ): Stream {
    const stream = openStream(
      id,
      state,
      this.#sendWindowSize,
      this.#receiveWindowSize,
      contentLeft,
      isHead,
    );
    const before = isThoroughFor(1) ? this.#active.get(id) : undefined;
    assert(before === undefined, "a stream is opened once", id);
    this.#active.set(id, stream);
    return stream;
  }

  #remember(id: number): void {
    this.#ended++;
    this.#resets ??= new RecentIds(this.#rememberedResets, this.#random);
    this.#resets.add(id);
  }
}
