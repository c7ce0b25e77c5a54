import { CLOCK } from "../harness/virtual_clock.ts";
import { assert, assertEquals } from "@std/assert";
import {
  encodeData,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  type Frame,
  FrameType,
} from "../../src/frames/mod.ts";
import { FIELDS, RESPONSE_BLOCK } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import { PipeSocket } from "./support/pipe_socket.ts";
import {
  inVirtualTime,
  pass,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** The types of frames, in order. */
function types(frames: Frame[]): Frame["type"][] {
  return frames.map(({ type }) => type);
}

/** The peer sends PINGs, all in one piece. */
function sayPings(socket: PipeSocket, count: number): void {
  socket.say((writer) => {
    for (let i = 0; i < count; i++) {
      encodePing(writer, false, new Uint8Array(8).fill(i));
    }
  });
}

const CALM = { enforcement: { maxPingStrikes: 0 } };

Deno.test(
  "the preface and SETTINGS of a client are one write",
  inVirtualTime(async (time) => {
    const { socket, transport } = new VirtualTransport({ client: {} });
    await time.settle();
    assertEquals(socket.writes.length, 1);
    assertEquals(types(socket.frames()), [FrameType.SETTINGS]);
    await transport.close();
  }),
);

Deno.test(
  "a command in the turn of the start joins the first write",
  inVirtualTime(async (time) => {
    const { socket, transport } = new VirtualTransport({ client: {} });
    transport.ping().catch(() => {});
    await time.settle();
    assertEquals(socket.writes.length, 1);
    assertEquals(types(socket.frames()), [FrameType.SETTINGS, FrameType.PING]);
    await transport.close();
  }),
);

Deno.test(
  "the answers to all that one read brings are one write",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ server: CALM })
      .establish();
    await time.settle();
    const before = socket.writes.length;
    sayPings(socket, 10);
    await time.settle();
    assertEquals(socket.writes.length - before, 1);
    assertEquals(socket.writes.at(-1)?.length, 10 * 17);
    socket.end();
    await transport.finished;
  }),
);

Deno.test(
  "many commands of a turn are one write",
  inVirtualTime(async (time) => {
    const { socket, session, transport } = await new VirtualTransport({
      client: {},
    }).establish();
    await time.settle();
    const before = socket.writes.length;
    transport.ping().catch(() => {});
    session.streams.open(FIELDS, false, CLOCK.now());
    transport.ping().catch(() => {});
    const closing = transport.close();
    await time.settle();
    assertEquals(socket.writes.length - before, 1);
    assertEquals(types(socket.frames()).slice(-4), [
      FrameType.PING,
      FrameType.HEADERS,
      FrameType.PING,
      FrameType.GOAWAY,
    ]);
    await closing;
  }),
);

Deno.test(
  "while one write runs, the rest joins the next",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ server: CALM })
      .establish();
    await time.settle();
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.onWrite = async (octets) => {
      await promise;
      return octets.length;
    };
    const before = socket.writes.length;
    sayPings(socket, 1);
    await time.settle();
    for (const count of [2, 3]) {
      sayPings(socket, count);
      await time.settle();
    }
    assertEquals(socket.writes.length, before);
    resolve();
    await time.settle();
    const lengths = socket.writes.slice(before).map(({ length }) => length);
    assertEquals(lengths, [17, 5 * 17]);
    const answers = socket.frames().filter(({ type }) =>
      type === FrameType.PING
    );
    assertEquals(answers.length, 6);
    socket.end();
    await transport.finished;
  }),
);

for (const size of [1, 7, 16]) {
  Deno.test(
    `a socket that takes ${size} octets at once gets all, in order`,
    inVirtualTime(async (time) => {
      const socket = new PipeSocket();
      socket.onWrite = ({ length }) => Math.min(length, size);
      const { transport } = await new VirtualTransport({ server: CALM }, {
        socket,
      }).establish();
      sayPings(socket, 20);
      // Many small writes take several turns of the event loop.
      const answers = () =>
        socket.frames().filter(({ type }) => type === FrameType.PING).length;
      while (answers() < 20) await time.settle();
      assert(socket.writes.every(({ length }) => length <= size));
      const marks = socket.frames().flatMap((frame) =>
        frame.type === FrameType.PING ? [frame.opaqueData[0]] : []
      );
      assertEquals(marks, Array.from({ length: 20 }, (_, i) => i));
      socket.end();
      await transport.finished;
    }),
  );
}

Deno.test(
  "a write that fails ends the connection as a socket error",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({ client: {} }).establish();
    const { socket, transport } = virtual;
    await time.settle();
    socket.onWrite = () => Promise.reject(new Error("Broken pipe"));
    const ping = transport.ping().catch(({ name }) => name);
    await pass(time, 200, 100);
    assertEquals(virtual.reason?.kind, "socket-error");
    assertEquals(virtual.reason?.by, "network");
    assert(virtual.reason?.message.includes("Broken pipe"));
    assertEquals(await ping, "ConnectionClosedError");
    await transport.finished;
    assertEquals(socket.closes, 1);
  }),
);

Deno.test(
  "a GOAWAY that lies in the socket says more than a failed write",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({ client: {} }).establish();
    const { socket, transport } = virtual;
    await time.settle();
    socket.onWrite = () => Promise.reject(new Error("Broken pipe"));
    transport.ping().catch(() => {});
    await time.settle();
    socket.say((writer) =>
      encodeGoaway(writer, 0, 11, new TextEncoder().encode("too_many_pings"))
    );
    socket.fail(new Error("Connection reset by peer"));
    await pass(time, 200, 100);
    assertEquals(virtual.reason?.kind, "goaway");
    assertEquals(virtual.reason?.debug, "too_many_pings");
    await transport.finished;
  }),
);

Deno.test(
  "an end of stream says more than a failed write",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({ client: {} }).establish();
    virtual.socket.onWrite = () => Promise.reject(new Error("Broken pipe"));
    virtual.transport.ping().catch(() => {});
    await time.settle();
    virtual.socket.end();
    await pass(time, 200, 100);
    assertEquals(virtual.reason?.kind, "end-of-stream");
    await virtual.transport.finished;
  }),
);

Deno.test(
  "a reply that came with the last GOAWAY is handed over",
  inVirtualTime(async (time) => {
    const seen: string[] = [];
    const virtual = await new VirtualTransport({ client: {} }).establish();
    const { socket, transport } = virtual;
    transport.openStream(
      FIELDS,
      true,
      consumer({
        onHeaders: () => seen.push("headers"),
        onData: (data, endStream) => seen.push(`${data} ${endStream}`),
      }),
    );
    socket.say((writer) => {
      encodeHeaders(writer, 1, RESPONSE_BLOCK, false, true);
      encodeData(writer, 1, Uint8Array.of(1, 2, 3), true);
      encodeGoaway(writer, 1, 0, new Uint8Array());
    });
    await time.settle();
    assertEquals(seen, ["headers", "1,2,3 true"]);
    assertEquals(virtual.reason?.kind, "goaway");
    await transport.finished;
  }),
);
