import { assert, assertEquals } from "@std/assert";
import {
  encodeHeaders,
  encodePing,
  encodeWindowUpdate,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import type {
  StreamAcceptor,
  TransportStream,
} from "../../src/transport/mod.ts";
import { BLOCK, RESPONSE } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import {
  inVirtualTime,
  pass,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** More data than goes into one write. */
const LARGE = new Uint8Array(80_000);

/** The client lets the server send all of it on a stream. */
function openWindows(writer: FrameWriter, streamId: number): void {
  encodeWindowUpdate(writer, 0, LARGE.length);
  encodeWindowUpdate(writer, streamId, LARGE.length);
}

function answer(stream: TransportStream): undefined {
  stream.sendHeaders(RESPONSE, false);
  stream.sendData(LARGE, true);
}

/** Takes one stream, and answers it when told to. */
function onDemand(): { held: StreamAcceptor; respond: () => void } {
  let opened: TransportStream | undefined;
  const held: StreamAcceptor = (stream) => {
    opened = stream;
    return consumer();
  };
  const respond = () => {
    assert(opened !== undefined);
    answer(opened);
  };
  return { held, respond };
}

Deno.test(
  "a large response goes out in several writes, and what is urgent goes first in the next",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ server: {} }, {
      onStream: answer,
    }).establish();
    await time.settle();
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.onWrite = async ({ length }) => {
      await promise;
      return length;
    };
    const before = socket.frames().length;
    socket.say((writer) => {
      encodeHeaders(writer, 1, BLOCK, true, true);
      openWindows(writer, 1);
    });
    await time.settle();
    socket.say((writer) => encodePing(writer, false, new Uint8Array(8)));
    await time.settle();
    resolve();
    await time.settle();
    const types = socket.frames().slice(before).map(({ type }) => type);
    assertEquals(types.filter((type, i) => type !== types[i - 1]), [
      FrameType.HEADERS,
      FrameType.DATA,
      FrameType.PING,
      FrameType.DATA,
    ]);
    socket.end();
    await transport.finished;
  }),
);

Deno.test(
  "a write has four frames of data while the socket takes all of it, and one once it has not",
  inVirtualTime(async (time) => {
    const { held, respond } = onDemand();
    const { socket, transport } = await new VirtualTransport({ server: {} }, {
      onStream: held,
    }).establish();
    socket.say((writer) => {
      encodeHeaders(writer, 1, BLOCK, true, true);
      openWindows(writer, 1);
    });
    await time.settle();
    const lengths: number[] = [];
    socket.onWrite = ({ length }) => {
      lengths.push(length);
      return Promise.resolve(length > 50_000 ? 40_000 : length);
    };
    respond();
    await time.settle();
    const headers = lengths[0] - 65_536 - 4 * 9;
    assert(headers > 9 && headers < 100);
    assertEquals(lengths.slice(1), [lengths[0] - 40_000, 80_000 - 65_536 + 9]);
    socket.end();
    await transport.finished;
  }),
);

Deno.test(
  "a large response that is the last of a drained connection closes it",
  inVirtualTime(async (time) => {
    const { held, respond } = onDemand();
    const virtual = await new VirtualTransport({ server: {} }, {
      onStream: held,
    }).establish();
    const { socket, transport } = virtual;
    socket.say((writer) => {
      encodeHeaders(writer, 1, BLOCK, true, true);
      openWindows(writer, 1);
    });
    await time.settle();
    const draining = transport.drain();
    await time.settle();
    socket.acknowledgePings();
    await time.settle();
    respond();
    assertEquals(virtual.reason, undefined);
    await time.settle();
    assertEquals(virtual.reason?.kind, "drained");
    assertEquals(socket.halfCloses, 1);
    socket.end();
    await draining;
  }),
);

Deno.test(
  "the idle time begins with the last write of a large response",
  inVirtualTime(async (time) => {
    const { held, respond } = onDemand();
    const { socket, transport } = await new VirtualTransport({
      server: { keepalive: { maxConnectionIdle: 1_000 } },
    }, { onStream: held }).establish();
    socket.say((writer) => {
      encodeHeaders(writer, 1, BLOCK, true, true);
      openWindows(writer, 1);
    });
    await pass(time, 2_000);
    assertEquals(transport.state.kind, "open");
    respond();
    await pass(time, 1_000);
    assertEquals(transport.state.kind, "draining");
    socket.end();
    await transport.finished;
  }),
);
