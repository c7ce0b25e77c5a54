import type {
  ChannelEvent,
  ConnectivityState,
  ServerEvent,
} from "../grpc/mod.ts";
import { EventLog } from "../recorder/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";

/** Events of a channel, a subchannel or a server that are kept. */
const TRACED = 64;

/** What a trace is made of. */
export type Traced = ChannelEvent | ServerEvent | EndOfConnection;

/** A connection of a server has ended. */
export interface EndOfConnection {
  /** Tells it from other events. */
  readonly type: "connection-ended";
  /** When, on the clock of the server. */
  readonly at: number;
  /** The address of the client. */
  readonly peer: string;
  /** How. */
  readonly event: Extract<TransportEvent, { type: "closed" }>;
}

/** The calls of a channel, a subchannel or a server. */
export class CallNumbers {
  /** Those that began. */
  started = 0;
  /** Those that ended with OK. */
  succeeded = 0;
  /** Those that ended with another status. */
  failed = 0;
  /** When the last one began; -1 if none has. */
  lastStartedAt = -1;

  /** One begins. */
  begins(at: number): void {
    this.started++;
    this.lastStartedAt = at;
  }

  /** One has ended. */
  ends(status: number): void {
    if (status === 0) this.succeeded++;
    else this.failed++;
  }
}

/** What channels, subchannels and servers have in common. */
abstract class Entry {
  /** Its number. */
  readonly id: number;
  /** When it was first told of. */
  readonly createdAt: number;
  /** Its calls. */
  readonly calls = new CallNumbers();
  /** Its connections. */
  readonly sockets = new Set<SocketEntry>();
  /** What happened to it. */
  readonly trace = new EventLog<Traced>(TRACED);

  /** Starts without calls. */
  constructor(id: number, createdAt: number) {
    this.id = id;
    this.createdAt = createdAt;
  }
}

/** A channel. */
export class ChannelEntry extends Entry {
  /** What it leads to. */
  readonly target: string;
  /** Where it stands. */
  state: ConnectivityState = "IDLE";
  /** Its subchannels that are not over. */
  readonly subchannels = new Set<SubchannelEntry>();

  /** Starts without subchannels. */
  constructor({ channelId, at, target }: ChannelStamp) {
    super(channelId, at);
    this.target = target;
  }
}

/** The connections of a channel to one address. */
export class SubchannelEntry extends Entry {
  /** The channel. */
  readonly channel: ChannelEntry;
  /** The address. */
  readonly address: string;
  /** Where it stands. */
  state: ConnectivityState = "IDLE";

  /** Starts without a connection. */
  constructor(
    channel: ChannelEntry,
    { subchannelId, at, address }: SubchannelStamp,
  ) {
    super(subchannelId, at);
    this.channel = channel;
    this.address = address;
  }
}

/** A server. */
export class ServerEntry extends Entry {
  /** What it listens on. */
  readonly listening: ListeningEntry;

  /** Starts without a connection. */
  constructor(id: number, createdAt: number, listening: ListeningEntry) {
    super(id, createdAt);
    this.listening = listening;
  }
}

/** What a server listens on. */
export interface ListeningEntry {
  /** Its number, like that of a connection. */
  readonly id: number;
  /** Where that is. */
  readonly addr: Deno.Addr;
  /** Whether it encrypts. */
  readonly isSecure: boolean;
}

/** A connection that is open. */
export class SocketEntry {
  /** The connection itself, with its numbers. */
  readonly transport: Transport;
  /** The subchannel or the server that has it, once that was told. */
  owner: SubchannelEntry | ServerEntry | undefined;
  /** Whether it is encrypted. */
  isSecure = false;
  /** Messages that were sent on it. */
  messagesSent = 0;
  /** Messages that were read from it. */
  messagesReceived = 0;
  /** When a message was last sent; -1 if none was. */
  lastMessageSentAt = -1;
  /** When a message was last read; -1 if none was. */
  lastMessageReceivedAt = -1;
  /** The error code of the last GOAWAY of the peer. */
  goawayError: number | undefined;

  /** Starts without messages. */
  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** A message was sent. */
  sent(at: number): void {
    this.messagesSent++;
    this.lastMessageSentAt = at;
  }

  /** Messages were received. */
  received(messages: number, at: number): void {
    this.messagesReceived += messages;
    this.lastMessageReceivedAt = at;
  }
}

/** What an event tells of its channel. */
export type ChannelStamp = Pick<ChannelEvent, "channelId" | "at" | "target">;

/** What an event tells of its subchannel. */
export type SubchannelStamp = Pick<
  Extract<ChannelEvent, { type: "connect-started" }>,
  "subchannelId" | "at" | "address"
>;
