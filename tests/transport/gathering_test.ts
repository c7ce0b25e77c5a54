import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  encodeHeaders,
  encodePing,
  implement,
  serve,
  type StreamAcceptor,
} from "../../mod.ts";
import { certificates } from "../harness/certificates.ts";
import { BLOCK, FIELDS } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import {
  inVirtualTime,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** Milliseconds that the second of two small writes waits, at the least. */
const NAGLE = 38;

const MESSAGES = 5;

/** Sends each message some microtasks after the one before. */
const streaming: StreamAcceptor = (stream) => {
  const send = async () => {
    stream.sendHeaders(FIELDS, false);
    for (let i = 1; i <= MESSAGES; i++) {
      for (let wait = 0; wait < 10; wait++) await undefined;
      stream.sendData(new Uint8Array(20), i === MESSAGES);
    }
  };
  void send();
  return consumer();
};

Deno.test(
  "on a socket that gathers, all that is sent in a turn of the event loop is one write",
  inVirtualTime(async (time) => {
    const virtual = new VirtualTransport({ server: {} }, {
      gathers: true,
      onStream: streaming,
    });
    const { socket, transport } = await virtual.establish();
    await time.runMicrotasks();
    const before = socket.writes.length;
    socket.say((writer) => {
      encodePing(writer, false, new Uint8Array(8));
      encodeHeaders(writer, 1, BLOCK, true, true);
    });
    await time.runMicrotasks();
    assertEquals(socket.writes.length - before, 1);
    socket.end();
    await transport.finished;
  }),
);

const raw = (octets: Uint8Array) => octets;
const Ticker = {
  ticks: {
    path: "/test.Ticker/Ticks",
    requestStream: false,
    responseStream: true,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  },
} as const;

/** The median of the milliseconds that calls took, one after the other. */
async function medianOf(
  calls: number,
  call: () => Promise<void>,
): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[calls >> 1];
}

Deno.test("a stream of five small messages over TLS does not wait for acknowledgements", async () => {
  const { ca, server: identity } = await certificates();
  await using server = serve(
    { hostname: "127.0.0.1", port: 0, tls: identity },
    [
      implement(Ticker, {
        ticks: async function* () {
          for (let i = 0; i < MESSAGES; i++) yield new Uint8Array(20);
        },
      }),
    ],
  );
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`localhost:${port}`, {
    tls: { caCerts: [ca] },
  });
  const took = await medianOf(20, async () => {
    let count = 0;
    for await (
      const _ of channel.serverStreaming(Ticker.ticks, new Uint8Array())
    ) {
      count++;
    }
    assertEquals(count, MESSAGES);
  });
  assert(took < NAGLE, `${took} ms`);
});
