import { assert } from "../invariants/mod.ts";
import type { PingRecord } from "../connection/mod.ts";
import {
  policyOfSettings,
  sleptSince,
  type ToldPolicy,
  type WatchdogState,
} from "../keepalive/mod.ts";
import { deadPeer, graceOver, tooManyPings } from "./close_action.ts";
import {
  heedMetadata,
  heedSettings,
  minTimeOf,
  NOTHING_TOLD,
  readable,
} from "./heed_policy.ts";
import {
  ClientKeepalivePolicy,
  type KeepalivePolicy,
  type PolicyInstruction,
  ServerKeepalivePolicy,
} from "./keepalive_policy.ts";
import type { SessionParts, SessionPolicy } from "./session_parts.ts";
import type { StateMachine } from "./state_machine.ts";

/**
 * Runs the keepalive machines of one end, from the end of the handshake on:
 * tells them what happens on the connection, and does what they ask for.
 */
export class KeepaliveRunner implements SessionPolicy {
  readonly #parts: SessionParts;
  readonly #states: StateMachine;
  /** How far the wall clock was ahead of the monotonic one at the last look. */
  #wallOffset: number | undefined;
  #policy: KeepalivePolicy | undefined;
  /** What the server of a client has told. */
  #told = NOTHING_TOLD;
  /** Streams that were active when last looked at. */
  #activeStreams = 0;
  /** HEADERS and DATA frames that had been written then. */
  #messageFrames = 0;
  #isClockDue = false;
  /** Whether the client has been told the policy with metadata. */
  #isTold = false;

  /** Awaits the end of the handshake. */
  constructor(parts: SessionParts, states: StateMachine) {
    this.#parts = parts;
    this.#states = states;
  }

  /** Whether the handshake is over. */
  get isRunning(): boolean {
    return this.#policy !== undefined;
  }

  /** Where keepalive stands. */
  get state(): WatchdogState | undefined {
    return this.#policy?.watchdog.state;
  }

  /** When running streams will be cut off; `Infinity` for never. */
  get closeAt(): number {
    return this.#policy?.closeAt ?? Infinity;
  }

