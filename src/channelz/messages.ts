import {
  bool,
  bytes,
  int32,
  int64,
  message,
  messages,
  type MessageType,
  messageType,
  text,
} from "../proto/mod.ts";

const Timestamp = messageType({ seconds: int64(1), nanos: int32(2) });
const NumberValue = messageType({ value: int64(1) });

const ChannelRef = messageType({ channelId: int64(1), name: text(2) });
const SubchannelRef = messageType({ subchannelId: int64(7), name: text(8) });
const SocketRef = messageType({ socketId: int64(3), name: text(4) });
const ServerRef = messageType({ serverId: int64(5), name: text(6) });

const State = messageType({ state: int32(1) });

const TraceEvent = messageType({
  description: text(1),
  severity: int32(2),
  timestamp: message(3, () => Timestamp),
  channelRef: message(4, () => ChannelRef),
  subchannelRef: message(5, () => SubchannelRef),
});

const Trace = messageType({
  numEventsLogged: int64(1),
  creationTimestamp: message(2, () => Timestamp),
  events: messages(3, () => TraceEvent),
});

const ChannelData = messageType({
  state: message(1, () => State),
  target: text(2),
  trace: message(3, () => Trace),
  callsStarted: int64(4),
  callsSucceeded: int64(5),
  callsFailed: int64(6),
  lastCallStartedTimestamp: message(7, () => Timestamp),
});

const Channel = messageType({
  ref: message(1, () => ChannelRef),
  data: message(2, () => ChannelData),
  channelRef: messages(3, () => ChannelRef),
  subchannelRef: messages(4, () => SubchannelRef),
  socketRef: messages(5, () => SocketRef),
});

const Subchannel = messageType({
  ref: message(1, () => SubchannelRef),
  data: message(2, () => ChannelData),
  channelRef: messages(3, () => ChannelRef),
  subchannelRef: messages(4, () => SubchannelRef),
  socketRef: messages(5, () => SocketRef),
});

const ServerData = messageType({
  trace: message(1, () => Trace),
  callsStarted: int64(2),
  callsSucceeded: int64(3),
  callsFailed: int64(4),
  lastCallStartedTimestamp: message(5, () => Timestamp),
});

const Server = messageType({
  ref: message(1, () => ServerRef),
  data: message(2, () => ServerData),
  listenSocket: messages(3, () => SocketRef),
});

const Option = messageType({ name: text(1), value: text(2) });

const SocketData = messageType({
  streamsStarted: int64(1),
  streamsSucceeded: int64(2),
  streamsFailed: int64(3),
  messagesSent: int64(4),
  messagesReceived: int64(5),
  keepAlivesSent: int64(6),
  lastLocalStreamCreatedTimestamp: message(7, () => Timestamp),
  lastRemoteStreamCreatedTimestamp: message(8, () => Timestamp),
  lastMessageSentTimestamp: message(9, () => Timestamp),
  lastMessageReceivedTimestamp: message(10, () => Timestamp),
  localFlowControlWindow: message(11, () => NumberValue),
  remoteFlowControlWindow: message(12, () => NumberValue),
  option: messages(13, () => Option),
  receivedGoawayError: message(14, () => NumberValue),
});

const TcpIpAddress = messageType({ ipAddress: bytes(1), port: int32(2) });
const UdsAddress = messageType({ filename: text(1) });
const OtherAddress = messageType({ name: text(1) });

const Address = messageType({
  tcpipAddress: message(1, () => TcpIpAddress),
  udsAddress: message(2, () => UdsAddress),
  otherAddress: message(3, () => OtherAddress),
});

const Tls = messageType({
  localCertificate: bytes(3),
  remoteCertificate: bytes(4),
});

const Security = messageType({ tls: message(1, () => Tls) });

const Socket = messageType({
  ref: message(1, () => SocketRef),
  data: message(2, () => SocketData),
  local: message(3, () => Address),
  remote: message(4, () => Address),
  security: message(5, () => Security),
  remoteName: text(6),
});

/** The request and the response of each method of `grpc.channelz.v1.Channelz`. */
export const METHODS = {
  getTopChannels: [
    messageType({ startChannelId: int64(1), maxResults: int64(2) }),
    messageType({ channel: messages(1, () => Channel), end: bool(2) }),
  ],
  getServers: [
    messageType({ startServerId: int64(1), maxResults: int64(2) }),
    messageType({ server: messages(1, () => Server), end: bool(2) }),
  ],
  getServer: [
    messageType({ serverId: int64(1) }),
    messageType({ server: message(1, () => Server) }),
  ],
  getServerSockets: [
    messageType({
      serverId: int64(1),
      startSocketId: int64(2),
      maxResults: int64(3),
    }),
    messageType({ socketRef: messages(1, () => SocketRef), end: bool(2) }),
  ],
  getChannel: [
    messageType({ channelId: int64(1) }),
    messageType({ channel: message(1, () => Channel) }),
  ],
  getSubchannel: [
    messageType({ subchannelId: int64(1) }),
    messageType({ subchannel: message(1, () => Subchannel) }),
  ],
  getSocket: [
    messageType({ socketId: int64(1), summary: bool(2) }),
    messageType({ socket: message(1, () => Socket) }),
  ],
} as const;

type Content<Type> = Type extends MessageType<infer T> ? T : never;

/** A channel as it is told. */
export type ChannelMessage = Content<typeof Channel>;
/** A subchannel as it is told. */
export type SubchannelMessage = Content<typeof Subchannel>;
/** A server as it is told. */
export type ServerMessage = Content<typeof Server>;
/** A connection, or what listens, as it is told. */
export type SocketMessage = Content<typeof Socket>;
/** An address as it is told. */
export type AddressMessage = Content<typeof Address>;
/** The trace of a channel or a server as it is told. */
export type TraceMessage = Content<typeof Trace>;
/** The numbers of a connection as they are told. */
export type SocketDataMessage = Content<typeof SocketData>;
/** A time as it is told. */
export type TimestampMessage = Content<typeof Timestamp>;
/** What a connection has that has no field of its own. */
export type OptionMessage = Content<typeof Option>;
/** The number of a connection, and its name. */
export type SocketRefMessage = Content<typeof SocketRef>;
