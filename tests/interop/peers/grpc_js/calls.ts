import { Buffer } from "node:buffer";
import { performance } from "node:perf_hooks";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { echoService } from "./echo.ts";
import { report, round } from "./report.ts";

const CALL_TIMEOUT = 20_000;
const STREAMED_COUNT = 3;
const HELLO = Buffer.from("hello");

export const EchoClient: grpc.ServiceClientConstructor = grpc
  .makeGenericClientConstructor(echoService, "echo.Echo");
export type EchoClient = InstanceType<typeof EchoClient>;

interface Outcome {
  code: grpc.status;
  message: string;
  messages: number;
  bytes: number;
}

type Call = (client: EchoClient) => Promise<Outcome>;

const CALLS: Record<string, [method: string, call: Call]> = {
  "unary": ["Unary", (client) =>
    new Promise((resolve) => {
      client.Unary(HELLO, metadata(), options(), settle(resolve));
    })],

  "server-stream": [
    "ServerStream",
    (client) => outcomeOf(client.ServerStream(HELLO, metadata(), options())),
  ],

  "client-stream": ["ClientStream", (client) =>
    new Promise((resolve) => {
      writeAll(client.ClientStream(metadata(), options(), settle(resolve)));
    })],

  "bidi": ["Bidi", (client) => {
    const stream = client.Bidi(metadata(), options());
    writeAll(stream);
    return outcomeOf(stream);
  }],
};

export const CALL_NAMES: string[] = Object.keys(CALLS);

/** Makes the named call and reports its outcome. */
export async function makeCall(
  client: EchoClient,
  name: string,
): Promise<void> {
  const [method, call] = CALLS[name];
  const begun = performance.now();
  const outcome = await call(client);
  report("call", { method, ...outcome, ms: round(performance.now() - begun) });
}

export function metadata(): grpc.Metadata {
  const metadata = new grpc.Metadata({ waitForReady: true });
  metadata.set("x-repeat", String(STREAMED_COUNT));
  return metadata;
}

function options(): grpc.CallOptions {
  return { deadline: Date.now() + CALL_TIMEOUT };
}

function writeAll(stream: grpc.ClientWritableStream<Buffer>): void {
  for (let n = 0; n < STREAMED_COUNT; n++) stream.write(HELLO);
  stream.end();
}

function settle(
  resolve: (outcome: Outcome) => void,
): grpc.requestCallback<Buffer> {
  return (error, reply) =>
    resolve({
      code: error?.code ?? grpc.status.OK,
      message: error?.details ?? "",
      messages: reply === undefined ? 0 : 1,
      bytes: reply?.length ?? 0,
    });
}

function outcomeOf(
  stream: grpc.ClientReadableStream<Buffer>,
): Promise<Outcome> {
  let messages = 0;
  let bytes = 0;
  stream.on("data", (message: Buffer) => {
    messages += 1;
    bytes += message.length;
  });
  // The status event that follows tells the same.
  stream.on("error", () => {});
  return new Promise((resolve) =>
    stream.on("status", ({ code, details }) => {
      resolve({ code, message: details, messages, bytes });
    })
  );
}
