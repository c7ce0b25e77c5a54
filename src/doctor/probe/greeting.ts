import {
  type Frame,
  FrameReader,
  FrameType,
  type Setting,
} from "../../frames/mod.ts";
import type { AcceptedSocket, Network } from "../../transport/mod.ts";

/** Parameters that are kept: a frame has room for 2,730. */
const MOST_SETTINGS = 32;

/**
 * What the session of a connection does not tell: the first SETTINGS of the
 * server as they were sent, with identifiers that HTTP/2 does not know, and
 * credit that it gives.
 */
export class Greeting {
  /** The parameters of the first SETTINGS frame, in their order. */
  settings: readonly Setting[] = [];
  /** Octets that the first WINDOW_UPDATE adds to the window of 65,535. */
  windowIncrement = 0;
  /** WINDOW_UPDATE frames that came. */
  windowUpdates = 0;
  readonly #reader = new FrameReader();
  #isFirst = true;
  #isOver = false;

  /** Looks at octets that were read; they are borrowed for the call. */
  read(octets: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#reader.feed(octets);
      let frame: Frame | undefined;
      while ((frame = this.#reader.next()) !== undefined) this.#see(frame);
    } catch {
      // The session tells what is wrong with it.
      this.#isOver = true;
    }
  }

  #see(frame: Frame): void {
    if (frame.type === FrameType.SETTINGS && this.#isFirst) {
      this.settings = frame.settings.slice(0, MOST_SETTINGS);
    }
    this.#isFirst = false;
    if (frame.type !== FrameType.WINDOW_UPDATE) return;
    this.windowUpdates++;
    if (frame.streamId !== 0) return;
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
