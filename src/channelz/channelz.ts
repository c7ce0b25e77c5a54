import {
  type CallEvent,
  type CallMessageEvent,
  type ChannelEvent,
  GrpcError,
  type MethodDefinition,
  type Observer,
  type ServerEvent,
  Status,
} from "../grpc/mod.ts";
import { requireKnownKeys } from "../options/mod.ts";
import type { Init, MessageType } from "../proto/mod.ts";
import { type Clock, requireClock, systemClock } from "../runtime/mod.ts";
import { implement, type Service } from "../server/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { Answers } from "./answers.ts";
import { CHANNELZ_FILES } from "./channelz_files.ts";
import { METHODS } from "./messages.ts";
import { Registry } from "./registry.ts";

/** How many channels, servers or connections are listed at once at the most. */
const PAGE = 100;

/** Events of a trace in a list, and of one that was asked for alone. */
const LISTED_EVENTS = 8;

/** Options of {@linkcode Channelz}. */
export interface ChannelzOptions {
  /**
   * That of the channels and servers.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Shows channels, servers and their connections to whoever asks, with
 * {@link https://github.com/grpc/proposal/blob/master/A14-channelz.md | channelz}:
 * states, calls, messages, PINGs, windows, and what happened to them. For
 * `grpcdebug` and the like.
 *
 * It shows those whose observer it is, as long as they are open: of what is
 * closed nothing is kept. A channel is shown once it was used. Events of calls
 * and messages are made for it; without it, nothing is.
 *
 * grpc-go calls it `service.RegisterChannelzServiceToServer`, grpc-java
 * `ChannelzService`. Who may reach it learns the addresses of all peers: serve
 * it where only operators come.
 *
 * @example A server that shows itself, and a channel beside it
 * ```ts
 * import { Channel, Health, serve } from "@keepalive/grpc";
 * import { Channelz } from "@keepalive/grpc/channelz";
 *
 * const channelz = new Channelz();
 * await using server = serve(
 *   { hostname: "127.0.0.1", port: 0, observer: channelz },
 *   [new Health().service, channelz.service],
 * );
 * await using channel = new Channel("localhost:50051", { observer: channelz });
 * ```
 */
export class Channelz implements Observer {
  readonly #registry = new Registry();
  readonly #answers: Answers;

  /** The service to serve: `grpc.channelz.v1.Channelz`. */
  readonly service: Service;

  /**
   * Knows of nothing yet.
   *
   * @throws {TypeError} If an option cannot be used.
   */
  constructor(options: ChannelzOptions = {}) {
    requireKnownKeys("the channelz options", options, ["clock"]);
    requireClock(options.clock);
    this.#answers = new Answers(options.clock ?? systemClock);
    const descriptors = CHANNELZ_FILES;
    this.service = { ...this.#implement(), descriptors };
  }

  /** Takes an event of a connection. */
  connection(event: TransportEvent, transport: Transport): void {
    this.#registry.connection(event, transport);
  }

  /** Takes an event of a channel. */
  channel(event: ChannelEvent): void {
    this.#registry.channel(event);
  }

  /** Takes an event of a server. */
  server(event: ServerEvent): void {
    this.#registry.server(event);
  }

  /** Takes an event of a call. */
  call(event: CallEvent): void {
    this.#registry.call(event);
  }

  /** Takes a message of a call. */
  message(event: CallMessageEvent): void {
    this.#registry.message(event);
  }

  #implement(): Service {
    const { channels, subchannels, servers, sockets } = this.#registry;
    const answers = this.#answers;
    return implement(DEFINITION, {
      getTopChannels({ startChannelId, maxResults }) {
        const { page, end } = pageOf(channels, startChannelId, maxResults);
        const channel = page.map((each) =>
          answers.channel(each, LISTED_EVENTS)
        );
        return { channel, end };
      },
      getServers({ startServerId, maxResults }) {
        const { page, end } = pageOf(servers, startServerId, maxResults);
        const server = page.map((each) => answers.server(each, LISTED_EVENTS));
        return { server, end };
      },
      getServer: ({ serverId }) => ({
        server: answers.server(found(servers, serverId, "server"), Infinity),
      }),
      getServerSockets({ serverId, startSocketId, maxResults }) {
        const server = found(servers, serverId, "server");
        const all = new Map(
          [...server.sockets].map((each) => [each.transport.id, each]),
        );
        const { page, end } = pageOf(all, startSocketId, maxResults);
        const socketRef = page.map((each) => answers.socketRef(each));
        return { socketRef, end };
      },
      getChannel: ({ channelId }) => ({
        channel: answers.channel(
          found(channels, channelId, "channel"),
          Infinity,
        ),
      }),
      getSubchannel: ({ subchannelId }) => ({
        subchannel: answers.subchannel(
          found(subchannels, subchannelId, "subchannel"),
          Infinity,
        ),
      }),
      getSocket({ socketId, summary }) {
        const listening = [...servers.values()]
          .map((each) => each.listening)
          .find(({ id }) => id === socketId);
        const socket = listening ?? found(sockets, socketId, "socket");
        return { socket: answers.socket(socket, summary) };
      },
    });
  }
}

/** Those from a number on, in the order of their numbers. */
function pageOf<T>(
  all: ReadonlyMap<number, T>,
  start: number,
  most: number,
): { page: T[]; end: boolean } {
  const length = most > 0 ? Math.min(most, PAGE) : PAGE;
  const ids = [...all.keys()].filter((id) => id >= start).sort((a, b) => a - b);
  const page = ids.slice(0, length).map((id) => all.get(id)!);
  return { page, end: ids.length <= length };
}

function found<T>(
  all: ReadonlyMap<number, T>,
  id: number,
  what: string,
): T {
  const entry = all.get(id);
  if (entry !== undefined) return entry;
  throw new GrpcError(Status.NOT_FOUND, `there is no ${what} ${id}`);
}

type Message<Type> = Type extends MessageType<infer T> ? T : never;

/** The methods with the types of what is read. */
type Definition = {
  readonly [Name in keyof typeof METHODS]:
    & MethodDefinition<
      Message<typeof METHODS[Name][0]>,
      Message<typeof METHODS[Name][1]>
    >
    & { readonly requestStream: false; readonly responseStream: false };
};

const DEFINITION = Object.fromEntries(
  Object.entries(METHODS).map(([name, types]) => {
    const [request, response] = types as readonly MessageType<unknown>[];
    return [name, methodOf(name, request, response)];
  }),
) as unknown as Definition;

function methodOf<Request, Response>(
  name: string,
  request: MessageType<Request>,
  response: MessageType<Response>,
) {
  const path = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    path: `/grpc.channelz.v1.Channelz/${path}`,
    requestStream: false as const,
    responseStream: false as const,
    requestSerialize: (message: Request) =>
      request.encode(message as Init<Request>),
    requestDeserialize: (octets: Uint8Array) => request.decode(octets),
    responseSerialize: (message: Response) =>
      response.encode(message as Init<Response>),
    responseDeserialize: (octets: Uint8Array) => response.decode(octets),
  };
}
