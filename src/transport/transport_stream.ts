import { ErrorCode } from "../frames/mod.ts";
import type { EncodableHeaderField } from "../hpack/mod.ts";
import { InvariantError } from "../invariants/mod.ts";
import type { Session, SessionPolicy } from "../session/mod.ts";
import type { DataSource } from "./offers.ts";

/** What a stream needs of its transport. */
export interface StreamHost {
  /** The session that the stream belongs to. */
  readonly session: Session;
  /** The time for a command, on the clock of the session. */
  now(): number;
  /** Output is waiting: it goes out with that of this turn. */
  schedule(): void;
  /** The same, unless more follows in the next few microtasks. */
  scheduleSoon(): void;
  /** Data of a stream is at hand for the next output. */
  offers(stream: TransportStream): void;
  /** So many messages have come, and are about to be taken. */
  noteMessages(messages: number): void;
  /** Something that must always hold did not, while a command was carried out. */
  commandFailed(error: unknown): void;
}

/**
 * One stream of a transport, for the layers above. Whatever is asked of a
 * stream or a connection that has ended is ignored; its consumer has been told.
 * An internal error ends the connection, as what it knows cannot be trusted.
 */
export class TransportStream {
  /** The stream identifier. */
  readonly id: number;
  readonly #host: StreamHost;
  #source: DataSource | undefined;

  /** Names a stream that has been opened. */
  constructor(host: StreamHost, id: number) {
    this.#host = host;
    this.id = id;
  }

  /** Octets that wait to be sent. */
  get queuedOctets(): number {
    return this.#host.session.streams.queuedOctets(this.id) +
      (this.#source?.offeredOctets ?? 0);
  }

  /** Whether more can be sent on it: this end has not ended it. */
  get canSend(): boolean {
    return this.#host.session.streams.canSend(this.id);
  }

  /** Octets that the peer may send at this moment. */
  get receiveWindow(): number {
    return this.#host.session.streams.receiveWindow(this.id);
  }

  /** How many PINGs its connection sends, and what the server tells of that. */
  get policy(): SessionPolicy {
    return this.#host.session.policy;
  }

  /**
   * Octets of a header list that can be sent, see
   * {@linkcode SessionStreams.maxHeaderListSize}.
   */
  get maxHeaderListSize(): number {
    return this.#host.session.streams.maxHeaderListSize;
  }

  /**
   * Sends response headers or trailers. If the list is larger than can be sent,
   * which is for its maker to see to, the stream is reset with INTERNAL_ERROR.
   */
  sendHeaders(
    headers: readonly EncodableHeaderField[],
    endStream: boolean,
  ): void {
    this.flush();
    const { streams } = this.#host.session;
    if (!streams.canSend(this.id)) return;
    try {
      streams.sendHeaders(this.id, headers, endStream, this.#host.now());
    } catch (error) {
      if (!(error instanceof RangeError)) return this.#failed(error);
      return this.reset(ErrorCode.INTERNAL_ERROR);
    }
    this.#host.schedule();
  }

  /**
   * Answers a request that is refused before anything is looked up, and ends
   * the stream. It counts neither as activity nor as a response. The body is
   * borrowed until it has been sent.
   */
  refuse(headers: readonly EncodableHeaderField[], body?: Uint8Array): void {
    const { streams } = this.#host.session;
    if (!streams.canSend(this.id)) return;
    try {
      streams.refuse(this.id, headers, this.#host.now(), body);
      this.#host.schedule();
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * Puts data in line; it is borrowed until it has been sent.
   *
   * @param isFollowed Whether more is likely to follow in a few microtasks.
   */
  sendData(data: Uint8Array, endStream: boolean, isFollowed = false): void {
    this.sendPart(data, 0, data.length, endStream, isFollowed);
  }

  /** Puts a part of an array in line, in the same way. */
  sendPart(
    octets: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
    isFollowed = false,
  ): void {
    this.flush();
    if (this.#queue(octets, endStream, start, end)) this.#schedule(isFollowed);
  }

  /**
   * Data is at hand: it is taken for the next output, and before anything else
   * is sent on the stream.
   *
   * @param isFollowed Whether more is likely to follow in a few microtasks.
   */
  offer(source: DataSource, isFollowed = false): void {
    if (this.#source === undefined) {
      this.#source = source;
      this.#host.offers(this);
    }
    this.#schedule(isFollowed);
  }

  /** Whether data is at hand that is not in line yet. */
  get isOffering(): boolean {
    return this.#source !== undefined;
  }

  /** Puts what is at hand in line. */
  flush(): void {
    if (this.#source === undefined) return;
    const data = this.#source.takeOffered();
    this.#source = undefined;
    if (data.length > 0) this.#queue(data, false);
  }

  /** Puts data in line; answers whether it is there. */
  #queue(
    data: Uint8Array,
    endStream: boolean,
    start = 0,
    end = data.length,
  ): boolean {
    const { streams } = this.#host.session;
    if (!streams.canSend(this.id)) return false;
    try {
      const now = this.#host.now();
      streams.sendData(this.id, data, endStream, now, start, end);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #schedule(isFollowed: boolean): void {
    if (isFollowed) this.#host.scheduleSoon();
    else this.#host.schedule();
  }

  /** Ends the stream at once. */
  reset(code: number): void {
    try {
      this.#host.session.streams.reset(this.id, code, this.#host.now());
      this.#host.schedule();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The peer has made a mistake that is about to end the stream. */
  chargePeer(what: string): void {
    try {
      this.#host.session.streams.chargePeer(this.id, what, this.#host.now());
      this.#host.schedule();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Data was handed over: the peer may send more of it. */
  consumed(octets: number): void {
    try {
      this.#host.session.streams.consumed(this.id, octets, this.#host.now());
      this.#host.schedule();
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * So many messages have come, and are about to be taken: no further ones are
   * read before, unless they are few.
   */
  noteMessages(messages: number): void {
    this.#host.noteMessages(messages);
  }

  #failed(error: unknown): void {
    if (!(error instanceof InvariantError)) throw error;
    this.#host.commandFailed(error);
  }
}
