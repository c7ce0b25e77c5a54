import { assert } from "@std/assert";
import { Channel } from "../../mod.ts";
import {
  encodeSettings,
  encodeSettingsAck,
  FrameWriter,
} from "../../src/frames/mod.ts";
import type { AcceptedSocket, Network } from "../../src/transport/mod.ts";
import { heapInUse } from "../harness/collect.ts";

/**
 * Octets of the heap for a channel with a connection, without a socket and
 * without PINGs. Before a bound is raised, what takes more is to be found.
 */
const MOST = { recorded: 7_000, unrecorded: 5_500 };

/** Channels that are measured, and those before, with which all is compiled. */
const CHANNELS = 1_000;
const WARM_UP = 300;

const ADDRESS = { transport: "tcp", hostname: "192.0.2.1", port: 1 } as const;
const GREETING = greeting();

/** What a server says first, with its word that it got the client's. */
function greeting(): Uint8Array {
  const writer = new FrameWriter();
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
  return Uint8Array.from(writer.take());
}

/** A socket whose server greets, and says no more. */
class QuietSocket implements AcceptedSocket {
  readonly localAddr = ADDRESS;
  readonly remoteAddr = ADDRESS;
  #hasGreeted = false;
  #end: ((octets: null) => void) | undefined;

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#hasGreeted) return new Promise((resolve) => this.#end = resolve);
    this.#hasGreeted = true;
    buffer.set(GREETING);
    return Promise.resolve(GREETING.length);
  }

  write(octets: Uint8Array): Promise<number> {
    return Promise.resolve(octets.length);
  }

  close(): void {
    this.#end?.(null);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const network: Network = {
  connect: () => Promise.resolve(new QuietSocket()),
  listen: () => {
    throw new Error("Nobody listens");
  },
  resolve: (hostname) => Promise.resolve([hostname]),
};

async function connect(count: number, recorder: boolean): Promise<Channel[]> {
  const options = {
    network,
    recorder,
    keepalive: { time: 10_000, permitWithoutStream: true },
  };
  const channels = Array.from(
    { length: count },
    () => new Channel("192.0.2.1:1", options),
  );
  await Promise.all(channels.map((channel) => channel.connect()));
  return channels;
}

async function close(channels: readonly Channel[]): Promise<void> {
  await Promise.all(channels.map((channel) => channel.close()));
}

for (const [name, most] of Object.entries(MOST)) {
  Deno.test(`an idle channel, ${name}, takes no more than ${most} octets of the heap`, async () => {
    const isRecorded = name === "recorded";
    await close(await connect(WARM_UP, isRecorded));
    const before = heapInUse();
    const channels = await connect(CHANNELS, isRecorded);
    const each = (heapInUse() - before) / CHANNELS;
    await close(channels);
    assert(each < most, `${Math.round(each)} octets`);
  });
}
