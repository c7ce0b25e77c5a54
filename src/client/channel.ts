import {
  type CallOptions,
  CONNECTIVITY_STATES,
  type ConnectivityState,
  listenersOf,
  type MethodDefinition,
  notJustOne,
  type Requests,
} from "../grpc/mod.ts";
import { requireKnownKeys, requireSignal } from "../options/mod.ts";
import { denoNetwork, dialUnheld } from "../transport/mod.ts";
import {
  type Clock,
  nextId,
  systemClock,
  warnUnheard,
} from "../runtime/mod.ts";
import {
  CallFactory,
  CallFollowers,
  type ClientRequest,
  type ClientResponse,
  composeInterceptors,
  Isolation,
  RequestHeads,
} from "./calls/mod.ts";
import { type ChannelOptions, channelParameters } from "./options.ts";
import {
  type ChannelCounters,
  ChannelFollower,
  ChannelKeepalive,
  type ConnectivityChange,
  Dialer,
  type KeepaliveInForce,
  zeroChannelCounters,
} from "./connections/mod.ts";
import { Connector, type ConnectorSetup } from "./connector/mod.ts";
import { ResponseStream } from "./response_stream.ts";
import { resolverOf, tlsNameOf } from "./resolving/mod.ts";

/** Milliseconds that a connection for large headers is kept without a call. */
const APART_IDLE_TIMEOUT = 10_000;

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
 * Keepalive is on while calls are active, at an interval between 305 and 335
 * seconds that no server with gRPC's defaults strikes; `keepalive.time` makes it
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
  readonly #isolation: Isolation;
  readonly #clock: Clock;
  readonly #keepalive: ChannelKeepalive;
  readonly #counters = zeroChannelCounters();
  readonly #calls: CallFactory;
  readonly #intercepted:
    | ((request: ClientRequest) => Promise<ClientResponse>)
    | undefined;

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
    const parameters = channelParameters(target, options);
    const { authority, memoryQuota, maxWindowSize } = parameters;
    const { tls, onEvent, clock = systemClock } = options;
    const { network = denoNetwork, random = Math.random } = options;
    this.#clock = clock;
    this.#keepalive = new ChannelKeepalive(options.keepalive, random());
    const dialer = new Dialer({
      dial: dialUnheld,
      options: {
        tls,
        onEvent,
        observer: options.observer,
        settingsTimeout: options.settingsTimeout,
        maxHeaderListSize: options.maxHeaderListSize,
        absoluteMaxHeaderListSize: options.absoluteMaxHeaderListSize,
        memoryQuota,
        maxWindowSize,
        clock,
        network,
        random,
      },
      keepalive: this.#keepalive,
      hostname: tlsNameOf(authority),
    });
    const channelId = nextId();
    const listeners = listenersOf(options.observer);
    const counters = this.#counters;
    const setup: ConnectorSetup = {
      ...parameters,
      dialer,
      follower: new ChannelFollower({
        channelId,
        clock,
        listener: listeners.channel,
        counters,
      }),
      isMain: true,
      name: String(target),
      resolver: options.resolver ?? resolverOf(parameters.target, network),
      clock,
      patience: this.#keepalive.inForce.timeout / 2,
      random,
    };
    const connector = new Connector(setup);
    this.#connector = connector;
    this.#isolation = new Isolation(connector, () =>
      new Connector({
        ...setup,
        isMain: false,
        resolver: connector.following,
        loadBalancing: "pick_first",
        idleTimeout: Math.min(setup.idleTimeout, APART_IDLE_TIMEOUT),
      }));
    const heads = new RequestHeads(tls ? "https" : "http", authority);
    const { interceptors = [], serviceConfig } = options;
    const followers = new CallFollowers({
      channelId,
      target: String(target),
      clock,
      listeners,
      counters,
    });
    this.#calls = new CallFactory(
      this.#isolation,
      heads,
      serviceConfig,
      random,
      clock,
      followers,
    );
    this.#intercepted = interceptors.length === 0
      ? undefined
      : composeInterceptors(
        interceptors,
        (request) => Promise.resolve(this.#calls.start(request).response()),
      );
    if (onEvent === undefined) warnUnheard(this.#keepalive.warnings);
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
    return left === Infinity ? undefined : new Date(this.#clock.wall() + left);
  }

  /** The keepalive of the next connection; slower after `too_many_pings`. */
  get keepalive(): KeepaliveInForce {
    return this.#keepalive.inForce;
  }

  /** What the channel has done: totals that survive its connections. */
  counters(): ChannelCounters {
    return { ...this.#counters };
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
    if (!CONNECTIVITY_STATES.includes(state)) {
      throw new RangeError(
        `Cannot wait for ${state}: expected ${CONNECTIVITY_STATES.join(", ")}`,
      );
    }
    const reached = connectivity.waitFor(state, options.signal);
    await this.#connector.holding(reached);
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
    await this.#connector.holding(this.#connect());
  }

  async #connect(): Promise<void> {
    this.#connector.connect();
    for await (const { state, reason } of this.changes()) {
      if (state === "READY") return;
      if (state === "TRANSIENT_FAILURE") throw this.#connector.error;
      if (state === "SHUTDOWN") {
        throw new TypeError(`Cannot connect: ${reason}`);
      }
      if (state === "IDLE") this.#connector.connect();
    }
  }

  /** Closes the connections until a call needs one; running calls fail. */
  enterIdle(): void {
    for (const each of this.#isolation.connectors) {
      each.enterIdle("enterIdle was called");
    }
  }

  /** Tries at once what waits for its time: the network may be back. */
  resetBackoff(): void {
    for (const each of this.#isolation.connectors) each.resetBackoff();
  }

  /** Closes the connections for good; running calls fail. */
  async close(): Promise<void> {
    const { connectors } = this.#isolation;
    await Promise.all(connectors.map((each) => each.close()));
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
  async unary<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    return await this.#single(method, [request], options);
  }

  /**
   * Calls a method with one request and a stream of responses. The call begins
   * when the first response is asked for, and ends with the iteration.
   *
   * @throws {GrpcError} From the iteration, if the call ends with another
   * status than OK.
   */
  serverStreaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): AsyncGenerator<Response> {
    return this.#stream(method, [request], options);
  }

  /**
   * Calls a method with a stream of requests and one response.
   *
   * @throws {GrpcError} If the call ends with another status than OK.
   * @throws {TypeError | RangeError} If an option or the requests cannot be
   * used.
   */
  async clientStreaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    requests: Requests<Request>,
    options: CallOptions = {},
  ): Promise<Response> {
    requireIterable(method.path, requests);
    return await this.#single(method, requests, options);
  }

  /**
   * Calls a method with a stream of requests and a stream of responses. The
   * call begins when the first response is asked for, and ends with the
   * iteration.
   *
   * @throws {GrpcError} From the iteration, if the call ends with another
   * status than OK.
   * @throws {TypeError} If the requests cannot be iterated.
   */
  bidiStreaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    requests: Requests<Request>,
    options: CallOptions = {},
  ): AsyncGenerator<Response> {
    requireIterable(method.path, requests);
    return this.#stream(method, requests, options);
  }

  #single<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): Promise<Response> {
    const request = this.#request(method, messages, options);
    const response = this.#intercepted === undefined
      ? this.#calls.start(request).single()
      : onlyOf(method.path, this.#intercepted(request));
    return response as Promise<Response>;
  }

  #stream<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): AsyncGenerator<Response> {
    return new ResponseStream(async () => {
      const request = this.#request(method, messages, options);
      const responses = this.#intercepted === undefined
        ? this.#calls.start(request).messages()
        : (await this.#intercepted(request)).messages;
      return responses[Symbol.asyncIterator]();
    });
  }

  #request<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): ClientRequest {
    const isIntercepted = this.#intercepted !== undefined;
    return this.#calls.request(method, messages, options, isIntercepted);
  }
}

function requireIterable(path: string, requests: Requests<unknown>): void {
  if (
    typeof requests === "object" && requests !== null &&
    (Symbol.asyncIterator in requests || Symbol.iterator in requests)
  ) return;
  throw new TypeError(
    `Cannot call ${path}: expected an iterable or async iterable of requests, received ${
      requests === null ? "null" : typeof requests
    }`,
  );
}

async function onlyOf(
  path: string,
  response: Promise<ClientResponse>,
): Promise<unknown> {
  const received: unknown[] = [];
  for await (const message of (await response).messages) {
    received.push(message);
    if (received.length > 1) break;
  }
  if (received.length === 1) return received[0];
  throw notJustOne(
    received.length === 0 ? "none" : "several",
    "response",
    path,
  );
}
