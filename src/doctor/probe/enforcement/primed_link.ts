import type { ProbeCall } from "../call.ts";
import { type IdleMethod, openIdleStream } from "../idle_stream.ts";
import { Link, type LinkSetup, type PingOutcome } from "../link.ts";
import { rest } from "../rest.ts";
import type { GapSample } from "./result.ts";
import type { Origin } from "../origin.ts";
import { MOST_PINGS } from "./calibrate.ts";
import { LostLinkError } from "./lost_link_error.ts";
import type { PingGate } from "./ping_gate.ts";

/** A connection of its own, with an idle stream if one is wanted. */
export class RuleLink implements AsyncDisposable {
  /** The connection. */
  readonly link: Link;
  readonly #stream: ProbeCall | undefined;
  #primedAt = -Infinity;
  #primedWith = 0;

  private constructor(link: Link, stream: ProbeCall | undefined) {
    this.link = link;
    this.#stream = stream;
  }

  /**
   * Connects, and opens the stream.
   *
   * @throws {LostLinkError} If the stream is not held open.
   */
  static async open(
    setup: LinkSetup,
    idle: IdleMethod | undefined,
  ): Promise<RuleLink> {
    const link = await Link.open(setup);
    try {
      if (idle === undefined) {
        await rest(setup.clock, link.settle, setup.signal);
        return new RuleLink(link, undefined);
      }
      const stream = await openIdleStream(link, idle);
      if (stream !== undefined) return new RuleLink(link, stream);
      throw new LostLinkError(`${idle.path} is not held open`, false);
    } catch (error) {
      await link[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Sends as many PINGs as the server bears: the next early one is too many.
   *
   * @throws {LostLinkError} If it bears fewer than before, or the gate is shut.
   */
  async prime(pings: number, gate: PingGate): Promise<void> {
    // In a row, as one that comes late would not be early.
    using _turn = await gate.enter(false);
    for (let sent = 1; this.link.pingsInRow < pings; sent++) {
      if (sent > 2 * MOST_PINGS) {
        throw new LostLinkError("its strikes are cleared all the time", false);
      }
      const outcome = await this.#ping(gate);
      if (outcome.kind === "answered") continue;
      const isKick = outcome.kind === "struck";
      throw new LostLinkError(
        isKick
          ? `PING ${sent} was one too many, where ${pings} were borne before`
          : outcome.kind === "ended"
          ? outcome.why
          : `PING ${sent} was not answered`,
        isKick,
      );
    }
    this.#primedAt = this.link.setup.clock.now();
    this.#primedWith = this.link.pingsInRow;
  }

  /** When the server last heard a PING, or of the connection. */
  get #quietSince(): number {
    const { lastPingAt, times } = this.link;
    return Math.max(lastPingAt, times.openAt);
  }

  /** Waits until a time has passed, as the server measures it at the least. */
  async silence(gap: number, origin: Origin): Promise<void> {
    const { setup: { clock, signal }, times } = this.link;
    const from = origin === "last-ping" ? this.#quietSince : times.begunAt;
    const left = from + gap - clock.now();
    if (left > 0) await rest(clock, left, signal);
  }

  /**
   * Sends the PING that tells.
   *
   * @throws {LostLinkError} If the gate is shut.
   */
  async sample(gate: PingGate): Promise<GapSample> {
    using _turn = await gate.enter(true);
    const { link } = this;
    const now = link.setup.clock.now();
    const gap = now - this.#quietSince;
    const sinceBegin = now - link.times.begunAt;
    const sinceOpen = now - link.times.openAt;
    const times = { gap, sinceBegin, sinceOpen };
    const lost = (why: string): GapSample => ({
      ...times,
      outcome: "lost",
      why,
    });
    if (this.#stream?.isEnded) return lost("the stream ended meanwhile");
    const isCleared = link.pingsInRow !== this.#primedWith;
    if (isCleared || link.lastFreedAt > this.#primedAt) {
      return lost("the server cleared its strikes meanwhile");
    }
    const outcome = await this.#ping(gate, link.settle);
    switch (outcome.kind) {
      case "answered":
        return { ...times, outcome: "allowed" };
      case "struck":
        return { ...times, outcome: "struck" };
      case "silent":
        return lost("the PING was not answered");
      case "ended":
        return lost(outcome.why);
    }
  }

  async #ping(gate: PingGate, settle?: number): Promise<PingOutcome> {
    const outcome = await this.link.ping(settle);
    if (outcome.kind === "struck") gate.shut();
    return outcome;
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]();
  }
}
