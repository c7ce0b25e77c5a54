import { requireFunction, requireObject } from "../options/mod.ts";
import { tell } from "../runtime/mod.ts";
import type { InformingEventType } from "../session/mod.ts";
import type { TransportEvent } from "./events.ts";
import type { Transport, TransportListener } from "./transport.ts";

/**
 * Watches connections: an object with a method for each kind of news, of which
 * it has those that it wants. What a method throws, or what the promise that it
 * returns is rejected with, is an uncaught error of the process and disturbs
 * nothing else.
 */
export interface TransportObserver {
  /** Is called with each event of each connection, at once and in order. */
  connection?(event: TransportEvent, transport: Transport): void;
}

/**
 * Checks an observer.
 *
 * @throws {TypeError} If it is no object, or `connection` is no function.
 */
export function requireObserver(observer: unknown): void {
  if (observer === undefined) return;
  requireObject("observer", observer);
  const { connection } = observer as TransportObserver;
  requireFunction("observer.connection", connection);
}

/**
 * One listener that tells `onEvent`, then the observer; `undefined` if neither
 * wants events of connections.
 */
export function joinListeners(
  onEvent: TransportListener | undefined,
  observer: TransportObserver | undefined,
): TransportListener | undefined {
  if (observer?.connection === undefined) return onEvent;
  const watch: TransportListener = observer.connection.bind(observer);
  if (onEvent === undefined) return watch;
  return (event, transport) => {
    tell(onEvent, event, transport);
    tell(watch, event, transport);
  };
}

/** Takes what happens on connections for the library itself. */
export interface ConnectionRecorder {
  /** Is called with each event before anybody else. */
  connection(event: TransportEvent, transport: Transport): void;
  /** The events that only inform and that it wants. */
  readonly wanted: readonly InformingEventType[];
}

/** One listener that tells the recorder first. */
export function recording(
  record: ConnectionRecorder | undefined,
  onEvent: TransportListener | undefined,
): TransportListener | undefined {
  if (record === undefined) return onEvent;
  if (onEvent === undefined) {
    return (event, transport) => record.connection(event, transport);
  }
  return (event, transport) => {
    record.connection(event, transport);
    tell(onEvent, event, transport);
  };
}
