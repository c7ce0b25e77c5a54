import { reportFault } from "../runtime/mod.ts";
import type { CloseReason, SessionState } from "../session/mod.ts";
import type { TransportEvent } from "./events.ts";

/**
 * Whoever is responsible for a connection, as an object: it needs no function,
 * signal or promise for each. A fault of its is reported, and disturbs nothing.
 */
export interface TransportOwner {
  /** A stream has ended, or the peer lets more open. */
  onRoom(): void;
  /**
   * The connection drains, before anybody else is told.
   *
   * @param reason The debug data of the GOAWAY, such as `max_age`.
   */
  onDraining(reason: string): void;
  /** It can no longer be used; in a microtask of its own. */
  onClosed(reason: CloseReason): void;
}

/**
 * Whoever has made a connection, as an object that is told before all others. A
 * fault of its is reported, and disturbs nothing.
 */
export interface TransportWatcher<Transport> {
  /** Something has happened on the connection. */
  onEvent(event: TransportEvent, transport: Transport): void;
  /** Its socket is closed, and nothing is left. */
  onFinished(transport: Transport): void;
}

/** Tells a new owner what has happened already, in a microtask of its own. */
export function tellPast(owner: TransportOwner, state: SessionState): void {
  if (state.kind === "closed") tellClosed(owner, state.reason);
  if (state.kind === "draining") {
    queueMicrotask(() => tellDraining(owner, state.reason));
  }
}

/** Tells an owner that its connection drains. */
export function tellDraining(owner: TransportOwner, reason: string): void {
  try {
    owner.onDraining(reason);
  } catch (error) {
    reportFault(error);
  }
}

/** Tells an owner that its connection has closed. */
export function tellClosed(owner: TransportOwner, reason: CloseReason): void {
  queueMicrotask(() => {
    try {
      owner.onClosed(reason);
    } catch (error) {
      reportFault(error);
    }
  });
}

/** Tells who has made a connection what has happened on it, at once. */
export function tellWatcher<Transport>(
  watcher: TransportWatcher<Transport>,
  event: TransportEvent,
  transport: Transport,
): void {
  try {
    watcher.onEvent(event, transport);
  } catch (error) {
    reportFault(error);
  }
}

/** Tells who has made a connection that nothing of it is left. */
export function tellFinished<Transport>(
  watcher: TransportWatcher<Transport>,
  transport: Transport,
): void {
  try {
    watcher.onFinished(transport);
  } catch (error) {
    reportFault(error);
  }
}
