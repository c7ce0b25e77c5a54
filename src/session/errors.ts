import type { CloseReason } from "./close_reason.ts";

/** Something was asked of a connection that has ended, or ended meanwhile. */
export class ConnectionClosedError extends Error {
  /** The name of the class. */
  override readonly name: string = "ConnectionClosedError";
  /** Why the connection ended. */
  readonly reason: CloseReason;

  /**
   * Describes what could not be done.
   *
   * @param action What was asked, as in "Cannot ping".
   * @param reason Why the connection ended.
   */
  constructor(action: string, reason: CloseReason) {
    super(`${action}: the connection has ended, ${reason.message}`);
    this.reason = reason;
  }
}
