import { assertInstanceOf } from "@std/assert";
import type { Connector } from "../../../src/channel/connector.ts";
import { RunningCall } from "../../../src/channel/running_call.ts";
import type { ClientCall } from "../../../src/grpc/client_call.ts";
import {
  GrpcError,
  Metadata,
  type MethodDefinition,
  Status,
} from "../../../src/grpc/mod.ts";
import { encodeTimeout } from "../../../src/grpc/timeout.ts";
import type { Transport } from "../../../src/transport/mod.ts";
import { PushSource } from "./push_source.ts";

/** A method whose messages are octets. */
export type RawMethod = MethodDefinition<Uint8Array, Uint8Array>;

/** A method whose messages are octets. */
export function rawMethod(
  name: string,
  requestStream: boolean,
  responseStream: boolean,
): RawMethod {
  const same = (octets: Uint8Array) => octets;
  return {
    path: `/test.Raw/${name}`,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

/** A client's call that does what the test says. */
export class PlayedCall {
  readonly requests: PushSource<Uint8Array> = new PushSource();
  /** Responses that may be read. */
  readonly reads: PushSource<"read"> = new PushSource();
  /** How it ended, once it has. */
  result: "ok" | GrpcError | undefined;
  readonly #abort = new AbortController();

  constructor(
    method: RawMethod,
    transport: Transport,
    deadline: number | undefined,
    requestLength = 10,
  ) {
    const running = new RunningCall(
      openOn(transport),
      {
        method,
        metadata: new Metadata(),
        messages: method.requestStream
          ? this.requests
          : [new Uint8Array(requestLength)],
        options: { deadline, signal: this.#abort.signal },
      },
      () => ({
        headers: () => [
          [":method", "POST"],
          [":path", method.path],
          ["content-type", "application/grpc"],
          ...(deadline === undefined
            ? []
            : [["grpc-timeout", encodeTimeout(deadline)] as const]),
        ],
        encoding: "identity",
      }),
    );
    const reading = method.responseStream
      ? this.#readAll(running)
      : running.single();
    reading.then(
      () => this.result = "ok",
      (error) => {
        assertInstanceOf(error, GrpcError);
        this.result = error;
      },
    );
  }

  /** The caller gives up. */
  abort(): void {
    this.#abort.abort();
  }

  async #readAll(running: RunningCall): Promise<void> {
    for await (const _message of running.messages()) {
      const { done } = await this.reads.next();
      if (done) break;
    }
  }
}

/** Opens calls at once, if the transport lets it. */
function openOn(transport: Transport): Connector {
  const start = (call: ClientCall, opened: () => void) => {
    if (transport.state.kind === "open") {
      call.open(transport);
      opened();
    } else {
      call.cancel(new GrpcError(Status.UNAVAILABLE, "no connection"));
    }
  };
  return { start } as unknown as Connector;
}
