import { deadline } from "@std/async";
import {
  encodeSettings,
  encodeSettingsAck,
  type Frame,
  FrameReader,
  FrameType,
  FrameWriter,
  type GoawayFrame,
} from "../../src/frames/mod.ts";
import { readFrames, text } from "./copied_frame.ts";
import { writeAll } from "./relay.ts";
import { PATIENCE } from "./time.ts";

/** The client preface (RFC 9113 section 3.4). */
export const PREFACE: Uint8Array = new TextEncoder().encode(
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
);

/**
 * A peer on a real socket that says just what the test scripts, and shows
 * what it is told, frame by frame.
 */
export class RawPeer implements Disposable {
  readonly conn: Deno.Conn;
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  #prefaceLeft: number;

  constructor(conn: Deno.Conn, role: "client" | "server") {
    this.conn = conn;
    this.#prefaceLeft = role === "server" ? PREFACE.length : 0;
  }

  /** Connects to a server on the loopback interface. */
  static async connect(port: number): Promise<RawPeer> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new RawPeer(conn, "client");
  }

  /** Connects and says what every client says first. */
  static async greet(port: number): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    await peer.write(PREFACE);
    await peer.say(hello);
    return peer;
  }

  /** Says octets. */
  async write(octets: Uint8Array): Promise<void> {
    await writeAll(this.conn, octets);
  }

  /** Says frames, in one write. */
  async say(encode: (writer: FrameWriter) => void): Promise<void> {
    const writer = new FrameWriter();
    encode(writer);
    await this.write(writer.take());
  }

  /** The next frame; `undefined` at the end, in whatever way it came. */
  async next(): Promise<Frame | undefined> {
    const buffer = new Uint8Array(4_096);
    while (this.#frames.length === 0) {
      const count = await deadline(this.#read(buffer), PATIENCE);
      if (count === null) return undefined;
      const skipped = Math.min(this.#prefaceLeft, count);
      this.#prefaceLeft -= skipped;
      const octets = buffer.subarray(skipped, count);
      this.#frames.push(...readFrames(this.#reader, octets));
    }
    return this.#frames.shift();
  }

  /** The next frame that has a type, for which others are passed over. */
  async until<T extends Frame["type"]>(
    type: T,
  ): Promise<Extract<Frame, { type: T }>> {
    for (;;) {
      const frame = await this.next();
      if (frame === undefined) throw new Error("The connection has ended");
      if (frame.type === type) return frame as Extract<Frame, { type: T }>;
    }
  }

  /** All frames up to the end. */
  async rest(): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.conn[Symbol.dispose]();
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.conn.read(buffer);
    } catch {
      return null;
    }
  }
}

/** A listener on the loopback interface that hands out raw servers. */
export class RawServer implements Disposable {
  readonly #listener: Deno.TcpListener = Deno.listen({
    hostname: "127.0.0.1",
    port: 0,
  });

  /** The address to connect to. */
  get target(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** The next client. */
  async accept(): Promise<RawPeer> {
    const conn = await deadline(this.#listener.accept(), PATIENCE);
    conn.setNoDelay(true);
    return new RawPeer(conn, "server");
  }

  /** The next client, to whom everything is said that opens a connection. */
  async welcome(): Promise<RawPeer> {
    const peer = await this.accept();
    await peer.say(hello);
    await peer.until(FrameType.SETTINGS);
    return peer;
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }
}

/** SETTINGS, and the acknowledgement of those of the other end. */
export function hello(writer: FrameWriter): void {
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
}

/** The code and the debug data of each GOAWAY. */
export function goawaysIn(
  frames: Frame[],
): { code: number; debug: string; lastStreamId: number }[] {
  return frames
    .filter((frame): frame is GoawayFrame => frame.type === FrameType.GOAWAY)
    .map((frame) => ({
      code: frame.errorCode,
      debug: text(frame.debugData),
      lastStreamId: frame.lastStreamId,
    }));
}
