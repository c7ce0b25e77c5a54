import type { ConnectivityState } from "../grpc/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import { explain } from "../session/mod.ts";
import { wordsOf } from "../recorder/mod.ts";
import { addressOf } from "./addresses.ts";
import {
  type CallNumbers,
  type ChannelEntry,
  type ListeningEntry,
  type ServerEntry,
  SocketEntry,
  type SubchannelEntry,
  type Traced,
} from "./entries.ts";
import type {
  ChannelMessage,
  OptionMessage,
  ServerMessage,
  SocketDataMessage,
  SocketMessage,
  SocketRefMessage,
  SubchannelMessage,
  TimestampMessage,
  TraceMessage,
} from "./messages.ts";
import { severityOf } from "./severity.ts";

/** `ChannelConnectivityState.State`. */
const STATES: Readonly<Record<ConnectivityState, number>> = {
  IDLE: 1,
  CONNECTING: 2,
  READY: 3,
  TRANSIENT_FAILURE: 4,
  SHUTDOWN: 5,
};

/** Makes the messages of channelz of what is there, with times of one clock. */
export class Answers {
  readonly #clock: Clock;

  /** Tells times of a clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A channel.
   *
   * @param most How many events of its trace, the last ones.
   */
  channel(entry: ChannelEntry, most: number): ChannelMessage {
    const subchannels = [...entry.subchannels];
    return {
      ref: { channelId: entry.id, name: entry.target },
      data: {
        state: { state: STATES[entry.state] },
        target: entry.target,
        trace: this.#trace(entry, most),
        ...this.#calls(entry.calls),
      },
      channelRef: [],
      subchannelRef: subchannels.map(({ id, address }) => ({
        subchannelId: id,
        name: address,
      })),
      socketRef: [],
    };
  }

  /** A subchannel. */
  subchannel(entry: SubchannelEntry, most: number): SubchannelMessage {
    return {
      ref: { subchannelId: entry.id, name: entry.address },
      data: {
        state: { state: STATES[entry.state] },
        target: entry.address,
        trace: this.#trace(entry, most),
        ...this.#calls(entry.calls),
      },
      channelRef: [],
      subchannelRef: [],
      socketRef: [...entry.sockets].map((socket) => this.socketRef(socket)),
    };
  }

