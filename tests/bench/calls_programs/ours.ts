/**
 * This module as a program of `calls.ts`.
 *
 * @module
 */
import { Channel, implement, serve } from "../../../mod.ts";
import {
  decodeDownload,
  encodeDownload,
  type Job,
  PATHS,
  UNARY_LENGTH,
} from "./jobs.ts";
import { type Client, run, work } from "./program.ts";

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
} as const;

await run(start, (target) => {
  const client = connect(target);
  return (job: Job) => work(client, job);
});

function start(): Promise<number> {
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
  });
  const server = serve({ hostname: "127.0.0.1", port: 0 }, [echo]);
  return Promise.resolve((server.addr as Deno.NetAddr).port);
}

function connect(target: string): Client {
  const channel = new Channel(target);
  const request = new Uint8Array(UNARY_LENGTH);
  return {
    unary: async () => (await channel.unary(Echo.unary, request)).length,
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
  };
}
