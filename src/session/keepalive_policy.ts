import {
  type AgeInstruction,
  ClientKeepalive,
  ConnectionAge,
  type KeepaliveInstruction,
  PingEnforcement,
  type PingVerdict,
  Watchdog,
} from "../keepalive/mod.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";

/** What the keepalive machines of one end ask for. */
export type PolicyInstruction = KeepaliveInstruction | AgeInstruction;

/** The keepalive machines of one end, behind what both ends have in common. */
export interface KeepalivePolicy {
  /** Watches the silence of the peer; what is read is told to it. */
  readonly watchdog: Watchdog;
  /** When running streams will be cut off; `Infinity` for never. */
  readonly closeAt: number;
  /** Strikes since HEADERS or DATA were last written. */
  readonly strikes: number;
  /** Whether PINGs are sent while no stream is active. */
  readonly permitWithoutStream: boolean;
  /** When the next call of `advance` is due; `Infinity` if none is. */
  deadline(): number;
  /** Milliseconds by which it may be late. */
  readonly slack: number;
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
export class ClientKeepalivePolicy extends ClientKeepalive
  implements KeepalivePolicy {
  constructor({ keepalive }: ClientParameters, now: number) {
    super(keepalive, now);
  }

  get closeAt(): number {
    return Infinity;
  }

  get strikes(): number {
    return 0;
  }

  streamsChanged(): void {}

  streamRefused(): void {}

  pingReceived(): PingVerdict {
    return "accepted";
  }
}

/** The machines of a server: keepalive, age, and the enforcement policy. */
export class ServerKeepalivePolicy implements KeepalivePolicy {
  readonly watchdog: Watchdog;
  /** None without a limit. */
  readonly #age: ConnectionAge | undefined;
  /** Made with the first PING, which is free in any case. */
  #enforcement: PingEnforcement | undefined;
  readonly #parameters: ServerParameters;
  /** When a stream that counts ended last, or the handshake, if that limits anything. */
  #lastServed: number | undefined;

  constructor(parameters: ServerParameters, now: number, random: number) {
    const { time, timeout } = parameters.keepalive;
    this.watchdog = new Watchdog(time, timeout, now);
    const { maxConnectionIdle, maxConnectionAge } = parameters.age;
    if (Math.min(maxConnectionIdle, maxConnectionAge) < Infinity) {
      this.#age = new ConnectionAge(parameters.age, now, random);
      this.#lastServed = now;
    }
    this.#parameters = parameters;
  }

  get permitWithoutStream(): boolean {
    return true;
  }

  get closeAt(): number {
    return this.#age?.closeAt ?? Infinity;
  }

  get strikes(): number {
    return this.#enforcement?.strikes ?? 0;
  }

  deadline(): number {
    return Math.min(this.watchdog.deadline(), this.#ageDeadline);
  }

  get slack(): number {
    if (this.#age === undefined) return this.watchdog.slack;
    const deadline = this.deadline();
    if (deadline === Infinity) return 0;
    return Math.min(this.watchdog.latest(), this.#ageDeadline) - deadline;
  }

  get #ageDeadline(): number {
    return this.#age?.deadline() ?? Infinity;
  }

  messageWritten(): void {
    this.#enforcement?.written();
  }

  streamsChanged(before: number, active: number, now: number): void {
    if (this.#age === undefined) return;
    if (before === 0) this.#age.busy();
    if (active < before) this.#lastServed = now;
    if (active === 0) this.#age.idle(now);
  }

  streamRefused(active: number): void {
    if (active > 0 || this.#lastServed === undefined) return;
    this.#age?.idle(this.#lastServed);
  }

  streamOpened(): PolicyInstruction {
    return "none";
  }

  pingReceived(now: number, activeStreams: number): PingVerdict {
    this.#enforcement ??= new PingEnforcement(this.#parameters.enforcement);
    return this.#enforcement.pingReceived(now, activeStreams);
  }

  probe(): PolicyInstruction {
    return "none";
  }

  resume(now: number): PolicyInstruction {
    return this.watchdog.resume(now, true);
  }

  advance(now: number): PolicyInstruction {
    const instruction = this.watchdog.advance(now, true);
    if (instruction !== "none") return instruction;
    return this.#age?.advance(now) ?? "none";
  }
}
