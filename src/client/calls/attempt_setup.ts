import {
  type ClientRequest,
  DEFAULT_MAX_RECEIVE_LENGTH,
  type HeartbeatParameters,
  type MessageEncoding,
} from "../../grpc/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";
import type { DrainNotice } from "../../transport/mod.ts";
import type { CallAttemptSetup } from "./call_host.ts";
import type { RequestHeads } from "./request_head.ts";

/** What an attempt at a request is made with: one object, and no functions. */
export class AttemptSetup implements CallAttemptSetup {
  readonly timeLeft: () => number;
  readonly heartbeat: HeartbeatParameters | undefined;
  readonly #request: ClientRequest;
  readonly #heads: RequestHeads;
  readonly #previousAttempts: number;

  /**
   * Sends nothing yet.
   *
   * @param timeLeft Answers with the milliseconds that are left to it.
   * @param previousAttempts How often the request was retried (gRFC A6).
   * @param heartbeat The heartbeats that it asks for.
   */
  constructor(
    request: ClientRequest,
    heads: RequestHeads,
    timeLeft: () => number,
    previousAttempts: number,
    heartbeat: HeartbeatParameters | undefined,
  ) {
    this.#request = request;
    this.#heads = heads;
    this.timeLeft = timeLeft;
    this.#previousAttempts = previousAttempts;
    this.heartbeat = heartbeat;
  }

  get encoding(): MessageEncoding {
    return this.#request.options.compression ?? "identity";
  }

  get maxReceiveLength(): number {
    const { maxReceiveMessageLength } = this.#request.options;
    return maxReceiveMessageLength ?? DEFAULT_MAX_RECEIVE_LENGTH;
  }

  get onDraining(): ((notice: DrainNotice) => void) | undefined {
    return this.#request.options.onDraining;
  }

  headers(): readonly EncodableHeaderField[] {
    return this.#heads.of(
      this.#request,
      this.timeLeft(),
      this.#previousAttempts,
      this.heartbeat,
    );
  }
}
