import { untraced } from "../../client/support/untraced.ts";
import { CLOCK } from "../../harness/virtual_clock.ts";
import { assertInstanceOf } from "@std/assert";
import { Connectivity } from "../../../src/client/connections/connectivity.ts";
import { sleepWatchOf } from "../../../src/client/connections/sleep_watch.ts";
import { TrustedConnection } from "../../../src/client/connections/trusted_connection.ts";
import { Call } from "../../../src/client/calls/call.ts";
import type {
  CallConnector,
  CallHost,
} from "../../../src/client/calls/call_host.ts";
import { openOn as openStream } from "../../../src/client/connector/waiting_calls.ts";
import {
  encodeTimeout,
  GrpcError,
  Metadata,
  type MethodDefinition,
  Status,
} from "../../../src/grpc/mod.ts";
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
    const running = new Call(
      {
        clock: CLOCK,
        isolation: openOn(transport),
        tracers: untraced(),
        throttle: undefined,
        random: Math.random,
        heartbeatOf: () => undefined,
        headers: () => [
          [":method", "POST"],
          [":scheme", "http"],
          [":path", method.path],
          ["content-type", "application/grpc"],
          ...(deadline === undefined
            ? []
            : [["grpc-timeout", encodeTimeout(deadline)] as const]),
        ],
      },
      {
        method,
        metadata: new Metadata(),
        messages: method.requestStream
          ? this.requests
          : [new Uint8Array(requestLength)],
        options: { deadline, signal: this.#abort.signal },
      },
      { waitForReady: false, timeout: Infinity, retryPolicy: undefined },
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

  async #readAll(running: Call): Promise<void> {
    for await (const _message of running.messages()) {
      const { done } = await this.reads.next();
      if (done) break;
    }
  }
}

const connections = new WeakMap<Transport, TrustedConnection>();

/** The connection of a transport, with what it knows of it. */
function trustedOf(transport: Transport): TrustedConnection {
  const known = connections.get(transport);
  if (known !== undefined) return known;
  const connection = new TrustedConnection(transport, {
    clock: CLOCK,
    sleep: sleepWatchOf(CLOCK),
    suspicionTimeout: Infinity,
    verify: "off",
    verifyAfter: 0,
  }, {
    address: transport.peer,
    onSuspect: () => {},
    onTrusted: () => {},
    onHeld: () => {},
    onRoom: () => {},
    onUnusable: () => {},
  });
  connections.set(transport, connection);
  return connection;
}

/** Opens calls at once, if the transport lets it. */
export function openOn(transport: Transport): CallHost["isolation"] {
  const connection = trustedOf(transport);
  const connector: CallConnector = {
    addresses: [],
    connectivity: new Connectivity(),
    error: undefined,
    begin: () => {},
    end: () => {},
    pause: () => {},
    start: (waiting) => {
      if (transport.state.kind === "open") {
        return openStream(connection, waiting);
      }
      const error = new GrpcError(Status.UNAVAILABLE, "no connection");
      waiting.current.cancel(error);
    },
  };
  return {
    connectorFor: () => connector,
    answered: () => {},
    ended: () => {},
  };
}
