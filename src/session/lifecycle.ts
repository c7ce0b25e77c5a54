import {
  Connection,
  type ConnectionEvent,
  type Goaway,
  type PingPurpose,
  type PingRecord,
} from "../connection/mod.ts";
import { ConnectionError } from "../frames/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import type { EncodableHeaderField } from "../hpack/mod.ts";
import { Activity } from "./activity.ts";
import { type SessionCounters, zeroCounters } from "./counters.ts";
import {
  type CloseAction,
  closeReason,
  deadPeer,
  drained,
  endAfterGoaway,
  graceOver,
  internalError,
  peerGoaway,
  tooManyPings,
  violation,
} from "./close_action.ts";
import type { SessionEvent, SessionEventDetail } from "./events.ts";
import {
  ClientKeepalivePolicy,
  type KeepalivePolicy,
  type PolicyInstruction,
  ServerKeepalivePolicy,
} from "./keepalive_policy.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";
import type { SessionState } from "./state.ts";

const OPEN: SessionState = { kind: "open" };

/**
 * The inside of a session: where it stands, what happened, and what follows
 * from what the connection and the keepalive machines say.
 */
export class Lifecycle {
  /** The options in force. */
  readonly parameters: ClientParameters | ServerParameters;
  /** The HTTP/2 connection. */
  readonly connection: Connection;
  /** What the connection and its calls hold. */
  readonly memory: ConnectionMemory;
  /** What has been counted. */
  readonly counters: SessionCounters = zeroCounters();
  /** Whether events that only inform are collected. */
  observed: boolean;
  readonly #random: number;
  readonly #activity: Activity;
  #guard: KeepalivePolicy | undefined;
  #state: SessionState;
  #events: SessionEvent[] = [];
  #now: number;
  #goaway: Goaway | undefined;

