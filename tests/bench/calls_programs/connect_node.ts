/**
 * connect-node with the gRPC protocol as a program of `peers.ts`.
 *
 * Its messages are those of protobuf: a field of octets, whose tag and length
 * are part of the size that a job asks for.
 *
 * @module
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { createClient } from "npm:@connectrpc/connect@2.1.2";
import {
  connectNodeAdapter,
  createGrpcTransport,
  Http2SessionManager,
} from "npm:@connectrpc/connect-node@2.1.2";
import { type Client, type Exchange, Repeater, worker } from "./client.ts";
import { echoService } from "./connect_service.ts";
import {
  decodeDownload,
  encodeDownload,
  type ServerFiles,
  type StreamJob,
} from "./jobs.ts";
import { run } from "./program.ts";

interface Octets {
  readonly data: Uint8Array;
}

// deno-lint-ignore no-explicit-any
type EchoClient = any;

/** Octets of the tag and the length before that many octets. */
function overheadOf(length: number): number {
  return length < 128 ? 2 : length < 16_384 ? 3 : 4;
}

const handlers = {
  unary: (request: Octets) => request,

  async *download(request: Octets) {
    const { messages, size } = decodeDownload(request.data);
    const message = octetsOf(size);
    for (let i = 0; i < messages; i++) yield message;
  },

  async upload(requests: AsyncIterable<Octets>) {
    let octets = 0;
    for await (const { data } of requests) octets += data.length;
    return { data: new Uint8Array(octets > 0 ? 1 : 0) };
  },

  bidi: (requests: AsyncIterable<Octets>) => requests,
};

await run(
  start,
  (target, authority) => worker(() => connect(target, authority)),
);

async function start(tls?: ServerFiles): Promise<number> {
  const adapter = connectNodeAdapter({
    // deno-lint-ignore no-explicit-any
    routes: (router) => router.service(echoService(), handlers as any),
  });
  const server = tls === undefined
    ? http2.createServer(adapter)
    : http2.createSecureServer({
      cert: readFileSync(tls.certificate),
      key: readFileSync(tls.key),
    }, adapter);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function connect(target: string, authority?: string): Client {
  const baseUrl = `http${authority === undefined ? "" : "s"}://${target}`;
  const sessionManager = new Http2SessionManager(
    baseUrl,
    {},
    authority === undefined ? {} : { ca: readFileSync(authority) },
  );
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  const client: EchoClient = createClient(echoService(), transport);
  return {
    unary(size, headers) {
      const request = octetsOf(size);
      return async () => sizeOf(await client.unary(request, { headers }));
    },
    async download(job) {
      let octets = 0;
      const request = { data: encodeDownload(job) };
      for await (const each of client.download(request)) octets += sizeOf(each);
      return octets;
    },
    upload: (job) => client.upload(repeat(job)),
    bidi: (size) => exchange(client, octetsOf(size)),
    close: () => sessionManager.abort(),
  };
}

/** Sends a message whenever it is asked to, and awaits the answer. */
function exchange(client: EchoClient, message: Octets): Exchange {
  const requests = new Repeater(message);
  const responses = client.bidi(requests.messages())[Symbol.asyncIterator]();
  return {
    async send() {
      requests.ask(true);
      return sizeOf((await responses.next()).value);
    },
    end: () => requests.ask(false),
  };
}

async function* repeat({ messages, size }: StreamJob) {
  const message = octetsOf(size);
  for (let i = 0; i < messages; i++) yield message;
}

function octetsOf(size: number): Octets {
  const overhead = [2, 3, 4].find((it) => overheadOf(size - it) === it) ?? 4;
  return { data: new Uint8Array(size - overhead) };
}

function sizeOf({ data }: Octets): number {
  return data.length + overheadOf(data.length);
}
