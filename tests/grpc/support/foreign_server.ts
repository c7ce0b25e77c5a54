import {
  Channel,
  type ChannelOptions,
  type Client,
  createClient,
} from "../../../mod.ts";
import { FrameType, type FrameWriter } from "../../../src/frames/mod.ts";
import { type RawPeer, RawServer } from "../../harness/raw_peer.ts";
import { ForeignEnd } from "./foreign.ts";
import { Words } from "./words.ts";

/** A channel to a server that says just what the test scripts. */
export class ForeignServer implements AsyncDisposable {
  readonly channel: Channel;
  readonly words: Client<typeof Words>;
  readonly #server = new RawServer();
  #end: ForeignEnd | undefined;

  constructor(options: ChannelOptions = {}) {
    this.channel = new Channel(this.#server.target, options);
    this.words = createClient(Words, this.channel);
  }

  /** A server that has greeted. */
  static async greeted(): Promise<ForeignServer> {
    const server = new ForeignServer();
    await server.welcome();
    return server;
  }

  /** Greets the next connection. */
  async welcome(): Promise<void> {
    const connecting = this.channel.connect();
    this.#end = new ForeignEnd(await this.#server.welcome());
    await connecting;
  }

  /** The end of the connection. */
  get end(): ForeignEnd {
    if (this.#end === undefined) throw new Error("There is no connection");
    return this.#end;
  }

  /** What is said and heard. */
  get peer(): RawPeer {
    return this.end.peer;
  }

  /** Starts a call, reads its request headers, and says an answer. */
  async answer<T>(
    call: () => Promise<T>,
    say: (writer: FrameWriter) => void,
  ): Promise<T> {
    const running = call();
    running.catch(() => {});
    await this.end.fields();
    await this.peer.say(say);
    return await running;
  }

  /** The stream that the client resets next, and the code. */
  async nextReset(): Promise<[streamId: number, code: number]> {
    const { streamId, errorCode } = await this.peer.until(FrameType.RST_STREAM);
    return [streamId, errorCode];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel.close();
    this.#end?.peer[Symbol.dispose]();
    this.#server[Symbol.dispose]();
  }
}