  constructor(
    parameters: ClientParameters | ServerParameters,
    now: number,
    random: number,
    observed: boolean,
  ) {
    this.parameters = parameters;
    this.observed = observed;
    this.#random = random;
    this.#now = now;
    this.memory = parameters.memoryQuota.connect();
    this.connection = new Connection(parameters, random, this.memory);
    this.#activity = new Activity(this.connection);
    this.#state = {
      kind: "handshaking",
      until: now + parameters.handshakeTimeout,
    };
    for (const message of parameters.warnings) {
      this.note({ type: "warning", message });
    }
  }

  /** The clock, which never goes back. */
  get now(): number {
    return this.#now;
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#state;
  }

  /** The keepalive machines, once the handshake is over. */
  get guard(): KeepalivePolicy | undefined {
    return this.#guard;
  }

  /** Moves the clock. */
  tick(now: number): void {
    if (now > this.#now) this.#now = now;
  }

  /** Takes the events. */
  takeEvents(): SessionEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  /** Adds an event. */
  note(detail: SessionEventDetail): void {
    this.#events.push({ at: this.#now, ...detail });
  }

  /** Passes on what the connection did, and draws the consequences. */
  settle(): void {
    this.#digest();
    this.#activity.report(this.#guard, this.#now);
    if (this.connection.finished) this.#finish();
  }

  /** Ends a stream that is not to count as activity. */
  refuse(
    id: number,
    headers: readonly EncodableHeaderField[],
    body: Uint8Array | undefined,
  ): void {
    this.settle();
    this.connection.streams.refuse(id, headers, body);
    this.#activity.discount(this.#guard);
    this.settle();
  }

  /** A frame arrived. A PING of the peer brings nothing to be settled. */
  afterFrame(): void {
    const { pingsReceived } = this.connection;
    if (pingsReceived === this.counters.pingsReceived) return this.settle();
    this.counters.pingsReceived = pingsReceived;
    this.#onPing();
  }

  /** Does all that the keepalive machines say is due. */
  advanceGuard(): void {
    let instruction: PolicyInstruction | undefined;
    while (instruction !== "none" && this.#state.kind !== "closed") {
      instruction = this.#consult((guard) =>
        guard.advance(this.#now, this.#activity.activeStreams)
      );
    }
  }

  /** The machine slept. */
  resumeGuard(): void {
    const { activeStreams } = this.#activity;
    this.#consult((guard) => guard.resume(this.#now, activeStreams));
  }

  /** Carries out what a keepalive machine asks for. */
  obey(instruction: PolicyInstruction): void {
    switch (instruction) {
      case "none":
        return;
      case "ping":
        this.ping("keepalive");
        return;
      case "close":
        return this.#endDead();
      case "drain-idle":
        return this.drain("max_idle");
      case "drain-age":
        return this.drain("max_age");
      case "cut-off":
        return this.end(graceOver());
    }
  }

  /** Sends a PING. */
  ping(purpose: PingPurpose): PingRecord {
    const ping = this.connection.ping(purpose, this.#now);
    this.#digest();
    return ping;
  }

  /** Begins to retire the connection. */
  drain(reason: string): void {
    if (!this.connection.drain(reason, this.#now)) return;
    const closeAt = this.#guard?.closeAt ?? Infinity;
    this.#state = { kind: "draining", by: "local", reason, closeAt };
    this.note({ type: "draining", by: "local", reason, closeAt });
    this.settle();
  }

  /** Ends the connection over an error of the peer; others are passed on. */
  fail(error: unknown): void {
    if (!(error instanceof ConnectionError)) throw error;
    this.#digest();
    this.end(violation(error));
  }

  /** Ends the connection. */
  end(ending: CloseAction): void {
    if (this.#state.kind === "closed") return;
    const { code = 0, debug = "" } = ending;
    if (ending.goaway === true) this.connection.goaway(code, debug);
    this.#digest();
    this.#close(ending);
  }

  /** Ends the connection over a fault of this end, whatever else is broken. */
  crash(description: string): void {
    const ending = internalError(description);
    try {
      this.end(ending);
    } catch {
      this.#close({ ...ending, farewell: "none" });
    }
  }

  #close(ending: CloseAction): void {
    const { farewell } = ending;
    const reason = closeReason(
      ending,
      this.#now,
      this.counters.lastReadAt,
      this.connection.recentPings,
      this.#goaway,
    );
    this.counters.streamsFailed += this.connection.activeStreams;
    this.#state = { kind: "closed", reason, farewell };
    this.memory.close();
    this.note({ type: "closed", reason });
  }

  /** The socket has ended: as agreed, if a drain or a GOAWAY came before. */
  endSocket(ending: CloseAction): void {
    const { drainState, activeStreams } = this.connection;
    if (drainState.kind !== "none" && activeStreams === 0) {
      this.#endDrained();
    } else if (this.#goaway !== undefined) {
      const { role } = this.parameters;
      this.end(endAfterGoaway(role, this.#goaway, ending));
    } else {
      this.end(ending);
    }
  }

  /** Asks the keepalive machines, notes that they fell dormant, and obeys. */
  #consult(
    ask: (guard: KeepalivePolicy) => PolicyInstruction,
  ): PolicyInstruction {
    if (this.#guard === undefined) return "none";
    const wasDormant = this.#guard.keepalive.kind === "dormant";
    const instruction = ask(this.#guard);
    const isDormant = this.#guard.keepalive.kind === "dormant";
    if (isDormant && !wasDormant && this.observed) {
      this.note({ type: "keepalive-dormant" });
    }
    this.obey(instruction);
    return instruction;
  }

  #digest(): void {
    const { events } = this.connection;
    if (events.length === 0) return;
    for (const event of events) this.#onEvent(event);
    events.length = 0;
  }

  #onEvent(event: ConnectionEvent): void {
    switch (event.type) {
      case "settings-received":
        return this.#onSettings();
      case "ping-acked":
        return this.#onPingAcked(event.ping);
      case "goaway-received":
        this.note(event);
        return this.#onGoaway(event);
      case "headers":
        if (event.opens) {
          this.counters.streamsStarted++;
          this.counters.lastRemoteStreamCreatedAt = this.#now;
        }
        return this.#noteHeaders(event);
      case "reset":
        this.counters.streamsFailed++;
        return this.note(event);
      case "data":
        return this.#noteData(event);
      case "writable":
      case "ended":
        return this.#noteStream(event.type, event.streamId);
      case "ping-sent":
        return this.#onPingSent(event.purpose, event.id);
      default:
        if (this.observed) this.note(event);
    }
  }

  // The events of each call are built member by member: `note` copies them,
  // which takes ten times as long.

  #noteHeaders(event: ConnectionEvent & { type: "headers" }): void {
    const { type, streamId, headers, endStream, opens } = event;
    const at = this.#now;
    this.#events.push({ at, type, streamId, headers, endStream, opens });
  }

  #noteData(event: ConnectionEvent & { type: "data" }): void {
    const { type, streamId, data, endStream } = event;
    this.#events.push({ at: this.#now, type, streamId, data, endStream });
  }

  #noteStream(type: "writable" | "ended", streamId: number): void {
    this.#events.push({ at: this.#now, type, streamId });
  }

  #onSettings(): void {
    if (this.#guard !== undefined) {
      this.note({ type: "settings-received" });
      return;
    }
    this.#guard = this.parameters.role === "client"
      ? new ClientKeepalivePolicy(this.parameters, this.#now)
      : new ServerKeepalivePolicy(this.parameters, this.#now, this.#random);
    if (this.#state.kind === "handshaking") this.#state = OPEN;
    this.note({ type: "established" });
  }

  #onPingSent(purpose: PingPurpose, id: number): void {
    if (purpose === "keepalive") this.counters.keepAlivesSent++;
    if (this.observed) this.note({ type: "ping-sent", purpose, id });
  }

  #onPing(): void {
    if (this.observed) this.note({ type: "ping-received" });
    const { activeStreams } = this.#activity;
    const verdict = this.#guard?.pingReceived(this.#now, activeStreams);
    if (verdict === undefined || verdict === "accepted") return;
    this.counters.pingStrikes++;
    if (this.observed) this.#noteStrike();
    if (verdict === "too-many-pings") this.end(tooManyPings());
  }

  #onPingAcked({ purpose, id, rtt = 0 }: PingRecord): void {
    const { counters } = this;
    counters.lastRtt = rtt;
    if (counters.minRtt < 0 || rtt < counters.minRtt) counters.minRtt = rtt;
    if (purpose === "keepalive") counters.keepAlivesAcked++;
    if (purpose === "user" || this.observed) {
      this.note({ type: "ping-acked", purpose, id, rtt });
    }
  }

  /** The first GOAWAY tells why; what follows moves the last stream, and often tells less. */
  #onGoaway({ lastStreamId, code, debug: reason }: Goaway): void {
    const goaway = { code, debug: reason, ...this.#goaway, lastStreamId };
    this.#goaway = goaway;
    const isClient = this.parameters.role === "client";
    if (!isClient || this.#state.kind !== "open") return;
    const closeAt = Infinity;
    this.#state = { kind: "draining", by: "peer", reason, closeAt, goaway };
    this.note({ type: "draining", by: "peer", reason, closeAt });
  }

  #noteStrike(): void {
    if (this.parameters.role === "client" || this.#guard === undefined) return;
    const { maxPingStrikes } = this.parameters.enforcement;
    const { strikes } = this.#guard;
    this.note({ type: "ping-strike", strikes, limit: maxPingStrikes });
  }

  #finish(): void {
    if (this.parameters.role === "client" && this.#goaway !== undefined) {
      this.end(peerGoaway(this.#goaway, "flush"));
    } else {
      this.#endDrained();
    }
  }

  #endDrained(): void {
    const reason = this.#state.kind === "draining" ? this.#state.reason : "";
    this.end(drained(this.parameters.role, reason));
  }

  #endDead(): void {
    const silence = this.#now - this.counters.lastReadAt;
    if (this.observed) this.note({ type: "keepalive-timeout", silence });
    this.end(deadPeer(this.parameters.role));
  }
}
