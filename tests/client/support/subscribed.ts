import {
  type CallContext,
  Channel,
  implement,
  serve,
  type Server,
  subscribe,
  type SubscribeOptions,
} from "../../../mod.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";
import { VirtualNetwork } from "../../harness/virtual_network.ts";
import { Log } from "../../simulation/support/log_service.ts";
import { ADDRESS } from "../../simulation/support/world.ts";

/** What a server answers to a request for what is behind an entry. */
export type Tail = (
  after: number,
  call: CallContext,
) => AsyncIterable<number> | Iterable<number>;

/** Never, or when the call ends. */
export function ended({ signal }: CallContext): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve())
  );
}

/** A subscription in virtual time, whose server the test plays. */
export class Subscribed {
  readonly clock = new VirtualClock();
  readonly network = new VirtualNetwork(this.clock, { latency: 5 });
  readonly interruptions: Parameters<
    NonNullable<SubscribeOptions<number, number>["onInterruption"]>
  >[0][] = [];
  /** The requests that came, and when. */
  readonly requests: [number, number][] = [];
  /** Calls that run at the server. */
  running = 0;
  tail: Tail = () => [];
  readonly channel: Channel;
  #server: Server | undefined;

  constructor({ starts = true, random = 0.5 } = {}) {
    const { clock, network } = this;
    this.channel = new Channel(ADDRESS, {
      clock,
      network,
      random: () => random,
    });
    if (starts) this.serve();
  }

  get server(): Server {
    return this.#server!;
  }

  serve(): void {
    const [hostname, port] = ADDRESS.split(":");
    const { clock, network } = this;
    this.#server = serve(
      { clock, network, random: () => 0.5, hostname, port: Number(port) },
      [
        implement(Log, {
          tail: (after, call) => this.#tail(after, call),
        }),
      ],
    );
  }

  async *#tail(after: number, call: CallContext): AsyncGenerator<number> {
    this.requests.push([Math.round(this.clock.now()), after]);
    this.running++;
    try {
      yield* this.tail(after, call);
    } finally {
      this.running--;
    }
  }

  subscribe(
    options: SubscribeOptions<number, number> = {},
  ): AsyncGenerator<number, void> {
    return subscribe(this.channel, Log.tail, 0, {
      resume: (last) => last,
      onInterruption: (interruption) => this.interruptions.push(interruption),
      ...options,
    });
  }

  /** Reads all, and tells how it ended. */
  read(items: AsyncIterable<number>): { items: number[]; end?: unknown } {
    const read: { items: number[]; end?: unknown } = { items: [] };
    const reading = async () => {
      for await (const item of items) read.items.push(item);
    };
    reading().then(() => read.end = "done", (error) => read.end = error);
    return read;
  }

  async end(): Promise<void> {
    const ends = Promise.all([this.channel.close(), this.#server?.close()]);
    await this.clock.advance(3_000);
    await ends;
  }
}

/** Declares a test; nothing may be left when it is over. */
export function subscribed(
  name: string,
  body: (subject: Subscribed) => Promise<void>,
  options?: ConstructorParameters<typeof Subscribed>[0],
): void {
  Deno.test(name, async () => {
    const subject = new Subscribed(options);
    await body(subject);
    await subject.end();
    if (subject.clock.pending > 0) throw new Error("A timer is left");
    if (subject.network.open > 0) throw new Error("A connection is left");
    if (subject.running > 0) throw new Error("A call is left");
  });
}
