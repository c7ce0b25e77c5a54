import "../../../harness/thorough.ts";
import {
  type CallContext,
  Channel,
  type ChannelOptions,
  implement,
  type MethodDefinition,
  serve,
  type ServeOptions,
  type Server,
} from "../../../../mod.ts";
import type {
  EncodableHeaderField,
  HeaderField,
} from "../../../../src/hpack/mod.ts";
import {
  dial,
  listen,
  type Listener,
  type Transport,
  type TransportStream,
} from "../../../../src/transport/mod.ts";
import { concat } from "../../../harness/octets.ts";
import { VirtualClock } from "../../../harness/virtual_clock.ts";
import { VirtualNetwork } from "../../../harness/virtual_network.ts";

/** The field by which heartbeats are negotiated. */
export const FIELD = "x-keepalive-heartbeat";

/** A heartbeat, written down from `.github/HEARTBEAT.md`. */
export const BEAT = Uint8Array.of(
  ...[0, 0, 0, 0, 6],
  ...[0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01],
);

/** A message of the same octets. */
export const LOOKALIKE = BEAT.slice(5);

/** A message that is none. */
export const MESSAGE = Uint8Array.of(1, 2, 3);

const same = (octets: Uint8Array): Uint8Array => octets;

function method<Requests extends boolean, Responses extends boolean>(
  name: string,
  requestStream: Requests,
  responseStream: Responses,
) {
  return {
    path: `/test.Quiet/${name}`,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  } as const satisfies MethodDefinition<Uint8Array, Uint8Array>;
}

/** A service of octets, which does what the test says. */
export const Quiet = {
  unary: method("Unary", false, false),
  watch: method("Watch", false, true),
  upload: method("Upload", true, false),
  talk: method("Talk", true, true),
} as const;

/** What the handlers of a {@linkcode Scene} do; by default they wait. */
export interface Script {
  unary?: (request: Uint8Array, call: CallContext) => Promise<Uint8Array>;
  watch?: (request: Uint8Array, call: CallContext) => AsyncIterable<Uint8Array>;
  talk?: (
    requests: AsyncIterable<Uint8Array>,
    call: CallContext,
  ) => AsyncIterable<Uint8Array>;
  upload?: (
    requests: AsyncIterable<Uint8Array>,
    call: CallContext,
  ) => Promise<Uint8Array>;
}

/** Resolves when a call is over. */
export function over({ signal }: CallContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve());
  return promise;
}

// deno-lint-ignore require-yield
async function* silence(_request: unknown, call: CallContext) {
  await over(call);
}

const HOSTNAME = "10.0.0.1";
const PORT = 50_051;
const ADDRESS = `${HOSTNAME}:${PORT}`;

/** A stream whose other end is played by a test. */
export class PlayedStream {
  /** The headers and trailers that came. */
  readonly sections: (readonly HeaderField[])[] = [];
  /** When octets came, in milliseconds, and which. */
  readonly data: { readonly at: number; readonly octets: Uint8Array }[] = [];
  /** How it ended; by `reset` in between. */
  end: "open" | "ended" | "reset" | "closed" = "open";
  stream!: TransportStream;
  readonly #clock: VirtualClock;
  /** Whether what comes may be followed by more. */
  takes = true;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** All octets that came. */
  get octets(): Uint8Array {
    return concat(...this.data.map(({ octets }) => octets));
  }

  /** When heartbeats came, in whole milliseconds. */
  get beats(): number[] {
    return this.data
      .filter(({ octets }) => String(octets) === String(BEAT))
      .map(({ at }) => Math.round(at));
  }

  /** The value of a field in the first headers. */
  field(name: string): string | undefined {
    return this.sections[0]?.find(([key]) => key === name)?.[1];
  }

  onHeaders(headers: readonly HeaderField[]): void {
    this.sections.push(headers);
  }

  onData(data: Uint8Array): void {
    this.data.push({ at: this.#clock.now(), octets: data.slice() });
    if (this.takes) this.stream.consumed(data.length);
  }

  onWritable(): void {}

  onEnded(): void {
    this.end = "ended";
  }

  onReset(): void {
    this.end = "reset";
  }

  onClosed(): void {
    this.end = "closed";
  }
}

/** Octets of a message with its prefix. */
export function framed(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0, 0, 0, 0, message.length, ...message);
}

/** A channel and a server, or a played end, in virtual time. */
export class Scene implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly network = new VirtualNetwork(this.clock, { latency: 5 });
  readonly #ends: { close(): unknown }[] = [];

