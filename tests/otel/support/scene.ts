import {
  Channel,
  type ChannelOptions,
  type Client,
  createClient,
  type Handlers,
  implement,
  serve,
  type ServeOptions,
  type Server,
} from "../../../mod.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";
import { VirtualNetwork } from "../../harness/virtual_network.ts";
import { Words } from "../../grpc/support/words.ts";

/** Where the server of a {@linkcode Scene} listens. */
export const ADDRESS = "10.0.0.1:50051";

/** A channel and a server with methods of each kind, on a network in memory. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly server: Server;
  readonly channel: Channel;
  readonly words: Client<typeof Words>;

  constructor(
    handlers: Handlers<typeof Words>,
    { server, channel }: {
      readonly server?: ServeOptions;
      readonly channel?: ChannelOptions;
    },
  ) {
    const { clock } = this;
    const network = new VirtualNetwork(clock, { latency: 5 });
    const [hostname, port] = ADDRESS.split(":");
    this.server = serve(
      { clock, network, hostname, port: Number(port), ...server },
      [implement(Words, handlers)],
    );
    this.channel = new Channel(ADDRESS, { clock, network, ...channel });
    this.words = createClient(Words, this.channel);
  }

  /** Lets time pass until something is there. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let isOver = false;
    const over = () => void (isOver = true);
    promise.then(over, over);
    for (let i = 0; i < 100 && !isOver; i++) await this.clock.advance(100);
    return await promise;
  }

  /** Ends both. */
  async end(): Promise<void> {
    const ends = Promise.all([this.channel.close(), this.server.close()]);
    await this.clock.advance(5_000);
    await ends;
    await this.server.finished;
  }
}
