import {
  type ClientRequest,
  DEFAULT_MAX_RECEIVE_LENGTH,
  type HeartbeatParameters,
  type MessageEncoding,
} from "../../grpc/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";
import type { DrainNotice } from "../../transport/mod.ts";
import type { CallAttemptSetup, CallHost } from "./call_host.ts";

/** What the attempts at a request are made with. */
export abstract class AttemptSetup implements CallAttemptSetup {
  /** What the call needs of its channel. */
  protected readonly host: CallHost;
  /** The request. */
  protected readonly request: ClientRequest;
  readonly heartbeat: HeartbeatParameters | undefined;

  /** Sends nothing yet. */
  constructor(host: CallHost, request: ClientRequest) {
    this.host = host;
    this.request = request;
    this.heartbeat = host.heartbeatOf(request);
  }

  abstract timeLeft(): number;

  /** How often the request was retried (gRFC A6). */
  protected abstract readonly previousAttempts: number;

  get encoding(): MessageEncoding {
    return this.request.options.compression ?? "identity";
  }

  get maxReceiveLength(): number {
    const { maxReceiveMessageLength } = this.request.options;
    return maxReceiveMessageLength ?? DEFAULT_MAX_RECEIVE_LENGTH;
  }

  get onDraining(): ((notice: DrainNotice) => void) | undefined {
    return this.request.options.onDraining;
  }

  headers(): readonly EncodableHeaderField[] {
    return this.host.headers(
      this.request,
      this.timeLeft(),
      this.previousAttempts,
      this.heartbeat,
    );
  }
}
