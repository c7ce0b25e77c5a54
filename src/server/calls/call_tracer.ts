import type { HeaderField } from "../../hpack/mod.ts";
import {
  type Arrived,
  type CallEvent,
  type CallMessageEvent,
  type EndedBy,
  type HeartbeatNews,
  type Listeners,
  type MessageCounter,
  MessageTally,
  Metadata,
  type MethodDefinition,
  Status,
  textsOf,
} from "../../grpc/mod.ts";
import { type Clock, nextId } from "../../runtime/mod.ts";
import type {
  Listener,
  Transport,
  TransportStream,
} from "../../transport/mod.ts";

/** What a server has done, under the names of channelz' `ServerData`. */
export interface ServerCounters {
  /** Calls that arrived, those of unknown methods too. */
  readonly callsStarted: number;
  /** Calls that ended with OK. */
  readonly callsSucceeded: number;
  /** Calls that ended with another status. */
  readonly callsFailed: number;
  /** Messages that were sent. */
  readonly messagesSent: number;
  /** Messages that were read by handlers. */
  readonly messagesReceived: number;
  /** Connections whose handshake was over. */
  readonly connectionsEstablished: number;
}

type Method = MethodDefinition<unknown, unknown>;

/** Is told what becomes of a call. */
export interface CallTracer extends MessageCounter {
  /** Something becomes of its heartbeats, which have an interval. */
  heartbeat(type: HeartbeatNews, interval: number): void;
  /** It ended; once. */
  ended(
    status: number,
    statusMessage: string,
    by: EndedBy,
    arrived: Arrived,
  ): void;
}

/**
 * Makes the tracers of the calls of a server: its totals, and what an observer
 * wants.
 */
export class CallTracers {
  readonly #id = nextId("server");
  readonly #clock: Clock;
  readonly #listeners: Listeners;
  readonly #totals = new ServerTotals();

  /** Starts with no calls. */
  constructor(clock: Clock, listeners: Listeners) {
    this.#clock = clock;
    this.#listeners = listeners;
  }

  /** The totals, as they are now. */
  counters(): ServerCounters {
    return { ...this.#totals };
  }

  /** The server listens, until that is finished. */
  serves(
    { addr, finished }: Pick<Listener, "addr" | "finished">,
    isSecure: boolean,
  ): void {
    const { server } = this.#listeners;
    if (server === undefined) return;
    const serverId = this.#id;
    const at = () => this.#clock.now();
    server({ type: "server-listening", at: at(), serverId, addr, isSecure });
    void finished.then(() =>
      server({ type: "server-closed", at: at(), serverId })
    );
  }

  /** The handshake of a connection is over. */
  connected({ id: connectionId }: Transport): void {
    this.#totals.connectionsEstablished++;
    const { server } = this.#listeners;
    if (server === undefined) return;
    const at = this.#clock.now();
    const serverId = this.#id;
    server({ type: "server-connected", at, serverId, connectionId });
  }

  /**
   * A call has arrived.
   *
   * @param method Its method, if the server has that.
   * @param fields Its header fields.
   */
  begin(
    path: string,
    method: Pick<Method, "requestStream" | "responseStream"> | undefined,
    stream: TransportStream,
    transport: Transport,
    fields: readonly HeaderField[],
  ): CallTracer {
    this.#totals.callsStarted++;
    const { call, message } = this.#listeners;
    if (call === undefined && message === undefined) return this.#totals;
    const at = this.#clock.now();
    const callId = nextId("call");
    call?.({
      type: "server-call-started",
      at,
      serverId: this.#id,
      callId,
      method: path,
      isKnown: method !== undefined,
      requestStream: method?.requestStream ?? false,
      responseStream: method?.responseStream ?? false,
      peer: transport.peer,
      connectionId: transport.id,
      streamId: stream.id,
      metadata: (key) => textsOf(Metadata.fromFields(fields), key),
    });
    const now = () => this.#clock.now();
    return new ObservedCall(callId, at, now, this.#totals, call, message);
  }
}

/** Counts for all calls together; nothing is made for a call. */
class ServerTotals implements CallTracer, ServerCounters {
  callsStarted = 0;
  callsSucceeded = 0;
  callsFailed = 0;
  messagesSent = 0;
  messagesReceived = 0;
  connectionsEstablished = 0;

  sent(): void {
    this.messagesSent++;
  }

  received(): void {
    this.messagesReceived++;
  }

  heartbeat(): void {}

  ended(status: number): void {
    if (status === Status.OK) this.callsSucceeded++;
    else this.callsFailed++;
  }
}

/** Tells an observer of one call. */
class ObservedCall implements CallTracer {
  readonly #tally: MessageTally;
  readonly #callId: number;
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #totals: ServerTotals;
  readonly #call: ((event: CallEvent) => void) | undefined;

  constructor(
    callId: number,
    startedAt: number,
    now: () => number,
    totals: ServerTotals,
    call: ((event: CallEvent) => void) | undefined,
    message: ((event: CallMessageEvent) => void) | undefined,
  ) {
    this.#callId = callId;
    this.#startedAt = startedAt;
    this.#now = now;
    this.#totals = totals;
    this.#call = call;
    this.#tally = new MessageTally(now, message, callId);
  }

  sent(size: number, sizeOnWire: number): void {
    this.#totals.sent();
    this.#tally.sent(size, sizeOnWire);
  }

  received(size: number, sizeOnWire: number): void {
    this.#totals.received();
    this.#tally.received(size, sizeOnWire);
  }

  heartbeat(type: HeartbeatNews, interval: number): void {
    if (this.#call === undefined) return;
    const news = { at: this.#now(), callId: this.#callId };
    if (type === "heartbeat-agreed") this.#call({ type, ...news, interval });
    else this.#call({ type, ...news });
  }

  ended(
    status: number,
    statusMessage: string,
    by: EndedBy,
    arrived: Arrived,
  ): void {
    this.#totals.ended(status);
    if (this.#call === undefined) return;
    const at = this.#now();
    this.#call({
      type: "server-call-ended",
      at,
      callId: this.#callId,
      by,
      status,
      statusMessage,
      duration: at - this.#startedAt,
      ...this.#tally.sums(arrived),
    });
  }
}
