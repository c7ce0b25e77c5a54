import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import {
  encodeSettings,
  encodeSettingsAck,
  FRAME_HEADER_LENGTH,
  FrameType,
  FrameWriter,
  type Setting,
} from "../../src/frames/mod.ts";

/** Octets that may come before those of a frame are looked at: a whole read. */
const READ = 65_536;

/** How a connection of an attacker was ended: when it was told, or noticed. */
export interface AttackEnd {
  /** Milliseconds since it was made. */
  readonly after: number;
  /** Octets that it had sent. */
  readonly octets: number;
  /** Frames that it had sent. */
  readonly frames: number;
  /** The code of the GOAWAY, if one came that is an error. */
  readonly code: number | undefined;
}

/** One connection of an attacker, which reads what comes, or nothing. */
export class AttackSocket {
  /** Octets sent. */
  octets = 0;
  /** Frames sent, as told by the attack. */
  frames = 0;
  /** Frames received, by type. */
  readonly received: number[] = new Array(256).fill(0);
  /** How it was ended. */
  end: AttackEnd | undefined;
  readonly #conn: Deno.Conn;
  readonly #since = performance.now();
  readonly #rest = new Uint8Array(READ + 16_384 + FRAME_HEADER_LENGTH);
  #restLength = 0;
  #skip = 0;
  #told: AttackEnd | undefined;
  #wake: (() => void)[] = [];

  /** Takes over a socket; a server skips the preface of its client. */
  constructor(conn: Deno.Conn, role: "client" | "server", reads = true) {
    this.#conn = conn;
    if (role === "server") this.#skip = CLIENT_PREFACE.length;
    if (reads) void this.#read();
  }

  /** Connects, and says what every client says first. */
  static async greet(
    port: number,
    settings: readonly Setting[] = [],
    reads = true,
  ): Promise<AttackSocket> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    const socket = new AttackSocket(conn, "client", reads);
    await socket.write(CLIENT_PREFACE);
    await socket.hello(settings);
    return socket;
  }

  /** Says SETTINGS, and acknowledges those of the peer. */
  async hello(settings: readonly Setting[] = []): Promise<void> {
    await this.say((writer) => {
      encodeSettings(writer, settings);
      encodeSettingsAck(writer);
      return 2;
    });
  }

  /**
   * Says frames in one write; answers whether the connection goes on.
   *
   * @param encode Answers with how many frames it has written.
   */
  say(encode: (writer: FrameWriter) => number): Promise<boolean> {
    const writer = new FrameWriter();
    this.frames += encode(writer);
    return this.write(writer.take());
  }

  /** Sends octets; answers whether the connection goes on. */
  async write(octets: Uint8Array): Promise<boolean> {
    try {
      for (let at = 0; at < octets.length && this.end === undefined;) {
        const count = await this.#conn.write(octets.subarray(at));
        at += count;
        this.octets += count;
      }
    } catch {
      this.#finish();
    }
    return this.end === undefined;
  }

  /** Resolves when something holds, the connection has ended, or time is up. */
  async until(holds: () => boolean, milliseconds: number): Promise<void> {
    const by = performance.now() + milliseconds;
    while (!holds() && this.end === undefined) {
      const left = by - performance.now();
      if (left <= 0) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }

  /** Closes the socket. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed.
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ);
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        this.#look(buffer.subarray(0, count));
        this.#ring();
      }
    } catch {
      // It is closed, by whom ever.
    }
    this.#finish();
  }

  /** Counts the frames; of their contents, only the code of a GOAWAY counts. */
  #look(octets: Uint8Array): void {
    const skipped = Math.min(this.#skip, octets.length);
    this.#skip -= skipped;
    const rest = this.#rest;
    rest.set(octets.subarray(skipped), this.#restLength);
    const end = this.#restLength + octets.length - skipped;
    let at = 0;
    while (end - at >= FRAME_HEADER_LENGTH) {
      const length = rest[at] << 16 | rest[at + 1] << 8 | rest[at + 2];
      const type = rest[at + 3];
      const next = at + FRAME_HEADER_LENGTH + length;
      if (next > end) break;
      this.received[type]++;
      if (type === FrameType.GOAWAY && rest[at + 16] !== 0) {
        this.#told ??= this.#sofar(rest[at + 16]);
      }
      at = next;
    }
    rest.copyWithin(0, at, end);
    this.#restLength = end - at;
  }

  #finish(): void {
    this.end ??= this.#told ?? this.#sofar(undefined);
    this.#ring();
  }

  #sofar(code: number | undefined): AttackEnd {
    const after = performance.now() - this.#since;
    return { after, octets: this.octets, frames: this.frames, code };
  }

  #ring(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
