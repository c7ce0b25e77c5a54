import {
  type CallLedger,
  decompress,
  type Inbox,
  type OnlyMessage,
  type RawMessage,
} from "../../grpc/mod.ts";
import type { CallTracer } from "./call_tracer.ts";
import type { RequestHead } from "./request_head.ts";

/** The call whose requests are taken in. */
export interface IntakeOwner {
  /** What its headers say. */
  readonly head: RequestHead;
  /** Is told of its messages. */
  readonly tracer: CallTracer | undefined;
  /** What has come and was not taken. */
  readonly inbox: Inbox;
  /**
   * A request cannot be decompressed; answers with the error that whoever reads
   * is to be told.
   */
  unreadable(error: unknown): unknown;
}

/** The requests of a call, as octets without compression. */
export class RequestIntake {
  readonly #maxLength: number;
  readonly #ledger: CallLedger;
  readonly #owner: IntakeOwner;
  #isCompressed = false;

  /**
   * Has taken none.
   *
   * @param maxLength The longest request message to accept, in octets.
   */
  constructor(maxLength: number, ledger: CallLedger, owner: IntakeOwner) {
    this.#maxLength = maxLength;
    this.#ledger = ledger;
    this.#owner = owner;
  }

  /** Whether the last request that was taken had been compressed. */
  get isCompressed(): boolean {
    return this.#isCompressed;
  }

  /** The next request, if it is at hand. */
  take(): Uint8Array | undefined {
    const payload = this.#owner.inbox.takePlain();
    if (payload === undefined) return undefined;
    this.#took(payload.length, payload.length, false);
    this.#ledger.memory.handOver();
    return payload;
  }

  /**
   * The next request; `undefined` after the last.
   *
   * @throws {GrpcError} If the call has ended.
   */
  async next(): Promise<Uint8Array | undefined> {
    const message = await this.#owner.inbox.next();
    if (message === undefined) return undefined;
    const { compressed } = message;
    const payload = compressed ? await this.#unfold(message) : message.payload;
    this.#took(payload.length, message.payload.length, compressed);
    this.#ledger.memory.handOver();
    return payload;
  }

  /**
   * The only request, once the client has sent all; or what came instead.
   *
   * @throws {GrpcError} If the call has ended.
   */
  async only(): Promise<Uint8Array | "none" | "several"> {
    return await this.open(await this.#owner.inbox.only());
  }

  /** The octets of the only request; a promise, if it is compressed. */
  open(
    only: OnlyMessage,
  ): Uint8Array | "none" | "several" | Promise<Uint8Array> {
    if (typeof only === "string") return only;
    if (only.compressed) return this.#openCompressed(only);
    const { payload } = only;
    this.#took(payload.length, payload.length, false);
    return payload;
  }

  async #openCompressed(message: RawMessage): Promise<Uint8Array> {
    const payload = await this.#unfold(message);
    this.#took(payload.length, message.payload.length, true);
    return payload;
  }

  #took(size: number, sizeOnWire: number, isCompressed: boolean): void {
    this.#isCompressed = isCompressed;
    this.#owner.tracer?.received(size, sizeOnWire);
  }

  async #unfold(message: RawMessage): Promise<Uint8Array> {
    const { requestEncoding } = this.#owner.head;
    const { memory } = this.#ledger;
    try {
      const payload = await decompress(
        message,
        requestEncoding,
        this.#maxLength,
        this.#ledger,
        "request",
      );
      memory.inHand = payload.length;
      return payload;
    } catch (error) {
      memory.inHand = 0;
      throw this.#owner.unreadable(error);
    }
  }
}
