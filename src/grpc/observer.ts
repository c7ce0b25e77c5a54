import { requireFunction, requireKnownKeys } from "../options/mod.ts";
import { requireObserver, type TransportObserver } from "../transport/mod.ts";
import { tell } from "../runtime/mod.ts";
import type { CallEvent, CallMessageEvent } from "./call_events.ts";
import type { ChannelEvent } from "./channel_events.ts";
import type { ServerEvent } from "./server_events.ts";

/**
 * Watches channels, servers and their connections: an object with a method for
 * each kind of event that it wants. A kind for which it has no method is not
 * made. Which methods there are is looked up once, when the channel or the
 * server is made.
 *
 * Each is called at once and in order. What it throws, or what the promise that
 * it returns is rejected with, is an uncaught error of the process and disturbs
 * nothing else.
 *
 * @example Count attempts by their status
 * ```ts
 * import { Channel, type Observer, statusName } from "@keepalive/grpc";
 *
 * const attempts = new Map<string, number>();
 * const observer: Observer = {
 *   call(event) {
 *     if (event.type !== "attempt-ended") return;
 *     const name = statusName(event.status);
 *     attempts.set(name, (attempts.get(name) ?? 0) + 1);
 *   },
 * };
 * await using channel = new Channel("localhost:50051", { observer });
 * ```
 */
export interface Observer extends TransportObserver {
  /** Is called when a call or an attempt begins or ends. */
  call?(event: CallEvent): void;
  /** Is called with each message. */
  message?(event: CallMessageEvent): void;
  /** Is called with what happens to a channel and its subchannels. */
  channel?(event: ChannelEvent): void;
  /** Is called with what happens to a server. */
  server?(event: ServerEvent): void;
}

/** Whom to tell of the kinds of events above connections. */
export interface Listeners {
  /** Takes those of calls, if anyone wants them. */
  readonly call: ((event: CallEvent) => void) | undefined;
  /** Takes those of messages, if anyone wants them. */
  readonly message: ((event: CallMessageEvent) => void) | undefined;
  /** Takes those of channels, if anyone wants them. */
  readonly channel: ((event: ChannelEvent) => void) | undefined;
  /** Takes those of servers, if anyone wants them. */
  readonly server: ((event: ServerEvent) => void) | undefined;
}

const NOBODY: Listeners = {
  call: undefined,
  message: undefined,
  channel: undefined,
  server: undefined,
};

const KINDS = ["connection", "call", "message", "channel", "server"] as const;

/**
 * Checks an observer, and looks up what it wants.
 *
 * @throws {TypeError} If it is no object, a method is no function, or a plain
 * object has another key.
 */
export function listenersOf(observer: Observer | undefined): Listeners {
  if (observer === undefined) return NOBODY;
  requireObserver(observer);
  if (isPlain(observer)) requireKnownKeys("observer", observer, KINDS);
  for (const kind of KINDS) {
    requireFunction(`observer.${kind}`, observer[kind]);
  }
  return {
    call: telling(observer.call?.bind(observer)),
    message: telling(observer.message?.bind(observer)),
    channel: telling(observer.channel?.bind(observer)),
    server: telling(observer.server?.bind(observer)),
  };
}

function telling<Event>(
  callback: ((event: Event) => void) | undefined,
): ((event: Event) => void) | undefined {
  return callback && ((event) => tell(callback, event));
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
