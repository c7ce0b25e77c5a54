import { once } from "node:events";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConnectError,
  type HandlerContext,
} from "npm:@connectrpc/connect@2.1.2";
import { connectNodeAdapter } from "npm:@connectrpc/connect-node@2.1.2";
import type {
  EchoStatus,
  InputRequest,
  OutputRequest,
  Payload,
  SimpleRequest,
} from "../../cases/test_service.ts";
import type { Services } from "./services.ts";

const INITIAL_KEY = "x-grpc-test-echo-initial";
const TRAILING_KEY = "x-grpc-test-echo-trailing-bin";

/** Serves `grpc.testing.TestService`; methods that are left out are UNIMPLEMENTED. */
export async function serveCases(
  { test }: Services,
  port: number,
): Promise<void> {
  const server = http2.createServer(connectNodeAdapter({
    routes: (router) => router.service(test, handlers),
  }));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  process.stderr.write(`listening on 127.0.0.1:${address.port}\n`);
}

const handlers = {
  emptyCall: () => ({}),

  unaryCall(request: SimpleRequest, context: HandlerContext) {
    echoMetadata(context);
    echoStatus(request.responseStatus);
    return { payload: zeros(request.responseSize) };
  },

  async streamingInputCall(requests: AsyncIterable<InputRequest>) {
    let aggregatedPayloadSize = 0;
    for await (const { payload } of requests) {
      aggregatedPayloadSize += payload?.body.length ?? 0;
    }
    return { aggregatedPayloadSize };
  },

  streamingOutputCall: (request: OutputRequest, context: HandlerContext) =>
    responses(request, context),

  async *fullDuplexCall(
    requests: AsyncIterable<OutputRequest>,
    context: HandlerContext,
  ) {
    echoMetadata(context);
    for await (const request of requests) {
      echoStatus(request.responseStatus);
      yield* responses(request, context);
    }
  },
  // deno-lint-ignore no-explicit-any
} as any;

async function* responses(
  { responseParameters = [] }: OutputRequest,
  { signal }: HandlerContext,
) {
  for (const { size, intervalUs = 0 } of responseParameters) {
    if (intervalUs > 0) await sleep(intervalUs / 1_000, undefined, { signal });
    yield { payload: zeros(size) };
  }
}

function zeros(size = 0): Payload {
  return { body: new Uint8Array(size) };
}

function echoStatus(status: EchoStatus | null | undefined): void {
  if (status && status.code !== 0) {
    throw new ConnectError(status.message, status.code);
  }
}

function echoMetadata(context: HandlerContext): void {
  const initial = context.requestHeader.get(INITIAL_KEY);
  if (initial !== null) context.responseHeader.set(INITIAL_KEY, initial);
  const trailing = context.requestHeader.get(TRAILING_KEY);
  if (trailing !== null) context.responseTrailer.set(TRAILING_KEY, trailing);
}
