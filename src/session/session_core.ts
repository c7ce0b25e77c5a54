import { Connection, EventLog } from "../connection/mod.ts";
import type { ConnectionMemory, MemoryLimits } from "../memory/mod.ts";
import { allCounters } from "./all_counters.ts";
import {
  type OwnCounters,
  type SessionCounters,
  zeroCounters,
} from "./counters.ts";
import type { SessionEvent } from "./events.ts";
import { KeepaliveRunner } from "./keepalive_runner.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";
import type { SessionParts, SessionSetup } from "./session_parts.ts";
import { StateMachine } from "./state_machine.ts";

/** Milliseconds from which on it is told that something was done late. */
const NOTABLE_LAG = 50;

/**
 * What `Session` and its view of the streams share: the parts of a session, and
 * what is done after each step of its connection.
 */
export class SessionCore implements SessionParts {
  readonly parameters: ClientParameters | ServerParameters;
  readonly random: number;
  /** Who runs the session, see {@linkcode ConnectionMemory.owner}. */
  memoryOwner: ConnectionMemory["owner"];
  /** What is held: nothing before the first stream. */
  heldMemory: ConnectionMemory | undefined;
  readonly events: EventLog<SessionEvent>;
  readonly counters: OwnCounters = zeroCounters();
  readonly connection: Connection;
  findings: readonly string[] = NOTHING;
  readonly states: StateMachine;
  readonly keepalive: KeepaliveRunner;

  /**
   * Begins a session.
   *
   * @throws {RangeError} If the time is not finite, or `random` out of range.
   */
  constructor(
    parameters: ClientParameters | ServerParameters,
    now: number,
    { random = 0.5, observed = false }: SessionSetup,
  ) {
    requireStart(now, random);
    this.parameters = parameters;
    this.random = random;
    this.events = new EventLog<SessionEvent>(now, observed);
    this.connection = new Connection(parameters, this);
    this.states = new StateMachine(this);
    this.keepalive = new KeepaliveRunner(this, this.states);
    for (const message of parameters.warnings) {
      this.events.push({ at: now, type: "warning", message });
    }
  }

  /** The limits of what the connection may hold. */
  get limits(): MemoryLimits {
    return this.parameters.memoryQuota.limits;
  }

  /** What the connection and its calls hold. */
  get memory(): ConnectionMemory {
    return this.heldMemory ??= this.#openAccount();
  }

  /** A call may look at it when the session has closed. */
  #openAccount(): ConnectionMemory {
    const { parameters } = this;
    const memory = parameters.memoryQuota.connect();
    const isServer = parameters.role === "server";
    memory.divide(isServer ? parameters.maxConcurrentStreams : 0);
    if (this.states.state.kind === "closed") memory.close();
    else memory.owner = this.memoryOwner;
    return memory;
  }

  /** A copy of the counters. */
  countersNow(): SessionCounters {
    const { counters, connection } = this;
    const isClosed = this.states.state.kind === "closed";
    const active = isClosed ? 0 : connection.activeStreams;
    return allCounters(counters, connection, active);
  }

  /** When something is due, if something of keepalive is due at a time. */
  due(keepalive: number): number {
    const { state } = this.states;
    if (state.kind === "closed") return Infinity;
    return Math.min(
      state.kind === "handshaking" ? state.until : Infinity,
      this.connection.deadline(),
      this.heldMemory?.deadline(this.events.now) ?? Infinity,
      keepalive,
    );
  }

  /** Milliseconds by which what is due may be late; of most, keepalive alone says. */
  get slack(): number {
    const { slack } = this.keepalive;
    if (slack === 0 || this.states.state.kind === "closed") return 0;
    const others = this.due(Infinity);
    if (others === Infinity) return slack;
    const deadline = this.keepalive.deadline();
    return Math.max(0, Math.min(others, deadline + slack) - deadline);
  }

  /** Moves the clock; answers whether the session has not closed. */
  isLive(now: number): boolean {
    this.events.tick(now);
    return this.states.state.kind !== "closed";
  }

  /**
   * Handles frames of the peer. What each brings is settled before the next one
   * is looked at; a PING brings nothing but itself.
   *
   * @param octets What was read, unless it is the rest of what was before.
   * @param most How many to handle before the others are left.
   * @returns Whether some may be left.
   */
  handleFrames(octets: Uint8Array | undefined, most: number): boolean {
    const { connection, counters, events } = this;
    try {
      if (octets !== undefined) connection.feed(octets);
      for (let left = most; left > 0; left--) {
        const { pingsReceived } = counters;
        if (connection.next(events.now) === undefined) return false;
        if (counters.pingsReceived === pingsReceived) this.settle();
        else this.keepalive.pingReceived();
        if (this.states.state.kind === "closed") return false;
      }
    } catch (error) {
      this.states.fail(error);
      return false;
    }
    return true;
  }

  /** Takes the octets to be written, which counts as having written them. */
  takeOutput(data?: number): Uint8Array<ArrayBuffer> {
    const { connection, counters, events } = this;
    const isClosed = this.states.state.kind === "closed";
    const octets = isClosed
      ? connection.output.take()
      : connection.takeOutput(data);
    if (octets.length === 0) return octets;
    counters.bytesSent += octets.length;
    counters.lastWrittenAt = events.now;
    if (!isClosed) this.settle();
    return octets;
  }

  /**
   * What was due is done late, which is told if it is more than was allowed for.
   *
   * @param late Milliseconds since it was due.
   * @param lenient Knows by how much it may be late; it is asked only if that counts.
   */
  noteLag(late: number, lenient: { readonly slack: number }): void {
    const { events } = this;
    if (late < NOTABLE_LAG || !events.wants("timer-late")) return;
    const lag = late - lenient.slack;
    if (lag < NOTABLE_LAG) return;
    events.push({ at: events.now, type: "timer-late", lag });
  }

  /** A write waits for room, or has got it. */
  noteStall(waited: number, hasRoom: boolean): void {
    const { events } = this;
    const type = hasRoom ? "write-resumed" : "write-stalled";
    if (events.wants(type)) events.push({ at: events.now, type, waited });
  }

  /** Does what follows from what the connection has done. */
  settle(): void {
    if (!this.keepalive.isRunning && this.connection.settings.established) {
      this.keepalive.begin();
      this.states.opened();
    }
    this.states.noteGoaway();
    this.keepalive.report();
    this.states.closeIfFinished();
  }
}

/** Shared, as most connections have nothing to tell. */
const NOTHING: readonly string[] = [];

function requireStart(now: number, random: number): void {
  if (!Number.isFinite(now)) {
    throw new RangeError(
      `Cannot start a session: expected a finite time, received ${now}`,
    );
  }
  if (!(random >= 0 && random <= 1)) {
    throw new RangeError(
      `Cannot start a session: expected a random number from 0 to 1, received ${random}`,
    );
  }
}
