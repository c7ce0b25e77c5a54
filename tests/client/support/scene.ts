import {
  Channel,
  type ChannelOptions,
  type Client,
  type CloseReason,
  type ConnectivityState,
  createClient,
} from "../../../mod.ts";
import type { Transport } from "../../../src/transport/mod.ts";
import {
  encodeGoaway,
  encodeSettings,
  encodeSettingsAck,
  FrameType,
  type Setting,
} from "../../../src/frames/mod.ts";
import { ForeignEnd } from "../../grpc/support/foreign.ts";
import { Words } from "../../grpc/support/words.ts";
import { type RawPeer, RawServer } from "../../harness/raw_peer.ts";

/** Backoff that keeps no test waiting. */
export const QUICK_BACKOFF = { initialBackoff: 50, jitter: 0 };

/** A channel to raw servers, each connection of which the test scripts. */
export class Scene implements AsyncDisposable {
  readonly channel: Channel;
  readonly words: Client<typeof Words>;
  /** The connections that the channel has made. */
  readonly clients: Transport[] = [];
  /** How those that are over have ended. */
  readonly closes: CloseReason[] = [];
  /** The states of the channel, from the first on. */
  readonly states: ConnectivityState[] = [];
  readonly #servers: readonly RawServer[];
  readonly #peers: RawPeer[] = [];
  readonly #followed: Promise<void>;

  constructor(options: ChannelOptions = {}, servers = 1) {
    this.#servers = Array.from({ length: servers }, () => new RawServer());
    this.channel = new Channel(this.targets, {
      backoff: QUICK_BACKOFF,
      ...options,
      onEvent: (event, transport) => {
        if (event.type === "established") this.clients.push(transport);
        if (event.type === "closed") this.closes.push(event.reason);
        options.onEvent?.(event, transport);
      },
    });
    this.words = createClient(Words, this.channel);
    this.#followed = this.#follow();
  }

  /** The addresses of the servers. */
  get targets(): string[] {
    return this.#servers.map(({ target }) => target);
  }

  /** The next connection to a server, to which nothing has been said. */
  async accept(server = 0): Promise<RawPeer> {
    const peer = await this.#servers[server].accept();
    this.#peers.push(peer);
    return peer;
  }

  /** The next connection to a server, which greets. */
  async welcome(
    settings: readonly Setting[] = [],
    server = 0,
  ): Promise<ForeignEnd> {
    const peer = await this.accept(server);
    await peer.say((writer) => {
      encodeSettings(writer, settings);
      encodeSettingsAck(writer);
    });
    await peer.until(FrameType.SETTINGS);
    return new ForeignEnd(peer);
  }

  /** Connects the channel to the first server, which greets. */
  async connected(settings: readonly Setting[] = []): Promise<ForeignEnd> {
    const connecting = this.channel.connect();
    const end = await this.welcome(settings);
    await connecting;
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) server[Symbol.dispose]();
    await this.channel.close();
    for (const peer of this.#peers) peer[Symbol.dispose]();
    await this.#followed;
  }

  async #follow(): Promise<void> {
    for await (const { state } of this.channel.changes()) {
      this.states.push(state);
    }
  }
}

/** Says GOAWAY. */
export async function sayGoaway(
  { peer }: ForeignEnd,
  lastStreamId: number,
  code: number,
  debug = "",
): Promise<void> {
  const octets = new TextEncoder().encode(debug);
  await peer.say((writer) => encodeGoaway(writer, lastStreamId, code, octets));
}
