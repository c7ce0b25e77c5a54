import type { CloseReason, SessionEvent } from "../session/mod.ts";

/** Takes what happens on a session. */
export interface DriverHandler {
  /** Events, in order, after each turn in which there were any. */
  onEvents(events: readonly SessionEvent[]): void;
  /** Asserts that it knows no stream which the session has not. */
  assertAgrees?(): void;
  /** The session has closed; the socket follows within `CLOSE_TIMEOUT`. */
  onClosed(reason: CloseReason): void;
  /** The socket is closed and nothing is left. */
  onFinished?(): void;
}
