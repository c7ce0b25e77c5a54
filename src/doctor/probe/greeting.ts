import {
  type Frame,
  FrameReader,
  FrameType,
  type Setting,
} from "../../frames/mod.ts";
import type { AcceptedSocket, Network } from "../../transport/mod.ts";

/** Octets of a connection that are looked at; what follows is not. */
const MOST_OCTETS = 32_768;

/** Frames that are looked at. */
const MOST_FRAMES = 8;

/** Parameters that are kept: a frame has room for 2,730. */
const MOST_SETTINGS = 32;

/**
 * What a server says before anything else, as it was sent: its first SETTINGS
 * with identifiers that HTTP/2 does not know, and what it adds to the window of
 * the connection.
 */
export class Greeting {
  /** The parameters of the first SETTINGS frame, in their order. */
  settings: readonly Setting[] = [];
  /** Octets that the first WINDOW_UPDATE adds to the window of 65,535. */
  windowIncrement = 0;
  readonly #reader = new FrameReader();
  #octets = 0;
  #frames = 0;
  #isOver = false;

  /** Looks at octets that were read; they are borrowed for the call. */
  read(octets: Uint8Array): void {
    if (this.#isOver) return;
    this.#octets += octets.length;
    try {
      this.#reader.feed(octets);
      let frame: Frame | undefined;
      while ((frame = this.#reader.next()) !== undefined) this.#see(frame);
    } catch {
      // The session tells what is wrong with it.
      this.#isOver = true;
    }
    this.#isOver ||= this.#octets >= MOST_OCTETS ||
      this.#frames >= MOST_FRAMES;
  }

  #see(frame: Frame): void {
    if (this.#frames++ >= MOST_FRAMES) return;
    if (frame.type === FrameType.SETTINGS && this.#frames === 1) {
      this.settings = frame.settings.slice(0, MOST_SETTINGS);
    }
    if (frame.type !== FrameType.WINDOW_UPDATE || frame.streamId !== 0) return;
    this.windowIncrement ||= frame.windowSizeIncrement;
  }
}

/** A network whose sockets let a greeting see what is read. */
export function overhear(network: Network, greeting: Greeting): Network {
  return {
    listen: (address, options) => network.listen(address, options),
    resolve: (hostname, options) => network.resolve(hostname, options),
    connect: async (target, options) =>
      tapped(await network.connect(target, options), greeting),
  };
}

/** All but `read` is that of the socket, also what it may have or not. */
function tapped(socket: AcceptedSocket, greeting: Greeting): AcceptedSocket {
  const read = async (buffer: Uint8Array) => {
    const count = await socket.read(buffer);
    if (count !== null) greeting.read(buffer.subarray(0, count));
    return count;
  };
  return new Proxy(socket, {
    get(target, key) {
      if (key === "read") return read;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
