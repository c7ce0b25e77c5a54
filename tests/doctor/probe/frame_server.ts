import {
  type Frame,
  FrameReader,
  FrameWriter,
} from "../../../src/frames/mod.ts";
import type {
  AcceptedSocket,
  ListeningSocket,
} from "../../../src/transport/public.ts";
import { PREFACE } from "../../harness/raw_peer.ts";
import type { VirtualNetwork } from "../../harness/virtual_network.ts";

/** What a server does on one connection. */
export interface FrameHandler {
  /** Says what it says first. */
  greet(writer: FrameWriter): void;
  /** Answers a frame; `true` closes the connection behind the answer. */
  on(frame: Frame, writer: FrameWriter): boolean | void;
}

/** A server on a network in memory that says just what a test scripts. */
export class FrameServer implements Disposable {
  /** Connections that came. */
  connections = 0;
  readonly target = "10.0.0.1:50051";
  readonly #listener: ListeningSocket;
  readonly #make: () => FrameHandler;

  constructor(network: VirtualNetwork, make: () => FrameHandler) {
    this.#make = make;
    this.#listener = network.listen({
      transport: "tcp",
      hostname: "10.0.0.1",
      port: 50_051,
    });
    void this.#accept();
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }

  async #accept(): Promise<void> {
    try {
      for (;;) {
        const socket = await this.#listener.accept();
        this.connections++;
        void serveOn(socket, this.#make());
      }
    } catch {
      // It listens no more.
    }
  }
}

async function serveOn(
  socket: AcceptedSocket,
  handler: FrameHandler,
): Promise<void> {
  const reader = new FrameReader();
  const writer = new FrameWriter();
  const buffer = new Uint8Array(4_096);
  let skip = PREFACE.length;
  let isOver = false;
  try {
    handler.greet(writer);
    while (!isOver) {
      await flush(socket, writer);
      const count = await socket.read(buffer);
      if (count === null) break;
      const skipped = Math.min(skip, count);
      skip -= skipped;
      reader.feed(buffer.subarray(skipped, count));
      let frame: Frame | undefined;
      while ((frame = reader.next()) !== undefined) {
        isOver ||= handler.on(frame, writer) === true;
      }
    }
    await flush(socket, writer);
    socket.close();
  } catch {
    // The other end is gone.
  }
}

async function flush(
  socket: AcceptedSocket,
  writer: FrameWriter,
): Promise<void> {
  let octets = writer.take().slice();
  while (octets.length > 0) {
    octets = octets.subarray(await socket.write(octets));
  }
}
