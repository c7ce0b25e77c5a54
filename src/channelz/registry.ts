import type {
  CallEvent,
  CallMessageEvent,
  ChannelEvent,
  ServerEvent,
} from "../grpc/mod.ts";
import { shortened } from "../recorder/mod.ts";
import { nextId } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import {
  type CallNumbers,
  ChannelEntry,
  type ChannelStamp,
  ServerEntry,
  SocketEntry,
  SubchannelEntry,
} from "./entries.ts";

/** Channels that are known at once: one that is dropped unclosed tells nothing. */
const MOST_CHANNELS = 10_000;

/** Channels that were closed and may still be told of: so many at once. */
const MOST_CLOSED = 4_096;

/** A call that runs, or an attempt at one. */
interface Running {
  readonly numbers: CallNumbers | undefined;
  readonly socket: SocketEntry | undefined;
  /** Messages that were read so far. */
  received: number;
}

/** What is there at the moment, as events tell it. What has ended is forgotten. */
export class Registry {
  /** The channels that are not closed. */
  readonly channels = new Map<number, ChannelEntry>();
  /** Their subchannels. */
  readonly subchannels = new Map<number, SubchannelEntry>();
  /** The servers that are not closed. */
  readonly servers = new Map<number, ServerEntry>();
  /** The connections that are open. */
  readonly sockets = new Map<number, SocketEntry>();
  readonly #closedChannels = new Set<number>();
  readonly #calls = new Map<number, Running>();
  readonly #attempts = new Map<number, Running>();

  /** Something happened to a connection. */
  connection(event: TransportEvent, transport: Transport): void {
    const socket = this.sockets.get(transport.id);
    if (event.type === "closed") return this.#closed(event, socket);
    const open = socket ?? new SocketEntry(transport);
    if (socket === undefined) this.sockets.set(transport.id, open);
    if (event.type === "goaway-received") open.goawayError = event.code;
  }

  /** Something happened to a channel. */
  channel(event: ChannelEvent): void {
    const channel = this.#channelOf(event);
    const kept = shortened(event);
    channel?.trace.add(kept);
    if (channel !== undefined && event.type === "channel-state") {
      channel.state = event.state;
      if (event.state === "SHUTDOWN") this.#forget(channel);
    }
    if (!("subchannelId" in event)) return;
    const subchannel = this.#subchannelOf(event, channel);
    if (subchannel === undefined) return;
    subchannel.trace.add(kept);
    if (event.type === "connected") {
      this.#own(subchannel, event.connectionId, event.isSecure);
    }
    if (event.type !== "subchannel-state") return;
    subchannel.state = event.state;
    if (event.state === "SHUTDOWN") this.#forgetSubchannel(subchannel);
  }

  /** Something happened to a server. */
  server(event: ServerEvent): void {
    const { serverId, at } = event;
    if (event.type === "server-listening") {
      const { addr, isSecure } = event;
      // Channelz asks for a socket by its number, whether it listens or not.
      const listening = { id: nextId("connection"), addr, isSecure };
      this.servers.set(serverId, new ServerEntry(serverId, at, listening));
    }
    const server = this.servers.get(serverId);
    if (server === undefined) return;
    if (event.type === "server-closed") {
      this.servers.delete(serverId);
    } else if (event.type === "server-connected") {
      const { isSecure } = server.listening;
      this.#own(server, event.connectionId, isSecure);
    }
    server.trace.add(event);
  }

