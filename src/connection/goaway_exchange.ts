import { assert } from "../invariants/mod.ts";
import {
  encodeGoaway,
  ErrorCode,
  type GoawayFrame,
  MAX_UINT31,
} from "../frames/mod.ts";
import { asciiOctets } from "./ascii.ts";
import { DRAIN_PING_TIMEOUT, type DrainState } from "./drain.ts";
import type { EventSink } from "./event_log.ts";
import { checkGoaway, type Goaway } from "./goaway.ts";
import type { Output } from "./output.ts";
import type { Role } from "./role.ts";

const NO_DRAIN: DrainState = { kind: "none" };

/**
 * The GOAWAYs of both ends, and the drain of this one
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.8 | RFC 9113 section 6.8}).
 */
export class GoawayExchange {
  readonly #role: Role;
  readonly #output: Output;
  readonly #events: EventSink;
  #drain: DrainState = NO_DRAIN;
  #sent: Goaway | undefined;
  #received: Goaway | undefined;

  /** Starts with nobody leaving. */
  constructor(role: Role, output: Output, events: EventSink) {
    this.#role = role;
    this.#output = output;
    this.#events = events;
  }

  /** Where a drain stands. */
  get drainState(): DrainState {
    return this.#drain;
  }

  /** The last GOAWAY of this end. */
  get sent(): Goaway | undefined {
    return this.#sent;
  }

  /** The last GOAWAY of the peer. */
  get received(): Goaway | undefined {
    return this.#received;
  }

  /** Whether no stream opens any more. */
  get isFinal(): boolean {
    return this.#drain.kind === "final" ||
      (this.#role === "client" && this.#received !== undefined);
  }

  /** When the final GOAWAY is due; `Infinity` if none is. */
  deadline(): number {
    return this.#drain.kind === "announced" ? this.#drain.finalAt : Infinity;
  }

  /** Whether that is now. */
  isDue(now: number): boolean {
    return now >= this.deadline();
  }

  /**
   * Begins to drain, once: a server announces it, and a PING is to follow; a
   * client opens no further streams, and says so when it closes.
   */
  drain(reason: string, now: number, closeAt: number): boolean {
    if (this.#drain.kind !== "none") return false;
    const at = this.#events.now;
    this.#events.push({ at, type: "draining", by: "local", reason, closeAt });
    if (this.#role === "server") this.#announce(reason, now);
    else this.#drain = { kind: "final", lastStreamId: 0 };
    return true;
  }

  #announce(debug: string, now: number): void {
    const finalAt = now + DRAIN_PING_TIMEOUT;
    this.#drain = { kind: "announced", debug, finalAt };
    this.sendGoaway(MAX_UINT31, ErrorCode.NO_ERROR, debug);
  }

  /** A server settles which streams still count. */
  finish(lastStreamId: number): void {
    if (this.#drain.kind !== "announced") return;
    const { debug } = this.#drain;
    this.#drain = { kind: "final", lastStreamId };
    this.sendGoaway(lastStreamId, ErrorCode.NO_ERROR, debug);
  }

  /** Sends a GOAWAY. */
  sendGoaway(lastStreamId: number, code: number, debug: string): void {
    assert(
      lastStreamId <= (this.#sent?.lastStreamId ?? MAX_UINT31),
      "endpoints MUST NOT increase the last stream of a GOAWAY",
      lastStreamId,
    );
    encodeGoaway(this.#output, lastStreamId, code, asciiOctets(debug));
    this.#output.command();
    this.#sent = { lastStreamId, code, debug };
    const events = this.#events;
    if (!events.wants("goaway-sent")) return;
    const at = events.now;
    events.push({ at, type: "goaway-sent", lastStreamId, code, debug });
  }

  /**
   * A GOAWAY of the peer arrived. One that repeats the last tells nothing.
   *
   * @throws {ConnectionError} PROTOCOL_ERROR, see `checkGoaway`.
   */
  onGoaway(frame: GoawayFrame): Goaway {
    const before = this.#received;
    const goaway = checkGoaway(this.#role, frame, before);
    this.#received = goaway;
    if (before === undefined || !isSame(before, goaway)) {
      const at = this.#events.now;
      this.#events.push({ at, type: "goaway-received", ...goaway });
    }
    if (before === undefined) this.#noteDrain(goaway.debug);
    return goaway;
  }

  /** A client opens no further streams, unless it had stopped already. */
  #noteDrain(reason: string): void {
    if (this.#role === "server" || this.#drain.kind !== "none") return;
    const at = this.#events.now;
    const closeAt = Infinity;
    this.#events.push({ at, type: "draining", by: "peer", reason, closeAt });
  }
}

function isSame(one: Goaway, other: Goaway): boolean {
  return one.lastStreamId === other.lastStreamId && one.code === other.code &&
    one.debug === other.debug;
}
