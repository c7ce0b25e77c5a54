import { assert } from "../invariants/mod.ts";
import type { Goaway } from "../connection/mod.ts";
import { ConnectionError } from "../frames/mod.ts";
import {
  type CloseAction,
  closeReason,
  drained,
  endAfterGoaway,
  handshakeTimeout as overdueHandshake,
  internalError,
  peerGoaway,
  violation,
} from "./close_action.ts";
import type { SessionParts } from "./session_parts.ts";
import type { SessionState } from "./state.ts";

const OPEN: SessionState = { kind: "open" };

/**
 * Where a session stands, and what brings it further.
 *
 * ```text
 *                     first SETTINGS of the peer
 *   +-------------+ ------------------------------> +------+
 *   | handshaking |                                 | open |
 *   +-------------+ --------+                       +------+
 *          |          drain |                          |  | drain, maxConnectionIdle,
 *          |                v                          |  | maxConnectionAge, no more
 *          |           +----------+                    |  | identifiers; on a client,
 *          |           | draining | <------------------|--+ GOAWAY of the server
 *          |           +----------+                    |
 *          |                | final GOAWAY, and the    |
 *          |                | last stream has ended    |
 *          v                v                          v
 *   +----------------------------------------------------------+
 *   | closed: at any time by close, an error of the peer, the  |
 *   | end of the socket, keepalive, the grace, a timeout       |
 *   +----------------------------------------------------------+
 * ```
 */
export class StateMachine {
  readonly #parts: SessionParts;
  #state: SessionState;
  /** What the GOAWAYs of the peer say together. */
  #goaway: Goaway | undefined;
  /** The last one that was looked at. */
  #lastGoaway: Goaway | undefined;

  /** Starts with the handshake. */
  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#state = {
      kind: "handshaking",
      until: parts.events.now + parts.parameters.handshakeTimeout,
    };
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#state;
  }

  /** Closes if the handshake takes too long; answers whether it does. */
  closeOverdueHandshake(): boolean {
    const { parameters: { role, handshakeTimeout }, events } = this.#parts;
    const state = this.#state;
    if (state.kind !== "handshaking" || events.now < state.until) return false;
    this.close(overdueHandshake(role, handshakeTimeout));
    return true;
  }

  /** The handshake is over. */
  opened(): void {
    if (this.#state.kind === "handshaking") this.#state = OPEN;
  }

  /**
   * A frame was handled, which may have been a GOAWAY. The first one tells why;
   * what follows moves the last stream, and often tells less.
   */
  noteGoaway(): void {
    const received = this.#parts.connection.goaways?.received;
    if (received === undefined || received === this.#lastGoaway) return;
    this.#lastGoaway = received;
    const { lastStreamId } = received;
    const goaway = { ...received, ...this.#goaway, lastStreamId };
    this.#goaway = goaway;
    const isClient = this.#parts.parameters.role === "client";
    if (!isClient || this.#state.kind !== "open") return;
    const { debug: reason } = goaway;
    const closeAt = Infinity;
    this.#state = { kind: "draining", by: "peer", reason, closeAt, goaway };
  }

  /** Begins to drain; a repeated call changes nothing. */
  drain(reason: string, closeAt: number): void {
    const { connection, events } = this.#parts;
    assert(this.#state.kind !== "closed", "what is closed does not drain");
    if (!connection.drain(reason, events.now, closeAt)) return;
    this.#state = { kind: "draining", by: "local", reason, closeAt };
    this.closeIfFinished();
  }

  /** Closes once a drain, or the GOAWAY of the server, is complete. */
  closeIfFinished(): void {
    const { connection, parameters } = this.#parts;
    if (!connection.finished) return;
    if (parameters.role === "client" && this.#goaway !== undefined) {
      this.close(peerGoaway(this.#goaway, "flush"));
    } else {
      this.#closeDrained();
    }
  }

  /** The socket has ended: as agreed, if a drain or a GOAWAY came before. */
  socketEnded(action: CloseAction): void {
    const { connection, parameters } = this.#parts;
    const { activeStreams, goaways } = connection;
    const isDraining = goaways !== undefined &&
      goaways.drainState.kind !== "none";
    if (isDraining && activeStreams === 0) {
      this.#closeDrained();
    } else if (this.#goaway !== undefined) {
      this.close(endAfterGoaway(parameters.role, this.#goaway, action));
    } else {
      this.close(action);
    }
  }

  /** Closes the connection, with a GOAWAY if there is to be one. */
  close(action: CloseAction): void {
    if (this.#state.kind === "closed") return;
    const { code = 0, debug = "" } = action;
    if (action.goaway === true) this.#parts.connection.goaway(code, debug);
    this.#finish(action);
  }

  /** Closes over an error of the peer; others are passed on. */
  fail(error: unknown): void {
    if (!(error instanceof ConnectionError)) throw error;
    this.noteGoaway();
    this.close(violation(error));
  }

  /** Closes over a fault of this end, whatever else is broken. */
  crash(description: string): void {
    const action = internalError(description);
    try {
      this.close(action);
    } catch {
      this.#finish({ ...action, closeMode: "none" });
    }
  }

  #closeDrained(): void {
    const reason = this.#state.kind === "draining" ? this.#state.reason : "";
    this.close(drained(this.#parts.parameters.role, reason));
  }

  #finish(action: CloseAction): void {
    const { connection, counters, heldMemory, events } = this.#parts;
    const at = events.now;
    const reason = closeReason(
      action,
      at,
      counters.lastReadAt,
      connection.pings.recent,
      this.#goaway,
      this.#parts.findings,
    );
    counters.streamsFailed += connection.activeStreams;
    this.#state = { kind: "closed", reason, closeMode: action.closeMode };
    heldMemory?.close();
    events.push({ at, type: "closed", reason });
  }
}
