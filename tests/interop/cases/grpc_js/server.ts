import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import type {
  EchoStatus,
  Empty,
  InputRequest,
  InputResponse,
  OutputRequest,
  OutputResponse,
  Payload,
  SimpleRequest,
  SimpleResponse,
  TestServices,
} from "../test_service.ts";

const INITIAL_KEY = "x-grpc-test-echo-initial";
const TRAILING_KEY = "x-grpc-test-echo-trailing-bin";

export function serve({ testService }: TestServices, port: string): void {
  const server = new grpc.Server();
  server.addService(testService as unknown as grpc.ServiceDefinition, {
    EmptyCall: emptyCall,
    UnaryCall: unaryCall,
    StreamingOutputCall: streamingOutputCall,
    StreamingInputCall: streamingInputCall,
    FullDuplexCall: fullDuplexCall,
  });
  server.bindAsync(
    `127.0.0.1:${port}`,
    grpc.ServerCredentials.createInsecure(),
    (error, port) => {
      if (error !== null) throw error;
      process.stderr.write(`listening on 127.0.0.1:${port}\n`);
    },
  );
}

function emptyCall(
  _call: grpc.ServerUnaryCall<Empty, Empty>,
  callback: grpc.sendUnaryData<Empty>,
): void {
  callback(null, {});
}

function unaryCall(
  call: grpc.ServerUnaryCall<SimpleRequest, SimpleResponse>,
  callback: grpc.sendUnaryData<SimpleResponse>,
): void {
  const { responseStatus, responseSize = 0 } = call.request;
  const trailers = echoMetadata(call);
  const failure = failureOf(responseStatus);
  if (failure !== undefined) callback({ ...failure, metadata: trailers });
  else callback(null, { payload: zeros(responseSize) }, trailers);
}

function streamingInputCall(
  call: grpc.ServerReadableStream<InputRequest, InputResponse>,
  callback: grpc.sendUnaryData<InputResponse>,
): void {
  let aggregatedPayloadSize = 0;
  call.on("data", ({ payload }: InputRequest) => {
    aggregatedPayloadSize += payload?.body.length ?? 0;
  });
  call.on("end", () => callback(null, { aggregatedPayloadSize }));
}

async function streamingOutputCall(
  call: grpc.ServerWritableStream<OutputRequest, OutputResponse>,
): Promise<void> {
  await respond(call, call.request);
  call.end();
}

function fullDuplexCall(
  call: grpc.ServerDuplexStream<OutputRequest, OutputResponse>,
): void {
  const trailers = echoMetadata(call);
  let responded = Promise.resolve();
  call.on("data", (request: OutputRequest) => {
    const failure = failureOf(request.responseStatus);
    responded = responded.then(() =>
      failure === undefined
        ? respond(call, request)
        : void call.emit("error", { ...failure, metadata: trailers })
    );
  });
  call.on("end", () => responded.then(() => call.end(trailers)));
}

async function respond(
  call: { write(response: OutputResponse): boolean },
  { responseParameters = [] }: OutputRequest,
): Promise<void> {
  for (const { size, intervalUs = 0 } of responseParameters) {
    if (intervalUs > 0) await delay(intervalUs / 1000);
    call.write({ payload: zeros(size) });
  }
}

function zeros(size: number): Payload {
  return { body: new Uint8Array(size) };
}

function failureOf(
  status: EchoStatus | null | undefined,
): { code: number; details: string } | undefined {
  if (!status || status.code === grpc.status.OK) return undefined;
  return { code: status.code, details: status.message };
}

/** Sends the initial metadata, and returns the trailing. */
function echoMetadata(call: {
  readonly metadata: grpc.Metadata;
  sendMetadata(metadata: grpc.Metadata): void;
}): grpc.Metadata {
  const initial = new grpc.Metadata();
  for (const value of call.metadata.get(INITIAL_KEY)) {
    initial.add(INITIAL_KEY, value);
    call.sendMetadata(initial);
  }
  const trailing = new grpc.Metadata();
  for (const value of call.metadata.get(TRAILING_KEY)) {
    trailing.add(TRAILING_KEY, value);
  }
  return trailing;
}
