/**
 * grpc-js as a program of `calls.ts`, on Node and on Deno.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import {
  decodeDownload,
  encodeDownload,
  type Job,
  PATHS,
  type StreamJob,
  UNARY_LENGTH,
} from "./jobs.ts";
import { type Client, run, work } from "./program.ts";

const raw = (octets: Buffer) => octets;

const Echo = {
  unary: method(PATHS.unary, false, false),
  download: method(PATHS.download, false, true),
  upload: method(PATHS.upload, true, false),
};

const handlers = {
  unary(
    call: grpc.ServerUnaryCall<Buffer, Buffer>,
    reply: grpc.sendUnaryData<Buffer>,
  ): void {
    reply(null, call.request);
  },

  async download(
    call: grpc.ServerWritableStream<Buffer, Buffer>,
  ): Promise<void> {
    const { messages, size } = decodeDownload(call.request);
    await writeAll(call, messages, size);
  },

  upload(
    call: grpc.ServerReadableStream<Buffer, Buffer>,
    reply: grpc.sendUnaryData<Buffer>,
  ): void {
    let octets = 0;
    call.on("data", (message: Buffer) => octets += message.length);
    call.on("end", () => reply(null, Buffer.alloc(octets > 0 ? 1 : 0)));
  },
};

await run(start, (target) => {
  const client = connect(target);
  return (job: Job) => work(client, job);
});

function start(): Promise<number> {
  const server = new grpc.Server();
  server.addService(Echo, handlers);
  return new Promise((resolve, reject) => {
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (error, port) => error === null ? resolve(port) : reject(error),
    );
  });
}

function connect(target: string): Client {
  const client = new grpc.Client(target, grpc.credentials.createInsecure());
  const request = Buffer.alloc(UNARY_LENGTH);
  return {
    unary: () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          PATHS.unary,
          raw,
          raw,
          request,
          (error, value) =>
            error === null ? resolve(value!.length) : reject(error),
        );
      }),
    download: (job) => download(client, job),
    upload: (job) => upload(client, job),
  };
}

async function download(client: grpc.Client, job: StreamJob): Promise<number> {
  const call = client.makeServerStreamRequest(
    PATHS.download,
    raw,
    raw,
    Buffer.from(encodeDownload(job)),
  );
  let octets = 0;
  call.on("data", (message: Buffer) => octets += message.length);
  await once(call, "end");
  return octets;
}

function upload(
  client: grpc.Client,
  { messages, size }: StreamJob,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = client.makeClientStreamRequest(
      PATHS.upload,
      raw,
      raw,
      (error) => error === null ? resolve() : reject(error),
    );
    writeAll(call, messages, size).catch(reject);
  });
}

/** Writes a stream no faster than it leaves. */
async function writeAll(
  stream:
    | grpc.ServerWritableStream<Buffer, Buffer>
    | grpc.ClientWritableStream<
      Buffer
    >,
  messages: number,
  size: number,
): Promise<void> {
  const message = Buffer.alloc(size);
  for (let i = 0; i < messages; i++) {
    if (!stream.write(message)) await once(stream, "drain");
  }
  stream.end();
}

function method(path: string, requestStream: boolean, responseStream: boolean) {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
}