  get #world() {
    return { clock: this.clock, network: this.network, random: () => 0.5 };
  }

  /** A server of ours. */
  serve(script: Script = {}, options: Partial<ServeOptions> = {}): Server {
    const server = serve({
      ...this.#world,
      hostname: HOSTNAME,
      port: PORT,
      ...options,
    }, [
      implement(Quiet, {
        unary: script.unary ?? (async (_, call) => {
          await over(call);
          return MESSAGE;
        }),
        watch: script.watch ?? silence,
        talk: script.talk ?? silence,
        upload: script.upload ?? (async (_, call) => {
          await over(call);
          return MESSAGE;
        }),
      }),
    ]);
    this.#ends.push(server);
    return server;
  }

  /** A channel of ours. */
  channel(options: ChannelOptions = {}): Channel {
    const channel = new Channel(ADDRESS, { ...this.#world, ...options });
    this.#ends.push(channel);
    return channel;
  }

  /** A server that answers with what headers it is given. */
  play(
    headers: readonly EncodableHeaderField[] | undefined = answering(),
  ): { readonly streams: PlayedStream[]; readonly listener: Listener } {
    const streams: PlayedStream[] = [];
    const listener = listen({
      ...this.#world,
      hostname: HOSTNAME,
      port: PORT,
      onStream: (stream, fields) => {
        const played = new PlayedStream(this.clock);
        played.stream = stream;
        played.sections.push(fields);
        streams.push(played);
        if (headers.length > 0) stream.sendHeaders(headers, false);
        return played;
      },
    });
    this.#ends.push(listener);
    return { streams, listener };
  }

  /** A client that sends what headers it is given. */
  async ask(
    { path }: { readonly path: string },
    ...more: EncodableHeaderField[]
  ): Promise<PlayedStream> {
    const transport = await this.pass(dial(ADDRESS, this.#world), 100);
    return this.askOn(transport, path, ...more);
  }

  /** The same on a connection that is there. */
  askOn(
    transport: Transport,
    path: string,
    ...more: EncodableHeaderField[]
  ): PlayedStream {
    const played = new PlayedStream(this.clock);
    played.stream = transport.openStream(
      [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", path],
        [":authority", "test"],
        ["te", "trailers"],
        ["content-type", "application/grpc"],
        ...more,
      ],
      false,
      played,
    );
    if (!this.#ends.includes(transport)) this.#ends.push(transport);
    return played;
  }

  /** Lets time pass until something is there. */
  async pass<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
    const [result] = await Promise.all([
      promise,
      this.clock.advance(milliseconds),
    ]);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.network.light();
    const ends = Promise.all(this.#ends.map((end) => end.close()));
    await this.clock.advance(60_000);
    await ends;
  }
}

/** Headers of a response, with an answer if one is given. */
export function answering(
  ...answers: (number | string)[]
): EncodableHeaderField[] {
  return [
    [":status", "200"],
    ["content-type", "application/grpc"],
    ...answers.map((each): EncodableHeaderField => [FIELD, String(each)]),
  ];
}

/** A call whose messages are kept, and how it ends. */
export class Heard {
  readonly messages: Uint8Array[] = [];
  error: unknown;
  isOver = false;
  readonly #done: Promise<void>;

  constructor(responses: AsyncIterable<Uint8Array>) {
    this.#done = this.#read(responses);
  }

  /** Resolves when it is over. */
  get done(): Promise<void> {
    return this.#done;
  }

  async #read(responses: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const message of responses) this.messages.push(message);
    } catch (error) {
      this.error = error;
    }
    this.isOver = true;
  }
}

/** Requests that a test gives when it likes. */
export class Spoken implements AsyncIterable<Uint8Array> {
  readonly #given: Uint8Array[] = [];
  #isEnded = false;
  #wake = () => {};

  say(message: Uint8Array): void {
    this.#given.push(message);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#given.shift();
      if (next !== undefined) yield next;
      else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