  /** A server. */
  server(entry: ServerEntry, most: number): ServerMessage {
    const name = nameOf(entry.listening.addr);
    return {
      ref: { serverId: entry.id, name },
      data: { trace: this.#trace(entry, most), ...this.#calls(entry.calls) },
      listenSocket: [{ socketId: entry.listening.id, name }],
    };
  }

  /** Which connection it is, or what listens. */
  socketRef(socket: SocketEntry | ListeningEntry): SocketRefMessage {
    if (!(socket instanceof SocketEntry)) {
      return { socketId: socket.id, name: nameOf(socket.addr) };
    }
    const { id, localAddr, remoteAddr } = socket.transport;
    const name = `${nameOf(localAddr)} -> ${nameOf(remoteAddr)}`;
    return { socketId: id, name };
  }

  /**
   * What listens, or a connection.
   *
   * @param isSummary Whether what has no field of its own is left out.
   */
  socket(
    socket: SocketEntry | ListeningEntry,
    isSummary: boolean,
  ): SocketMessage {
    const ref = this.socketRef(socket);
    if (!(socket instanceof SocketEntry)) {
      const local = addressOf(socket.addr);
      const nothing = { data: undefined, remote: undefined };
      return { ref, local, ...nothing, security: undefined, remoteName: "" };
    }
    const { localAddr, remoteAddr, peerCertificate } = socket.transport;
    const remoteCertificate = peerCertificate?.raw ?? new Uint8Array(0);
    const localCertificate = new Uint8Array(0);
    return {
      ref,
      data: this.#socketData(socket, isSummary),
      local: addressOf(localAddr),
      remote: addressOf(remoteAddr),
      security: socket.isSecure
        ? { tls: { localCertificate, remoteCertificate } }
        : undefined,
      remoteName: "",
    };
  }

  #socketData(socket: SocketEntry, isSummary: boolean): SocketDataMessage {
    const counters = socket.transport.counters();
    const { localFlowControlWindow, remoteFlowControlWindow } = counters;
    const { goawayError } = socket;
    return {
      streamsStarted: counters.streamsStarted,
      streamsSucceeded: counters.streamsSucceeded,
      streamsFailed: counters.streamsFailed,
      messagesSent: socket.messagesSent,
      messagesReceived: socket.messagesReceived,
      keepAlivesSent: counters.keepAlivesSent,
      lastLocalStreamCreatedTimestamp: this.#time(
        counters.lastLocalStreamCreatedAt,
      ),
      lastRemoteStreamCreatedTimestamp: this.#time(
        counters.lastRemoteStreamCreatedAt,
      ),
      lastMessageSentTimestamp: this.#time(socket.lastMessageSentAt),
      lastMessageReceivedTimestamp: this.#time(socket.lastMessageReceivedAt),
      localFlowControlWindow: { value: localFlowControlWindow },
      remoteFlowControlWindow: { value: remoteFlowControlWindow },
      option: isSummary ? [] : optionsOf(socket, this.#clock.now()),
      receivedGoawayError: goawayError === undefined
        ? undefined
        : { value: goawayError },
    };
  }

  #calls(calls: CallNumbers) {
    return {
      callsStarted: calls.started,
      callsSucceeded: calls.succeeded,
      callsFailed: calls.failed,
      lastCallStartedTimestamp: this.#time(calls.lastStartedAt),
    };
  }

  #trace(
    { trace, createdAt }: ChannelEntry | SubchannelEntry | ServerEntry,
    most: number,
  ): TraceMessage {
    return {
      numEventsLogged: trace.count,
      creationTimestamp: this.#time(createdAt),
      events: trace.events.slice(-most).map((event) => ({
        description: sentenceOf(event),
        severity: severityOf(event),
        timestamp: this.#time(event.at),
        channelRef: undefined,
        subchannelRef: "subchannelId" in event
          ? { subchannelId: event.subchannelId, name: event.address }
          : undefined,
      })),
    };
  }

  #time(at: number): TimestampMessage | undefined {
    if (at < 0) return undefined;
    const wall = this.#clock.wall() - this.#clock.now() + at;
    const seconds = Math.floor(wall / 1_000);
    const nanos = Math.min(999_999_999, (wall - 1_000 * seconds) * 1e6);
    return { seconds, nanos: Math.floor(nanos) };
  }
}

function sentenceOf(event: Traced): string {
  if (event.type !== "connection-ended") return wordsOf(event);
  return `The connection of ${event.peer} ended: ${
    explain(event.event.reason)
  }`;
}

function nameOf(addr: Deno.Addr | undefined): string {
  if (addr === undefined) return "unknown";
  if (!("hostname" in addr)) return "path" in addr ? addr.path : addr.transport;
  const { hostname, port } = addr;
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** What channelz has no field for; times in milliseconds. */
function optionsOf({ transport }: SocketEntry, now: number): OptionMessage[] {
  const counters = transport.counters();
  const since = (at: number) => at < 0 ? -1 : Math.max(0, now - at);
  const values = {
    state: transport.state.kind,
    keepalive_state: transport.keepalive?.kind,
    keepalives_acked: counters.keepAlivesAcked,
    ping_rtt_last_ms: counters.lastRtt,
    ping_rtt_min_ms: counters.minRtt,
    pings_received: counters.pingsReceived,
    ping_strikes: counters.pingStrikes,
    since_last_read_ms: since(counters.lastReadAt),
    since_last_write_ms: since(counters.lastWrittenAt),
    octets_sent: counters.bytesSent,
    octets_received: counters.bytesReceived,
  };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== -1)
    .map(([name, value]) => ({ name, value: String(value) }));
}
