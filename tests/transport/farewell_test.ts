import { assert, assertEquals } from "@std/assert";
import { encodePing, FrameType } from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { PipeSocket } from "./support/pipe_socket.ts";
import {
  inVirtualTime,
  pass,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** Milliseconds for the farewell (CLOSE_TIMEOUT). */
const FAREWELL = 1_000;

const KEEPALIVE = {
  time: 10_000,
  timeout: 2_000,
  permitWithoutStream: true,
};

/** A socket into which nothing can be written any more. */
function clog(socket: PipeSocket): void {
  socket.onWrite = () => new Promise(() => {});
}

Deno.test(
  "a client closes once its GOAWAY is written",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ client: {} })
      .establish();
    await transport.close();
    assertEquals(socket.frames().at(-1)?.type, FrameType.GOAWAY);
    assertEquals(socket.closes, 1);
    assertEquals(socket.halfCloses, 0);
    await time.settle();
  }),
);

Deno.test(
  "a server ends its sending side, and waits for the client to close",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({ server: {} }).establish();
    const { socket, transport } = virtual;
    const closing = transport.close();
    await pass(time, FAREWELL - 20);
    assertEquals(socket.frames().at(-1)?.type, FrameType.GOAWAY);
    assertEquals([socket.halfCloses, socket.closes], [1, 0]);
    assertEquals(virtual.finished, false);
    socket.end();
    await closing;
    assertEquals(socket.closes, 1);
  }),
);

Deno.test(
  "what a client says after the GOAWAY is discarded, for a second",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({ server: {} }).establish();
    const { socket, transport } = virtual;
    const closing = transport.close();
    await time.settle();
    const { writes } = socket;
    const before = writes.length;
    for (let i = 0; i < 5; i++) {
      await pass(time, 100);
      socket.say((writer) => encodePing(writer, false, new Uint8Array(8)));
      socket.arrive(octets("ffffff ff ff ffffffff"));
    }
    await pass(time, FAREWELL - 500 + 10);
    await closing;
    assertEquals(socket.closes, 1);
    assertEquals(writes.length, before);
    assertEquals(virtual.reason?.kind, "local-close");
  }),
);

Deno.test(
  "a dead peer whose buffers are full is noticed within time + timeout",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({
      client: { keepalive: KEEPALIVE },
    }).establish();
    const { socket, transport } = virtual;
    clog(socket);
    transport.ping().catch(() => {});
    await pass(time, KEEPALIVE.time + KEEPALIVE.timeout - 10, 1_000);
    assertEquals(virtual.reason, undefined);
    await pass(time, 20);
    assertEquals(virtual.reason?.kind, "keepalive-timeout");

    assertEquals(virtual.finished, false);
    await pass(time, FAREWELL);
    assertEquals(virtual.finished, true);
    assertEquals(socket.closes, 1);
  }),
);

Deno.test(
  "a server destroys the socket of a dead client at once",
  inVirtualTime(async (time) => {
    const virtual = await new VirtualTransport({
      server: { keepalive: { time: 10_000, timeout: 2_000 } },
    }).establish();
    const { socket } = virtual;
    clog(socket);
    await pass(time, 12_010, 1_000);
    assertEquals(virtual.reason?.kind, "keepalive-timeout");
    assertEquals(virtual.finished, true);
    assertEquals(socket.closes, 1);
  }),
);

for (const role of ["client", "server"] as const) {
  const setup = role === "client" ? { client: {} } : { server: {} };

  Deno.test(
    `close of a ${role} whose write never ends takes a second`,
    inVirtualTime(async (time) => {
      const virtual = await new VirtualTransport(setup).establish();
      const { socket, transport } = virtual;
      await time.settle();
      clog(socket);
      transport.ping().catch(() => {});
      await time.settle();
      const closing = transport.close();
      await time.settle();
      assertEquals(virtual.reason?.kind, "local-close");
      await pass(time, FAREWELL - 20);
      assertEquals(socket.closes, 0);
      await pass(time, 30);
      await closing;
      assertEquals(socket.closes, 1);
    }),
  );
}

Deno.test(
  "a sending side that cannot be ended delays the close by a second",
  inVirtualTime(async (time) => {
    const socket = new PipeSocket();
    socket.onCloseWrite = () => new Promise(() => {});
    const { transport } = await new VirtualTransport({ server: {} }, { socket })
      .establish();
    const closing = transport.close();
    await pass(time, FAREWELL + 10);
    await closing;
    assertEquals(socket.closes, 1);
  }),
);

Deno.test(
  "a farewell that fails closes the socket all the same",
  inVirtualTime(async (time) => {
    const socket = new PipeSocket();
    socket.onCloseWrite = () => Promise.reject(new Error("Not connected"));
    const { transport } = await new VirtualTransport({ server: {} }, { socket })
      .establish();
    await transport.close();
    assertEquals(socket.closes, 1);
    await time.settle();
  }),
);

for (
  const [how, end] of [
    ["ends", (socket: PipeSocket) => socket.end()],
    ["fails", (socket: PipeSocket) => socket.fail(new Error("reset"))],
  ] as const
) {
  Deno.test(
    `a socket that ${how} is closed at once, and only once`,
    inVirtualTime(async (time) => {
      const virtual = await new VirtualTransport({ client: {} }).establish();
      end(virtual.socket);
      await time.settle();
      assertEquals(virtual.finished, true);
      assertEquals(virtual.socket.closes, 1);
      assert(["end-of-stream", "socket-error"].includes(virtual.reason!.kind));
    }),
  );
}
