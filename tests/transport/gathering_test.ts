import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  type DialTlsOptions,
  implement,
  type ListenTlsOptions,
  serve,
  type ServeOptions,
} from "../../mod.ts";
import { encodeHeaders, encodePing } from "../../src/frames/mod.ts";
import type { StreamAcceptor } from "../../src/transport/mod.ts";
import { nextTurn } from "../../src/runtime/mod.ts";
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
const fiveMessages: StreamAcceptor = (stream) => {
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
      onStream: fiveMessages,
    });
    const { socket, transport } = await virtual.establish();
    await time.settle();
    const before = socket.writes.length;
    socket.say((writer) => {
      encodePing(writer, false, new Uint8Array(8));
      encodeHeaders(writer, 1, BLOCK, true, true);
    });
    await time.settle();
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

const Counter = {
  count: { ...Ticker.ticks, requestStream: true, responseStream: false },
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

const { ca, server: identity } = await certificates();

/** A busy machine takes its time without TLS, too. */
async function assertNoWait(
  tls: ListenTlsOptions,
  turn: () => Promise<void>,
): Promise<void> {
  const plain = await streaming(undefined, turn);
  const took = await streaming(tls, turn);
  assert(took < NAGLE + 2 * plain, `${took} ms, without TLS ${plain} ms`);
}

/** The median of the milliseconds of a stream of five small messages. */
async function streaming(
  tls: ListenTlsOptions | undefined,
  turn: () => Promise<void>,
): Promise<number> {
  const listen = { hostname: "127.0.0.1", port: 0 };
  await using server = serve(tls ? { ...listen, tls } : listen, [
    implement(Ticker, {
      ticks: async function* () {
        for (let i = 0; i < MESSAGES; i++) {
          yield new Uint8Array(20);
          await turn();
        }
      },
    }),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(
    `localhost:${port}`,
    tls && { tls: { caCerts: [ca] } },
  );
  return await medianOf(20, async () => {
    let count = 0;
    const messages = channel.serverStreaming(Ticker.ticks, new Uint8Array());
    for await (const _ of messages) count++;
    assertEquals(count, MESSAGES);
  });
}

Deno.test("five small messages of one turn over Deno's TLS do not wait for acknowledgements", async () => {
  const tls: ListenTlsOptions = { ...identity, implementation: "deno" };
  await assertNoWait(tls, () => Promise.resolve());
});

Deno.test("five small messages that follow one by one over TLS do not wait for acknowledgements", async () => {
  await assertNoWait(identity, nextTurn);
});

/** The milliseconds of a request of five messages, each in its own turn. */
async function uploading(tls?: DialTlsOptions): Promise<number> {
  const listen = { hostname: "127.0.0.1", port: 0 };
  const own = { ...listen, ...tls && { tls: identity } } as ServeOptions;
  await using server = serve(own, [
    implement(Counter, {
      count: async (messages) => {
        let count = 0;
        for await (const _ of messages) count++;
        return new Uint8Array([count]);
      },
    }),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`localhost:${port}`, tls && { tls });
  return await medianOf(20, async () => {
    const [count] = await channel.clientStreaming(
      Counter.count,
      async function* () {
        for (let i = 0; i < MESSAGES; i++) {
          yield new Uint8Array(20);
          await nextTurn();
        }
      }(),
    );
    assertEquals(count, MESSAGES);
  });
}

for (
  const [kind, tls] of [
    ["on Deno's TLS", {}],
    ["on node:tls", { systemCaCerts: false }],
  ] as const
) {
  Deno.test(`five small messages of a client ${kind} that follow one by one do not wait for acknowledgements`, async () => {
    const plain = await uploading();
    const took = await uploading({ caCerts: [ca], ...tls });
    assert(took < NAGLE + 2 * plain, `${took} ms, without TLS ${plain} ms`);
  });
}
