import {
  type CallLedger,
  decompress,
  Inbox,
  type OnlyMessage,
  type RawMessage,
} from "../../grpc/mod.ts";
import type { ServerCallSetup } from "./server_call_setup.ts";

/** The call whose requests are taken in. */
export interface IntakeOwner {
  /**
   * A request cannot be decompressed; answers with the error that whoever reads
   * is to be told.
   */
  unreadable(error: unknown): unknown;
}

/** The requests of a call, as octets without compression. */
export class RequestIntake {
  readonly #setup: ServerCallSetup;
  readonly #ledger: CallLedger;
  readonly #owner: IntakeOwner;
  #isCompressed = false;

  /** What has come and was not taken. */
  readonly inbox: Inbox;

  /** Starts with none. */
  constructor(
    setup: ServerCallSetup,
    ledger: CallLedger,
    owner: IntakeOwner,
  ) {
    const { stream, maxReceiveLength } = setup;
    this.#setup = setup;
    this.#ledger = ledger;
    this.#owner = owner;
    this.inbox = new Inbox(
      maxReceiveLength,
      stream,
      ledger.memory,
      "request",
    );
  }

  /** Whether the last request that was taken had been compressed. */
  get isCompressed(): boolean {
    return this.#isCompressed;
  }

  /** The next request, if it is at hand. */
  take(): Uint8Array | undefined {
    const payload = this.inbox.takePlain();
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
    const message = await this.inbox.next();
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
    return await this.open(await this.inbox.only());
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
    this.#setup.tracer?.received(size, sizeOnWire);
  }

  async #unfold(message: RawMessage): Promise<Uint8Array> {
    const { head: { requestEncoding }, maxReceiveLength } = this.#setup;
    const { memory } = this.#ledger;
    try {
      const payload = await decompress(
        message,
        requestEncoding,
        maxReceiveLength,
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
