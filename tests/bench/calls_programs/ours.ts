/**
 * This module as a program of `calls.ts` and `peers.ts`.
 *
 * @module
 */
import { Channel, implement, serve } from "../../../mod.ts";
import { type Client, type Exchange, Repeater, worker } from "./client.ts";
import {
  decodeDownload,
  encodeDownload,
  PATHS,
  type ServerFiles,
} from "./jobs.ts";
import { run } from "./program.ts";

const raw = (octets: Uint8Array) => octets;
const codec = {
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
};

const Echo = {
  unary: {
    path: PATHS.unary,
    requestStream: false,
    responseStream: false,
    ...codec,
  },
  download: {
    path: PATHS.download,
    requestStream: false,
    responseStream: true,
    ...codec,
  },
  upload: {
    path: PATHS.upload,
    requestStream: true,
    responseStream: false,
    ...codec,
  },
  bidi: {
    path: PATHS.bidi,
    requestStream: true,
    responseStream: true,
    ...codec,
  },
} as const;

await run(
  start,
  (target, authority) => worker(() => connect(target, authority)),
);

function start(tls?: ServerFiles): Promise<number> {
  const echo = implement(Echo, {
    unary: (request) => request,
    *download(request) {
      const { messages, size } = decodeDownload(request);
      const message = new Uint8Array(size);
      for (let i = 0; i < messages; i++) yield message;
    },
    async upload(requests) {
      let octets = 0;
      for await (const request of requests) octets += request.length;
      return new Uint8Array(octets > 0 ? 1 : 0);
    },
    bidi: (requests) => requests,
  });
  const server = serve({
    hostname: "127.0.0.1",
    ...portOf(Deno.env.get("SHARED_PORT")),
    tls: tls && {
      cert: Deno.readTextFileSync(tls.certificate),
      key: Deno.readTextFileSync(tls.key),
    },
  }, [echo]);
  return Promise.resolve((server.addr as Deno.NetAddr).port);
}

/** One that is free, unless there is one to share with other processes. */
function portOf(shared: string | undefined) {
  return shared === undefined
    ? { port: 0 }
    : { port: Number(shared), reusePort: true };
}

function connect(target: string, authority?: string): Client {
  const channel = new Channel(target, {
    tls: authority !== undefined &&
      { caCerts: [Deno.readTextFileSync(authority)] },
  });
  return {
    unary(size, metadata) {
      const request = new Uint8Array(size);
      const options = { metadata };
      return async () =>
        (await channel.unary(Echo.unary, request, options)).length;
    },
    async download(job) {
      const responses = channel.serverStreaming(
        Echo.download,
        encodeDownload(job),
      );
      let octets = 0;
      for await (const response of responses) octets += response.length;
      return octets;
    },
    upload({ messages, size }) {
      const message = new Uint8Array(size);
      const requests = function* () {
        for (let i = 0; i < messages; i++) yield message;
      };
      return channel.clientStreaming(Echo.upload, requests());
    },
    bidi: (size) => exchange(channel, new Uint8Array(size)),
    close: () => channel.close(),
  };
}

/** Sends a message whenever it is asked to, and awaits the answer. */
function exchange(channel: Channel, message: Uint8Array): Exchange {
  const requests = new Repeater(message);
  const responses = channel.bidiStreaming(Echo.bidi, requests.messages());
  return {
    async send() {
      requests.ask(true);
      return (await responses.next()).value?.length ?? 0;
    },
    end: () => requests.ask(false),
  };
}
