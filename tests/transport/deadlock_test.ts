import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import {
  clientParameters,
  type ClientSessionOptions,
  serverParameters,
  type ServerSessionOptions,
  Session,
} from "../../src/session/mod.ts";
import type { CloseReason } from "../../mod.ts";
import {
  encodePing,
  encodeSettings,
  ErrorCode,
  FrameWriter,
} from "../../src/frames/mod.ts";
import {
  type Socket,
  type StreamAcceptor,
  Transport,
  type TransportStream,
} from "../../src/transport/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { concat } from "../harness/octets.ts";
import { hello, PREFACE } from "../harness/raw_peer.ts";
import { PATIENCE } from "../harness/time.ts";
import { boundedPipe } from "./support/bounded_pipe.ts";
import { consumer } from "./support/consumer.ts";

const CALM = { enforcement: { maxPingStrikes: 0 } };

/** A transport of ours on one end of a pipe. */
function transportOn(
  socket: Socket,
  setup: { client: ClientSessionOptions } | { server: ServerSessionOptions },
  onStream?: StreamAcceptor,
): Transport {
  const parameters = "client" in setup
    ? clientParameters(setup.client)
    : serverParameters(setup.server);
  const clock = systemClock;
  const session = new Session(parameters, clock.now());
  return new Transport({ socket, session, clock, onStream });
}

/** Request headers of so many octets. */
function headersOf(size: number): [string, string][] {
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/deadlock"],
    [":authority", "test"],
    ["x-large", "x".repeat(size)],
  ];
}

/** Sends back what comes, and large trailers at the end. */
const echo: StreamAcceptor = (stream) => {
  stream.sendHeaders(
    [[":status", "200"], ["x-large", "y".repeat(4_000)]],
    false,
  );
  return consumer({
    onData: (data, endStream) => {
      const { length } = data;
      stream.sendData(data.slice(), false);
      stream.consumed(length);
      if (endStream) stream.sendHeaders([["x-end", "z".repeat(4_000)]], true);
    },
  });
};

/** Sends octets on a stream of its own; resolves to how many came back. */
function exchange(client: Transport, octets: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let received = 0;
  const stream: TransportStream = client.openStream(
    headersOf(4_000),
    false,
    consumer({
      onHeaders: (_headers, endStream) => endStream && resolve(received),
      onData: ({ length }) => {
        received += length;
        stream.consumed(length);
      },
      onReset: (code) => reject(new Error(`reset with ${code}`)),
      onClosed: ({ message }) => reject(new Error(message)),
    }),
  );
  stream.sendData(new Uint8Array(octets), true);
  return promise;
}

for (
  const [capacity, streams, octets] of [
    [1, 2, 2_000],
    [16, 8, 20_000],
    [4_096, 50, 200_000],
  ]
) {
  Deno.test(`two ends that send all they can through buffers of ${capacity} octets finish`, async () => {
    const [here, there] = boundedPipe(capacity);
    const client = transportOn(here, { client: {} });
    const server = transportOn(there, { server: CALM }, echo);
    await deadline(client.established, PATIENCE);
    const exchanges = Array.from(
      { length: streams },
      () => exchange(client, octets),
    );
    const pings = [client, server].flatMap((end) =>
      Array.from({ length: 50 }, () => end.ping())
    );
    const received = await deadline(Promise.all(exchanges), PATIENCE);
    assertEquals(received, Array(streams).fill(octets));
    for (const rtt of await deadline(Promise.all(pings), PATIENCE)) {
      assert(rtt >= 0);
    }
    await Promise.all([client.close(), server.finished]);
  });
}

Deno.test("two ends whose streams nobody reads still answer each other", async () => {
  const [here, there] = boundedPipe(64);
  const client = transportOn(here, { client: {} });
  const server = transportOn(there, { server: CALM }, (stream) => {
    stream.sendHeaders([[":status", "200"]], false);
    stream.sendData(new Uint8Array(1_000_000), false);
    return consumer();
  });
  await deadline(client.established, PATIENCE);
  for (let i = 0; i < 4; i++) {
    const stream = client.openStream(headersOf(10), false, consumer());
    stream.sendData(new Uint8Array(1_000_000), false);
  }
  for (let i = 0; i < 20; i++) {
    const pings = Promise.all([client.ping(), server.ping()]);
    assertEquals((await deadline(pings, PATIENCE)).length, 2);
  }
  await Promise.all([client.close(), server.finished]);
});

const FLOODS: [name: string, encode: (writer: FrameWriter) => void][] = [
  ["PING", (writer) => encodePing(writer, false, new Uint8Array(8))],
  ["SETTINGS", (writer) => encodeSettings(writer, [])],
];

/** Floods a transport, and reads nothing, until its socket is closed. */
async function flood(socket: Socket, octets: Uint8Array): Promise<void> {
  try {
    for (;;) {
      for (let at = 0; at < octets.length;) {
        at += await socket.write(octets.subarray(at));
      }
    }
  } catch {
    // It was shown the door.
  }
}

for (const role of ["client", "server"] as const) {
  for (const [name, encode] of FLOODS) {
    Deno.test(`a ${role} whose peer floods ${name} and reads nothing ends the connection, and says why`, async () => {
      const [here, there] = boundedPipe(4_096);
      const transport = transportOn(
        here,
        role === "client" ? { client: {} } : { server: CALM },
      );
      const opening = new FrameWriter();
      hello(opening);
      const frames = new FrameWriter();
      for (let i = 0; i < 1_000; i++) encode(frames);
      const flooding = (async () => {
        const first = role === "server" ? [PREFACE] : [];
        const octets = concat(...first, opening.take());
        for (let at = 0; at < octets.length;) {
          at += await there.write(octets.subarray(at));
        }
        await flood(there, frames.take().slice());
      })();
      const reason: CloseReason = await deadline(transport.closed, PATIENCE);
      assertEquals(reason.kind, "protocol-error");
      assertEquals(reason.by, "local");
      assertEquals(reason.code, ErrorCode.ENHANCE_YOUR_CALM);
      await deadline(transport.finished, PATIENCE);
      await flooding;
    });
  }
}