  /**
   * When the next call of `advance` is due; `Infinity` if none is. A session
   * that wakes up looks at the clocks right away: it did not while it was
   * dormant, and what was slept before the PING must not be held in favour of
   * the peer.
   */
  deadline(): number {
    if (this.#isClockDue) return this.#parts.events.now;
    return this.#policy?.deadline() ?? Infinity;
  }

  /** Milliseconds by which that may be late. */
  get slack(): number {
    return this.#isClockDue ? 0 : this.#policy?.slack ?? 0;
  }

  /** The handshake is over. */
  begin(): void {
    const { parameters, events, random, connection } = this.#parts;
    const settings = connection.settings.takeFirst();
    if (parameters.role === "server") {
      this.#policy = new ServerKeepalivePolicy(parameters, events.now, random);
      return;
    }
    const client = new ClientKeepalivePolicy(parameters, events.now);
    this.#policy = client;
    const told = policyOfSettings(settings);
    if (told === undefined) return;
    this.#told = heedSettings(this.#parts, client, told);
  }

  get time(): number {
    return this.#policy?.watchdog.time ?? Infinity;
  }

  get permitWithoutStream(): boolean {
    return this.#policy?.permitWithoutStream ?? false;
  }

  get minTime(): number {
    return minTimeOf(this.#told);
  }

  get lastPing(): Readonly<PingRecord> | undefined {
    return this.#parts.connection.pings.recent.at(-1);
  }

  get told(): ToldPolicy | undefined {
    const isClient = this.#policy instanceof ClientKeepalivePolicy;
    return isClient ? readable(this.#told) : undefined;
  }

  /** What comes with the end of the connection changes nothing any more. */
  onMetadata(text: string): void {
    if (this.#states.state.kind === "closed") return;
    const policy = this.#policy;
    if (policy instanceof ClientKeepalivePolicy) {
      this.#told = heedMetadata(this.#parts, policy, this.#told, text);
    }
  }

  takeText(): string | undefined {
    const { parameters } = this.#parts;
    if (this.#isTold || parameters.role === "client") return undefined;
    this.#isTold = true;
    return parameters.policyText;
  }

  /** Octets were read. */
  read(): void {
    this.#policy?.watchdog.read(this.#parts.events.now);
  }

  /** The socket took octets again after its send buffer was full. */
  writeProgress(): void {
    this.#policy?.watchdog.writeProgress(this.#parts.events.now);
  }

  /** Tells what streams have been opened and ended, and what was written. */
  report(): void {
    const before = this.#activeStreams;
    if (this.#updateStreams()) {
      const { now } = this.#parts.events;
      this.#policy?.streamsChanged(before, this.#activeStreams, now);
    }
    if (this.#updateFrames()) this.#policy?.messageWritten();
  }

  /**
   * A stream was refused, and all before it is reported: neither that it ended
   * nor what was written to that end counts.
   */
  discount(): void {
    this.#updateFrames();
    if (this.#updateStreams()) this.#policy?.streamRefused(this.#activeStreams);
  }

  /** This end has opened a stream: dormant keepalive sends a PING. */
  streamOpened(): void {
    const { events } = this.#parts;
    const instruction = this.#policy?.streamOpened(events.now);
    if (instruction === undefined || instruction === "none") return;
    this.#isClockDue = true;
    if (events.wants("keepalive-woken")) {
      events.push({ at: events.now, type: "keepalive-woken" });
    }
    this.#apply(instruction);
  }

  /** A PING of the peer arrived. */
  pingReceived(): void {
    const { counters, events } = this.#parts;
    const active = this.#activeStreams;
    const verdict = this.#policy?.pingReceived(events.now, active);
    if (verdict === undefined || verdict === "accepted") return;
    counters.pingStrikes++;
    if (events.wants("ping-strike")) this.#noteStrike();
    if (verdict === "too-many-pings") this.#states.close(tooManyPings());
  }

  /** Somebody doubts that the peer is there; the verdict may be put off. */
  probe(patience: number): void {
    if (this.#policy === undefined) return;
    this.#apply(this.#policy.probe(this.#parts.events.now));
    this.#policy.watchdog.putOff(patience);
  }

  /**
   * Looks whether the machine slept.
   *
   * @param wall The wall clock; without it, none can have been slept.
   */
  observeClocks(wall: number | undefined): void {
    const isDue = this.#isClockDue;
    this.#isClockDue = false;
    if (wall === undefined) return;
    const { events } = this.#parts;
    const offset = wall - events.now;
    const slept = sleptSince(this.#wallOffset, offset);
    this.#wallOffset = offset;
    if (slept === 0) return;
    if (events.wants("suspended")) {
      events.push({ at: events.now, type: "suspended", slept });
    }
    if (isDue || this.#policy === undefined) return;
    const wasDormant = this.#isDormant;
    this.#follow(
      this.#policy.resume(events.now, this.#activeStreams),
      wasDormant,
    );
  }

  /** Does all that is due. */
  advance(): void {
    const policy = this.#policy;
    if (policy === undefined) return;
    let instruction: PolicyInstruction | undefined;
    while (instruction !== "none" && this.#states.state.kind !== "closed") {
      const wasDormant = this.#isDormant;
      const { now } = this.#parts.events;
      instruction = policy.advance(now, this.#activeStreams);
      this.#follow(instruction, wasDormant);
    }
  }

  get #isDormant(): boolean {
    return this.#policy?.watchdog.state.kind === "dormant";
  }

  /** Notes that the machines fell dormant, and does what they say. */
  #follow(instruction: PolicyInstruction, wasDormant: boolean): void {
    const { events } = this.#parts;
    if (this.#isDormant && !wasDormant && events.wants("keepalive-dormant")) {
      events.push({ at: events.now, type: "keepalive-dormant" });
    }
    this.#apply(instruction);
  }

  #apply(instruction: PolicyInstruction): void {
    switch (instruction) {
      case "none":
        return;
      case "ping":
        this.#parts.connection.pings.send("keepalive", this.#parts.events.now);
        return;
      case "close":
        return this.#closeDead();
      case "drain-idle":
        return this.#states.drain("max_idle", this.closeAt);
      case "drain-age":
        return this.#states.drain("max_age", this.closeAt);
      case "cut-off":
        return this.#states.close(graceOver());
    }
  }

  #closeDead(): void {
    const { events, counters, parameters } = this.#parts;
    if (events.wants("keepalive-timeout")) {
      const silence = events.now - counters.lastReadAt;
      events.push({ at: events.now, type: "keepalive-timeout", silence });
    }
    this.#states.close(deadPeer(parameters.role));
  }

  #noteStrike(): void {
    const { parameters, events } = this.#parts;
    if (parameters.role === "client" || this.#policy === undefined) return;
    const { maxPingStrikes: limit } = parameters.enforcement;
    const { strikes } = this.#policy;
    events.push({ at: events.now, type: "ping-strike", strikes, limit });
  }

  #updateStreams(): boolean {
    const { connection } = this.#parts;
    const { activeStreams } = connection;
    if (activeStreams === this.#activeStreams) return false;
    assert(activeStreams >= 0, "the number of active streams is not negative");
    this.#activeStreams = activeStreams;
    if (activeStreams === 0) connection.pings.rest();
    return true;
  }

  #updateFrames(): boolean {
    const { messages } = this.#parts.connection.output;
    if (messages === this.#messageFrames) return false;
    this.#messageFrames = messages;
    return true;
  }
}
