import type {
  CallOptions,
  ConnectivityState,
  MessageStream,
  MethodDefinition,
  Requests,
} from "../grpc/mod.ts";
import { requireKnownKeys, requireSignal } from "../options/mod.ts";
import {
  Caller,
  type CallSetup,
  NO_OPTIONS,
  requireIterable,
} from "./calls/mod.ts";
import { channelParts } from "./channel_parts.ts";
import {
  type ChannelCounters,
  channelCounters,
  type ConnectivityChange,
  type KeepaliveInForce,
} from "./connections/mod.ts";
import type { Recorder, RecorderStats, Recording } from "../recorder/mod.ts";
import type { Connector } from "./connector/mod.ts";
import type { ChannelOptions } from "./options.ts";

/**
 * Calls the methods of a gRPC service, for the life of a process: a connection
 * is made when a call needs one, kept alive, and replaced when it is lost.
 *
 * It holds the process while a call runs or waits, or somebody waits for a
 * state; a channel without a call lets the process end, closed or not. While a
 * socket connects, and in Deno's own TLS handshake, which cannot be let go, an
 * attempt holds it, within `handshakeTimeout`. After one that got no answer the
 * channel is IDLE if nobody waits, and no calls have failed meanwhile.
 *
 * Keepalive is on while calls are active, at an interval between 300.5 and
 * 325 seconds that no server with gRPC's defaults strikes; `keepalive.time` makes it
 * faster, or turns it off with `Infinity`.
 *
 * Most call through a client that `createClient` makes; the methods for the
 * four kinds of call are beneath it.
 *
 * @example Keepalive, a call, and what the channel knows
 * ```ts
 * import { Channel, Health, HealthDefinition, serve } from "@keepalive/grpc";
 *
 * await using server = serve({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   enforcement: { minTime: 20_000 },
 * }, [new Health().service]);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`, {
 *   keepalive: { time: 30_000, timeout: 5_000 },
 * });
 * const { check } = HealthDefinition;
 * const { status } = await channel.unary(check, { service: "" }, {
 *   deadline: 1_000,
 * });
 * console.log(status, channel.state, channel.peers); // 1 READY [ ... ]
 * ```
 */
export class Channel implements AsyncDisposable {
  readonly #connector: Connector;
  readonly #calls: CallSetup;
  /** Made with the first call. */
  #caller: Caller | undefined;
  readonly #recorder: Recorder;

  /**
   * Connects to nothing yet.
   *
   * @param target `host:port`, `dns:///host:port`, `ipv4:address:port,...`,
   * `ipv6:[address]:port,...`, `unix:path`, a list of addresses, or a name that
   * the `resolver` of the options knows.
   * @throws {TypeError} If the target or an option cannot be used.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  constructor(
    target: string | readonly string[],
    options: ChannelOptions = {},
  ) {
    const parts = channelParts(target, options, this);
    this.#connector = parts.connector;
    this.#calls = parts.calls;
    this.#recorder = parts.recorder;
  }

  get #calling(): Caller {
    return this.#caller ??= new Caller(this.#connector, this.#calls);
  }

  get #connectors(): Connector[] {
    return this.#caller?.connectors ?? [this.#connector];
  }

  /** The connectivity state. */
  get state(): ConnectivityState {
    return this.#connector.connectivity.state;
  }

  /** What led to the state, for people. */
  get reason(): string {
    return this.#connector.connectivity.current.reason;
  }

  /**
   * When the next attempt to connect begins; `undefined` if none is planned.
   * {@linkcode Channel.resetBackoff} has it begin now.
   */
  get nextAttemptAt(): Date | undefined {
    const left = this.#connector.nextAttemptIn;
    const { clock } = this.#connector;
    return left === Infinity ? undefined : new Date(clock.wall() + left);
  }

  /** The keepalive of the next connection; slower after `too_many_pings`. */
  get keepalive(): KeepaliveInForce {
    return this.#connector.parts.dialer.keepalive.inForce;
  }

  /** Lowers `keepalive.floor` now, as a quiet week does; answers whether. */
  lowerKeepalive(): boolean {
    return this.#connector.parts.dialer.keepalive.lower();
  }

