import {
  Channel,
  type ChannelOptions,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MethodDefinition,
  serve,
  type ServeOptions,
  type Server,
  type Service,
} from "../../../mod.ts";
import type { Transport } from "../../../src/transport/mod.ts";
import { until } from "../../harness/time.ts";

export { until };

interface WordMethod<Up extends boolean, Down extends boolean>
  extends MethodDefinition<string, string> {
  readonly requestStream: Up;
  readonly responseStream: Down;
}

/** A service whose messages are texts, with a method of each kind. */
export const Words: {
  readonly one: WordMethod<false, false>;
  readonly down: WordMethod<false, true>;
  readonly up: WordMethod<true, false>;
  readonly both: WordMethod<true, true>;
} = {
  one: wordMethod("One", false, false),
  down: wordMethod("Down", false, true),
  up: wordMethod("Up", true, false),
  both: wordMethod("Both", true, true),
};

/** Handlers that answer with what they are asked. */
export const echo: Handlers<typeof Words> = {
  one: (word) => word,
  down: (words) => words === "" ? [] : words.split(" "),
  up: async (words) => (await Array.fromAsync(words)).join(" "),
  both: (words) => words,
};

/** A method whose messages are texts. */
export function wordMethod<Up extends boolean, Down extends boolean>(
  name: string,
  requestStream: Up,
  responseStream: Down,
): WordMethod<Up, Down> {
  const encode = (word: string) => new TextEncoder().encode(word);
  const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);
  return {
    path: `/test.Words/${name}`,
    requestStream,
    responseStream,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  };
}

/** How a {@linkcode Stage} is set up. */
export interface StageSetup {
  readonly server?: Omit<ServeOptions, "port" | "hostname">;
  readonly channel?: ChannelOptions;
  /** More services than {@linkcode Words}. */
  readonly services?: readonly Service[];
  /** Where the channel connects, if not to the server itself. */
  readonly target?: string;
}

/** A server and a channel to it, over a socket of the loopback interface. */
export class Stage implements AsyncDisposable {
  readonly server: Server;
  readonly channel: Channel;
  readonly words: Client<typeof Words>;
  /** The connections that the channel has made. */
  readonly clients: Transport[] = [];
  /** The connections that the server has accepted. */
  readonly accepted: Transport[] = [];

  constructor(handlers: Handlers<typeof Words> = echo, setup: StageSetup = {}) {
    const { services = [] } = setup;
    this.server = serve({
      ...setup.server,
      hostname: "127.0.0.1",
      port: 0,
      onEvent: (event, transport) => {
        if (event.type === "established") this.accepted.push(transport);
        setup.server?.onEvent?.(event, transport);
      },
    }, [implement(Words, handlers), ...services]);
    this.channel = new Channel(setup.target ?? this.target, {
      ...setup.channel,
      onEvent: (event, transport) => {
        if (event.type === "established") this.clients.push(transport);
        setup.channel?.onEvent?.(event, transport);
      },
    });
    this.words = createClient(Words, this.channel);
  }

  /** The port of the server. */
  get port(): number {
    return (this.server.addr as Deno.NetAddr).port;
  }

  /** The address of the server. */
  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Resolves when no stream is active, at either end. */
  async nothingIsLeft(): Promise<void> {
    const transports = () => [...this.clients, ...this.accepted];
    await until(() => transports().every((each) => activeStreams(each) === 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel.close();
    await this.server.close();
    await this.server.finished;
  }
}

/** The streams of a connection that have not ended. */
export function activeStreams(transport: Transport): number {
  const { streamsStarted, streamsSucceeded, streamsFailed } = transport
    .counters();
  return streamsStarted - streamsSucceeded - streamsFailed;
}

/** Resolves when a signal is aborted, with its reason. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(signal.reason);
    signal.addEventListener("abort", () => resolve(signal.reason));
  });
}
