import {
  type AgeInstruction,
  ClientKeepalive,
  ConnectionAge,
  type KeepaliveInstruction,
  PingEnforcement,
  type PingVerdict,
  ServerKeepalive,
  type WatchdogState,
} from "../keepalive/mod.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";

/** What the keepalive machines of one end ask for. */
export type PolicyInstruction = KeepaliveInstruction | AgeInstruction;

/** The keepalive machines of one end, behind what both ends have in common. */
export interface KeepalivePolicy {
  /** Where keepalive stands. */
  readonly keepalive: WatchdogState;
  /** When running streams will be cut off; `Infinity` for never. */
  readonly closeAt: number;
  /** Strikes since HEADERS or DATA were last written. */
  readonly strikes: number;
  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number;
  /** Octets were read. */
  read(now: number): void;
  /** The socket took octets again after its send buffer was full. */
  writeProgress(now: number): void;
  /** HEADERS or DATA were written. */
  messageWritten(): void;
  /** The number of active streams has changed. */
  streamsChanged(before: number, active: number, now: number): void;
  /** A stream was refused: it is gone as if it had never been. */
  streamRefused(active: number): void;
  /** This end has opened a stream. */
  streamOpened(now: number): PolicyInstruction;
  /** A PING of the peer arrived. */
  pingReceived(now: number, activeStreams: number): PingVerdict;
  /** Somebody doubts that the peer is there. */
  probe(now: number): PolicyInstruction;
  /** The machine slept. */
  resume(now: number, activeStreams: number): PolicyInstruction;
  /** Does one thing that is due; to be repeated until it answers `"none"`. */
  advance(now: number, activeStreams: number): PolicyInstruction;
}

/** The machines of a client: keepalive. It accepts any PING of its server. */
export class ClientKeepalivePolicy implements KeepalivePolicy {
  readonly #keepalive: ClientKeepalive;
  readonly closeAt = Infinity;
  readonly strikes = 0;

  constructor(parameters: ClientParameters, now: number) {
    this.#keepalive = new ClientKeepalive(parameters.keepalive, now);
  }

  get keepalive(): WatchdogState {
    return this.#keepalive.state;
  }

  deadline(): number {
    return this.#keepalive.deadline();
  }

  read(now: number): void {
    this.#keepalive.read(now);
  }

  writeProgress(now: number): void {
    this.#keepalive.writeProgress(now);
  }

  messageWritten(): void {
    this.#keepalive.dataSent();
  }

  streamsChanged(): void {}

  streamRefused(): void {}

  streamOpened(now: number): PolicyInstruction {
    return this.#keepalive.streamOpened(now);
  }

  pingReceived(): PingVerdict {
    return "accepted";
  }

  probe(now: number): PolicyInstruction {
    return this.#keepalive.probe(now);
  }

  resume(now: number, activeStreams: number): PolicyInstruction {
    return this.#keepalive.resume(now, activeStreams);
  }

  advance(now: number, activeStreams: number): PolicyInstruction {
    return this.#keepalive.advance(now, activeStreams);
  }
}

/** The machines of a server: keepalive, age, and the enforcement policy. */
export class ServerKeepalivePolicy implements KeepalivePolicy {
  readonly #keepalive: ServerKeepalive;
  readonly #age: ConnectionAge;
  readonly #enforcement: PingEnforcement;
  /** When a stream that counts ended last, or the handshake. */
  #lastServed: number;

  constructor(parameters: ServerParameters, now: number, random: number) {
    this.#keepalive = new ServerKeepalive(parameters.keepalive, now);
    this.#age = new ConnectionAge(parameters.age, now, random);
    this.#enforcement = new PingEnforcement(parameters.enforcement);
    this.#lastServed = now;
  }

  get keepalive(): WatchdogState {
    return this.#keepalive.state;
  }

  get closeAt(): number {
    return this.#age.closeAt;
  }

  get strikes(): number {
    return this.#enforcement.strikes;
  }

  deadline(): number {
    return Math.min(this.#keepalive.deadline(), this.#age.deadline());
  }

  read(now: number): void {
    this.#keepalive.read(now);
  }

  writeProgress(now: number): void {
    this.#keepalive.writeProgress(now);
  }

  messageWritten(): void {
    this.#enforcement.written();
  }

  streamsChanged(before: number, active: number, now: number): void {
    if (before === 0) this.#age.busy();
    if (active < before) this.#lastServed = now;
    if (active === 0) this.#age.idle(now);
  }

  streamRefused(active: number): void {
    if (active === 0) this.#age.idle(this.#lastServed);
  }

  streamOpened(): PolicyInstruction {
    return "none";
  }

  pingReceived(now: number, activeStreams: number): PingVerdict {
    return this.#enforcement.pingReceived(now, activeStreams);
  }

  probe(): PolicyInstruction {
    return "none";
  }

  resume(now: number): PolicyInstruction {
    return this.#keepalive.resume(now);
  }

  advance(now: number): PolicyInstruction {
    const instruction = this.#keepalive.advance(now);
    return instruction === "none" ? this.#age.advance(now) : instruction;
  }
}
