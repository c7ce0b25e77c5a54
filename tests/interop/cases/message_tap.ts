/**
 * Watches gRPC messages on their way: the compressed flag is part of no API.
 *
 * @module
 */

import { FrameReader, FrameType } from "../../../src/frames/mod.ts";
import { MessageReader } from "../../../src/grpc/messages/reader.ts";
import type { Role } from "./cases.ts";

/** "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" (RFC 9113 section 3.4). */
const CLIENT_PREFACE_LENGTH = 24;

const LARGEST_FRAME = 2 ** 24 - 1;

/** Forwards connections to a server, and notes the messages on them. */
export class MessageTap implements AsyncDisposable {
  /** The compressed flags of the messages so far, by their sender. */
  readonly flags: Readonly<Record<Role, boolean[]>> = {
    client: [],
    server: [],
  };

  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #finished: Promise<void>;

  /** Listens in place of the server on a port. */
  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#finished = this.#accept();
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Stops when both ends have closed their connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#finished;
  }

  async #accept(): Promise<void> {
    const forwarding: Promise<void>[] = [];
    for await (const client of this.#listener) {
      forwarding.push(this.#forward(client));
    }
    await Promise.all(forwarding);
  }

  async #forward(accepted: Deno.TcpConn): Promise<void> {
    using client = accepted;
    using server = await Deno.connect({
      hostname: "127.0.0.1",
      port: this.#target,
    });
    await Promise.all([
      copy(client, server, watch(this.flags.client, CLIENT_PREFACE_LENGTH)),
      copy(server, client, watch(this.flags.server, 0)),
    ]);
  }
}

/** Notes the flags of the messages in the octets of one direction. */
function watch(
  flags: boolean[],
  prefaceLength: number,
): (octets: Uint8Array) => void {
  const frames = new FrameReader(LARGEST_FRAME);
  const streams = new Map<number, MessageReader>();
  let skip = prefaceLength;
  return (octets) => {
    const skipped = Math.min(skip, octets.length);
    skip -= skipped;
    frames.feed(octets.subarray(skipped));
    for (let frame = frames.next(); frame; frame = frames.next()) {
      if (frame.type !== FrameType.DATA) continue;
      const messages = streams.get(frame.streamId) ??
        new MessageReader(Infinity);
      streams.set(frame.streamId, messages);
      messages.push(frame.data);
      for (let next = messages.take(); next; next = messages.take()) {
        flags.push(next.compressed);
      }
    }
  };
}

async function copy(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  look: (octets: Uint8Array) => void,
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (
      let count = await from.read(buffer);
      count !== null;
      count = await from.read(buffer)
    ) {
      const octets = buffer.slice(0, count);
      look(octets);
      for (let at = 0; at < count;) at += await to.write(octets.subarray(at));
    }
    await to.closeWrite();
  } catch (error) {
    // One end is gone, which the other is to learn.
    if (!isGone(error)) throw error;
    await to.closeWrite().catch(() => {});
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}
