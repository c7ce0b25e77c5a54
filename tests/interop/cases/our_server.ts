/**
 * `grpc.testing.TestService`, served with this module.
 *
 * @module
 */

import { delay } from "@std/async";
import {
  type CallContext,
  GrpcError,
  implement,
  type MessageEncoding,
  serve,
  type ServeOptions,
  type Server,
  type ServerInterceptor,
  Status,
  uncompressed,
} from "../../../mod.ts";
import type {
  BoolValue,
  EchoStatus,
  OutputRequest,
  OutputResponse,
  Payload,
  TestService,
} from "./test_service.ts";

const INITIAL_KEY = "x-grpc-test-echo-initial";
const TRAILING_KEY = "x-grpc-test-echo-trailing-bin";

/** Clients that cancel after the beginning wait for the headers. */
const HEADERS_FIRST_KEY = "x-headers-first";

/** A running server. */
export interface TestServer {
  readonly server: Server;
  /** The status codes of the calls that ended before their handlers. */
  readonly aborted: readonly number[];
}

/** Serves on a free port; the methods named unimplemented are left out. */
export function serveTestService(
  testService: TestService,
  compression: MessageEncoding,
  options: ServeOptions = {},
): TestServer {
  const aborted: number[] = [];
  const noteAbort: ServerInterceptor = async ({ signal }, proceed) => {
    signal.addEventListener("abort", () => aborted.push(signal.reason.code));
    await proceed();
  };
  const interceptors = [noteAbort];
  const hostname = "127.0.0.1";
  const settings = { hostname, port: 0, compression, interceptors };
  const server = serve({ ...settings, ...options }, [
    implement(testService, {
      EmptyCall: () => ({}),

      UnaryCall(request, call) {
        const { responseType, responseSize, responseCompressed } = request;
        requireCompressed(request.expectCompressed, call);
        if (responseCompressed) {
          call.compression = responseCompressed.value ? "gzip" : "identity";
        }
        echoMetadata(call);
        echoStatus(request.responseStatus);
        return { payload: zeros(responseType, responseSize) };
      },

      async StreamingInputCall(requests, call) {
        if (call.metadata.has(HEADERS_FIRST_KEY)) call.sendHeaders();
        let aggregatedPayloadSize = 0;
        for await (const { payload, expectCompressed } of requests) {
          requireCompressed(expectCompressed, call);
          aggregatedPayloadSize += payload?.body.length ?? 0;
        }
        return { aggregatedPayloadSize };
      },

      StreamingOutputCall(request, call) {
        const { responseParameters = [] } = request;
        if (responseParameters.some(({ compressed }) => compressed?.value)) {
          call.compression = "gzip";
        }
        return responses(request, call);
      },

      async *FullDuplexCall(requests, call) {
        echoMetadata(call);
        for await (const request of requests) {
          echoStatus(request.responseStatus);
          yield* responses(request, call);
        }
      },
    }),
  ]);
  return { server, aborted };
}

async function* responses(
  { responseType, responseParameters = [] }: OutputRequest,
  { signal }: CallContext,
): AsyncGenerator<OutputResponse> {
  for (const { size, intervalUs = 0, compressed } of responseParameters) {
    if (intervalUs > 0) await delay(intervalUs / 1_000, { signal });
    const response = { payload: zeros(responseType, size) };
    yield compressed?.value === false ? uncompressed(response) : response;
  }
}

function zeros(type = 0, size = 0): Payload {
  if (type === 0 && size >= 0) return { type, body: new Uint8Array(size) };
  throw new GrpcError(
    Status.INVALID_ARGUMENT,
    `expected a payload of type 0 with a size, received type ${type}, size ${size}`,
  );
}

/** Compression: a message that came otherwise than it says is refused. */
function requireCompressed(
  expected: BoolValue | null | undefined,
  { requestCompressed }: CallContext,
): void {
  if (!expected || expected.value === requestCompressed) return;
  throw new GrpcError(
    Status.INVALID_ARGUMENT,
    `expected a message with compression ${expected.value}, received ${requestCompressed}`,
  );
}

/** Echo Status: "the server closes the stream with the status code and message". */
function echoStatus(status: EchoStatus | null | undefined): void {
  if (status && status.code !== Status.OK) {
    throw new GrpcError(status.code, status.message);
  }
}

/** Echo Metadata: the one key as initial, the other as trailing metadata. */
function echoMetadata({ metadata, headers, trailers }: CallContext): void {
  const initial = metadata.get(INITIAL_KEY);
  if (initial !== undefined) headers.set(INITIAL_KEY, initial);
  const trailing = metadata.get(TRAILING_KEY);
  if (trailing !== undefined) trailers.set(TRAILING_KEY, trailing);
}
