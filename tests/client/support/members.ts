import {
  encodeGoaway,
  encodeSettings,
  encodeSettingsAck,
  FrameType,
  type FrameWriter,
} from "../../../src/frames/mod.ts";
import {
  RESPONSE,
  sayFields,
  sayMessage,
  sayStatus,
} from "../../grpc/support/foreign.ts";
import { RawPeer } from "../../harness/raw_peer.ts";

/** What a member does with a connection. */
export type Member = (peer: RawPeer) => Promise<void>;

/** The members behind one address: each connection is that of the next one. */
export class Members implements AsyncDisposable {
  readonly #member: (index: number) => Member;
  readonly #listener: Deno.TcpListener;
  readonly #conns = new Set<Deno.Conn>();
  readonly #work: Promise<void>[] = [];
  /** When each connection came, in milliseconds. */
  readonly times: number[] = [];

  /** @param member Answers with the member for a connection, from 0. */
  constructor(member: (index: number) => Member) {
    this.#member = member;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#work.push(this.#accept());
  }

  /** The address to connect to. */
  get target(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** How many connections there were. */
  get count(): number {
    return this.times.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener[Symbol.dispose]();
    for (const conn of this.#conns) conn[Symbol.dispose]();
    await Promise.all(this.#work);
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        conn.setNoDelay(true);
        this.#conns.add(conn);
        const member = this.#member(this.times.length);
        this.times.push(performance.now());
        this.#work.push(this.#run(member, conn));
      }
    } catch {
      // The listener is closed.
    }
  }

  async #run(member: Member, conn: Deno.Conn): Promise<void> {
    using peer = new RawPeer(conn, "server");
    await member(peer).catch(() => {});
    this.#conns.delete(conn);
  }
}

/** SETTINGS and their acknowledgement. */
export function greeting(writer: FrameWriter): void {
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
}

/** Says GOAWAY. */
export function goaway(
  writer: FrameWriter,
  code: number,
  lastStreamId = 0,
): void {
  encodeGoaway(writer, lastStreamId, code, new Uint8Array());
}

/** Waits until the client closes. */
export async function outlast(peer: RawPeer): Promise<void> {
  while (await peer.next() !== undefined);
}

/**
 * Answers each call with "w". A header block that does not fit into one frame
 * of 16 KiB is for `onLarge`, with the last stream that has a whole request.
 */
export function answering(
  onLarge?: (peer: RawPeer, lastStreamId: number) => Promise<void>,
  pause: () => Promise<void> = () => Promise.resolve(),
): Member {
  return async (peer) => {
    await peer.say(greeting);
    let last = 0;
    for (;;) {
      const frame = await peer.next();
      if (frame === undefined) return;
      if (frame.type === FrameType.HEADERS) {
        if (!frame.endHeaders && onLarge !== undefined) {
          return await onLarge(peer, last);
        }
      }
      if (frame.type !== FrameType.DATA || !frame.endStream) continue;
      const { streamId } = frame;
      last = Math.max(last, streamId);
      pause().then(() =>
        peer.say((writer) => {
          sayFields(writer, streamId, RESPONSE);
          sayMessage(writer, streamId, "w");
          sayStatus(writer, streamId, 0);
        })
      ).catch(() => {});
    }
  };
}