  /** A call or an attempt begins or ends. */
  call(event: CallEvent): void {
    switch (event.type) {
      case "call-started":
        this.#calls.set(event.callId, begun(this.#channelOf(event), event.at));
        break;
      case "attempt-picked": {
        const { attemptId, connectionId, at } = event;
        const socket = this.sockets.get(connectionId);
        this.#attempts.set(attemptId, begun(socket?.owner, at, socket));
        break;
      }
      case "server-call-started": {
        const { callId, serverId, connectionId, at } = event;
        const socket = this.sockets.get(connectionId);
        const server = this.servers.get(serverId);
        this.#calls.set(callId, begun(server, at, socket));
        break;
      }
      case "attempt-ended":
        ended(this.#attempts, event.attemptId, event, event.messagesReceived);
        break;
      case "call-ended":
        ended(this.#calls, event.callId, event);
        break;
      case "server-call-ended":
        ended(this.#calls, event.callId, event, event.messagesReceived);
    }
  }

  /** A message was sent or read. */
  message({ type, at, callId, attemptId }: CallMessageEvent): void {
    const running = attemptId === undefined
      ? this.#calls.get(callId)
      : this.#attempts.get(attemptId);
    if (running === undefined) return;
    if (type === "message-sent") return running.socket?.sent(at);
    running.received++;
    running.socket?.received(1, at);
  }

  /** That of an event; `undefined` if it is closed. */
  #channelOf(event: ChannelStamp): ChannelEntry | undefined {
    const known = this.channels.get(event.channelId);
    if (known !== undefined) return known;
    if (this.#closedChannels.has(event.channelId)) return undefined;
    const channel = new ChannelEntry(event);
    this.channels.set(channel.id, channel);
    if (this.channels.size > MOST_CHANNELS) {
      const [oldest] = this.channels.values();
      this.#forget(oldest);
    }
    return channel;
  }

  /** That of an event; what is told after its end begins no other one. */
  #subchannelOf(
    event: Extract<ChannelEvent, { subchannelId: number }>,
    channel: ChannelEntry | undefined,
  ): SubchannelEntry | undefined {
    const known = this.subchannels.get(event.subchannelId);
    const begins = event.type === "subchannel-state" &&
      event.state !== "SHUTDOWN";
    if (known !== undefined || channel === undefined || !begins) return known;
    const subchannel = new SubchannelEntry(channel, event);
    this.subchannels.set(subchannel.id, subchannel);
    channel.subchannels.add(subchannel);
    return subchannel;
  }

  #own(
    owner: SubchannelEntry | ServerEntry,
    connectionId: number,
    isSecure: boolean,
  ): void {
    const socket = this.sockets.get(connectionId);
    if (socket === undefined) return;
    socket.owner = owner;
    socket.isSecure = isSecure;
    owner.sockets.add(socket);
  }

  #closed(
    event: Extract<TransportEvent, { type: "closed" }>,
    socket: SocketEntry | undefined,
  ): void {
    if (socket === undefined) return;
    const { owner, transport: { id, peer } } = socket;
    this.sockets.delete(id);
    owner?.sockets.delete(socket);
    if (!(owner instanceof ServerEntry)) return;
    owner.trace.add({ type: "connection-ended", at: event.at, peer, event });
  }

  #forget(channel: ChannelEntry): void {
    this.channels.delete(channel.id);
    this.#closedChannels.add(channel.id);
    if (this.#closedChannels.size > MOST_CLOSED) {
      const [oldest] = this.#closedChannels;
      this.#closedChannels.delete(oldest);
    }
    for (const each of channel.subchannels) this.#forgetSubchannel(each);
  }

  #forgetSubchannel(subchannel: SubchannelEntry): void {
    this.subchannels.delete(subchannel.id);
    subchannel.channel.subchannels.delete(subchannel);
  }
}

function begun(
  owner: { readonly calls: CallNumbers } | undefined,
  at: number,
  socket?: SocketEntry,
): Running {
  owner?.calls.begins(at);
  return { numbers: owner?.calls, socket, received: 0 };
}

/** An only response is read when its call has ended: what has come counts. */
function ended(
  all: Map<number, Running>,
  id: number,
  { status, at }: { status: number; at: number },
  received: number = 0,
): void {
  const running = all.get(id);
  if (running === undefined) return;
  all.delete(id);
  running.numbers?.ends(status);
  const unread = received - running.received;
  if (unread > 0) running.socket?.received(unread, at);
}
