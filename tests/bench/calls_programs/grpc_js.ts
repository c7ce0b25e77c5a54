/**
 * grpc-js as a program of `calls.ts` and `peers.ts`, on Node and on Deno.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { type Client, type Exchange, worker } from "./client.ts";
import {
  decodeDownload,
  encodeDownload,
  PATHS,
  type ServerFiles,
  type StreamJob,
} from "./jobs.ts";
import { run } from "./program.ts";

const raw = (octets: Buffer) => octets;

const Echo = {
  unary: method(PATHS.unary, false, false),
  download: method(PATHS.download, false, true),
  upload: method(PATHS.upload, true, false),
  bidi: method(PATHS.bidi, true, true),
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

  bidi(call: grpc.ServerDuplexStream<Buffer, Buffer>): void {
    call.on("data", (message: Buffer) => call.write(message));
    call.on("end", () => call.end());
  },
};

await run(
  start,
  (target, authority) => worker(() => connect(target, authority)),
);

function start(tls?: ServerFiles): Promise<number> {
  const server = new grpc.Server();
  server.addService(Echo, handlers);
  const credentials = tls === undefined
    ? grpc.ServerCredentials.createInsecure()
    : grpc.ServerCredentials.createSsl(null, [{
      cert_chain: readFileSync(tls.certificate),
      private_key: readFileSync(tls.key),
    }]);
  return new Promise((resolve, reject) => {
    server.bindAsync(
      "127.0.0.1:0",
      credentials,
      (error, port) => error === null ? resolve(port) : reject(error),
    );
  });
}

function connect(target: string, authority?: string): Client {
  const credentials = authority === undefined
    ? grpc.credentials.createInsecure()
    : grpc.credentials.createSsl(readFileSync(authority));
  const client = new grpc.Client(target, credentials, {
    // Otherwise all clients of a process share a connection.
    "grpc.use_local_subchannel_pool": 1,
    // On Deno an IP address is no name for TLS.
    "grpc.ssl_target_name_override": "localhost",
  });
  return {
    unary: (size, fields) => {
      const request = Buffer.alloc(size);
      const metadata = new grpc.Metadata();
      for (const [name, value] of Object.entries(fields)) {
        metadata.set(name, value);
      }
      return () => unary(client, request, metadata);
    },
    download: (job) => download(client, job),
    upload: (job) => upload(client, job),
    bidi: (size) => exchange(client, Buffer.alloc(size)),
    close: () => client.close(),
  };
}

function unary(
  client: grpc.Client,
  request: Buffer,
  metadata: grpc.Metadata,
): Promise<number> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      PATHS.unary,
      raw,
      raw,
      request,
      metadata,
      (error, value) => error === null ? resolve(value!.length) : reject(error),
    );
  });
}

/** Sends a message whenever it is asked to, and awaits the answer. */
function exchange(client: grpc.Client, message: Buffer): Exchange {
  const call = client.makeBidiStreamRequest(PATHS.bidi, raw, raw);
  let answered = (_: number) => {};
  call.on("data", (answer: Buffer) => answered(answer.length));
  return {
    send: () =>
      new Promise((resolve) => {
        answered = resolve;
        call.write(message);
      }),
    end: () => call.end(),
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