  /** What the channel has done: totals that survive its connections. */
  counters(): ChannelCounters {
    const { tracer } = this.#connector.parts;
    return channelCounters(tracer, this.#caller?.counters);
  }

  /**
   * The last events of the channel, of its connections, and of the last 16 that
   * have ended: plain data, which `@keepalive/grpc/observe` draws and prints. There
   * are none with `recorder: false`.
   */
  recordings(): Recording[] {
    return this.#recorder.recordings();
  }

  /** The same in numbers, all connections together; it is plain data. */
  stats(): RecorderStats {
    return this.#recorder.stats();
  }

  /** The addresses of the servers that take calls at the moment. */
  get peers(): string[] {
    return this.#connector.connections.map(({ transport }) => transport.peer);
  }

  /**
   * Resolves when the channel is in a state, at once if it already is.
   *
   * @param options Has `signal`, to give up.
   * @throws The reason of `signal`, if that is aborted first.
   * @throws {TypeError} If the channel is closed, and the state is another.
   */
  async waitFor(
    state: ConnectivityState,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { connectivity } = this.#connector;
    requireKnownKeys("the waitFor options", options, ["signal"]);
    requireSignal(options.signal);
    await this.#connector.holding(connectivity.waitFor(state, options.signal));
  }

  /** The present state and every later one, up to SHUTDOWN. */
  changes(): AsyncGenerator<ConnectivityChange, void> {
    return this.#connector.connectivity.changes();
  }

  /**
   * Connects, and resolves when the channel is READY, however many attempts
   * that takes.
   *
   * @param options Has `signal`, to give up.
   * @throws The reason of `signal`, if that is aborted first.
   * @throws {TypeError} If the channel is closed.
   */
  async ready(options: { signal?: AbortSignal } = {}): Promise<void> {
    requireKnownKeys("the ready options", options, ["signal"]);
    requireSignal(options.signal);
    this.#connector.begin();
    try {
      await this.#connector.ready(options.signal);
    } finally {
      this.#connector.end();
    }
  }

  /**
   * Connects, unless the channel is READY. Who wants to wait through failures
   * uses {@linkcode Channel.ready}.
   *
   * @throws {DialError} If the attempt fails, or the last one has and the next
   * is not due. A name that cannot be resolved is a plain `Error`, a missing
   * permission a `Deno.errors.NotCapable`.
   * @throws {TypeError} If the channel is closed.
   */
  async connect(): Promise<void> {
    const connector = this.#connector;
    await connector.holding(connector.connectivity.readyAtOnce(
      () => connector.connect(),
      () => connector.error,
    ));
  }

  /** Closes the connections until a call needs one; running calls fail. */
  enterIdle(): void {
    for (const each of this.#connectors) each.enterIdle("enterIdle was called");
  }

  /** Tries at once what waits for its time: the network may be back. */
  resetBackoff(): void {
    for (const each of this.#connectors) each.resetBackoff();
  }

  /** Closes the connections for good; running calls fail. */
  async close(): Promise<void> {
    await Promise.all(this.#connectors.map((each) => each.close()));
  }

  /** Closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Calls a method with one request and one response.
   *
   * @throws {GrpcError} If the call ends with another status than OK.
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  unary<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    request: Request,
    options: CallOptions = NO_OPTIONS,
  ): Promise<Response> {
    return this.#calling.single(method, [request], options);
  }

  /**
   * Calls a method with one request and a stream of responses. The call begins
   * when the first response is asked for, and ends with the iteration.
   *
   * @throws {GrpcError} From the iteration, if the call ends with another
   * status than OK.
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  serverStreaming<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    request: Request,
    options: CallOptions = NO_OPTIONS,
  ): MessageStream<Response> {
    return this.#calling.stream(method, [request], options);
  }

  /**
   * Calls a method with a stream of requests and one response.
   *
   * @throws {GrpcError} If the call ends with another status than OK.
   * @throws {TypeError | RangeError} If an option or the requests cannot be
   * used.
   */
  async clientStreaming<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    requests: Requests<Request>,
    options: CallOptions = NO_OPTIONS,
  ): Promise<Response> {
    requireIterable(method.path, requests);
    return await this.#calling.single(method, requests, options);
  }

  /**
   * Calls a method with a stream of requests and a stream of responses. The
   * call begins when the first response is asked for, and ends with the
   * iteration.
   *
   * @throws {GrpcError} From the iteration, if the call ends with another
   * status than OK.
   * @throws {TypeError | RangeError} If an option or the requests cannot be
   * used.
   */
  bidiStreaming<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    requests: Requests<Request>,
    options: CallOptions = NO_OPTIONS,
  ): MessageStream<Response> {
    requireIterable(method.path, requests);
    return this.#calling.stream(method, requests, options);
  }
}
