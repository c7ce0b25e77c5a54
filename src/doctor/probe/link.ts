import {
  dial,
  type DialTlsOptions,
  type Network,
  type Transport,
} from "../../transport/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import { clearsOnWindowUpdate } from "./fingerprint.ts";
import { Greeting, overhear } from "./greeting.ts";
import { type LinkEnd, LinkLog } from "./link_log.ts";
import { firstOf } from "./rest.ts";

/** Where connections of a probe go, and what they live by. */
export interface LinkSetup {
  /** The target, as `dial` takes it. */
  readonly target: string;
  /** The TLS options, as `dial` takes them. */
  readonly tls: boolean | DialTlsOptions;
  /** The `:authority` of calls. */
  readonly authority: string;
  /** Milliseconds for each answer of the server. */
  readonly timeout: number;
  /** The clock of all times. */
  readonly clock: Clock;
  /** What connects. */
  readonly network: Network;
  /** Draws a number from 0 up to 1. */
  readonly random: () => number;
  /** Gives everything up. */
  readonly signal: AbortSignal;
}

/** What became of a PING. */
export type PingOutcome =
  /** It was answered, `rtt` milliseconds after it was sent, and all is well. */
  | { readonly kind: "answered"; readonly rtt: number }
  /** It was not answered in time. */
  | { readonly kind: "silent" }
  | LinkEnd;

/**
 * Milliseconds between the answer to a PING and the next one, in which a server
 * writes what else it has to write.
 */
const SETTLE = 40;

/**
 * Octets of all receive windows: nothing is measured, so no PING is sent that
 * was not asked for, and a server that floods waits for credit.
 */
const WINDOW = 65_535;

/** Header fields that are kept. */
const MOST_HEADERS = 64;

/** What one connection of a probe may hold, and wait for room, in ms. */
const MEMORY = { connection: 1_048_576, total: 1_048_576, patience: 5_000 };

/**
 * A connection of a probe: of its own, with each PING under its control. It has
 * no keepalive.
 */
export class Link implements AsyncDisposable {
  /** What it goes over. */
  readonly transport: Transport;
  /** What the server said first. */
  readonly greeting: Greeting;
  /** What was seen on it. */
  readonly log: LinkLog;
  /** When it was begun, and when it could be used. */
  readonly times: { readonly begunAt: number; readonly openAt: number };
  /** What it was made from. */
  readonly setup: LinkSetup;
  /** When its first PING was sent, or -1. */
  firstPingAt = -1;
  /** When its last PING was sent, or -1. */
  lastPingAt = -1;
  /**
   * When HEADERS or DATA last came, or -1: with them the server has cleared the
   * strikes, and made the next PING free.
   */
  lastFreedAt = -1;
  /** The response header fields that came so far, the first of each name. */
  readonly headers: HeaderField[] = [];
  #pingsInRow = 0;
  #windowUpdates = 0;
  #slowestRtt = 0;
  #fastestRtt = Infinity;

  private constructor(
    transport: Transport,
    greeting: Greeting,
    log: LinkLog,
    begunAt: number,
    setup: LinkSetup,
  ) {
    this.transport = transport;
    this.greeting = greeting;
    this.log = log;
    this.times = { begunAt, openAt: setup.clock.now() };
    this.setup = setup;
  }

  /**
   * Connects.
   *
   * @throws {DialError} If there is no connection to be had.
   * @throws The reason of the signal, if that is aborted.
   */
  static async open(setup: LinkSetup): Promise<Link> {
    const { target, tls, timeout, clock, network, random, signal } = setup;
    const greeting = new Greeting();
    const log = new LinkLog();
    const begunAt = clock.now();
    const transport = await dial(target, {
      tls,
      signal,
      clock,
      random,
      network: overhear(network, greeting),
      handshakeTimeout: timeout,
      settingsTimeout: Infinity,
      maxWindowSize: WINDOW,
      memoryQuota: MEMORY,
      onEvent: log.note,
    });
    return new Link(transport, greeting, log, begunAt, setup);
  }

  /** PINGs since the server has cleared its strikes, as far as that is seen. */
  get pingsInRow(): number {
    const { settings, windowUpdates } = this.greeting;
    const isCleared = windowUpdates !== this.#windowUpdates &&
      clearsOnWindowUpdate(settings);
    this.#windowUpdates = windowUpdates;
    if (isCleared) this.#pingsInRow = 0;
    return this.#pingsInRow;
  }

  /** Response headers came: what was not there before is kept. */
  noteHeaders(headers: readonly HeaderField[]): void {
    for (const field of headers) {
      if (this.headers.length >= MOST_HEADERS) return;
      if (this.headers.every(([name]) => name !== field[0])) {
        this.headers.push(field);
      }
    }
  }

  /** Milliseconds after which all that the server writes has come. */
  get settle(): number {
    return SETTLE + 2 * this.#slowestRtt;
  }

  /** Milliseconds of the fastest answer to a PING; `Infinity` before it. */
  get fastestRtt(): number {
    return this.#fastestRtt;
  }

  /**
   * Sends a PING, and waits for its answer and for what may follow that: grpc-go
   * acknowledges a PING before it says that it was one too many.
   *
   * @param settle Milliseconds to wait for that.
   * @throws The reason of the signal, if that is aborted.
   */
  async ping(settle: number = SETTLE): Promise<PingOutcome> {
    const { clock, signal, timeout } = this.setup;
    const { end } = this.log;
    this.lastPingAt = clock.now();
    this.#pingsInRow = this.pingsInRow + 1;
    if (this.firstPingAt < 0) this.firstPingAt = this.lastPingAt;
    const answer = this.transport.ping().then(
      (rtt): PingOutcome => ({ kind: "answered", rtt }),
      () => end,
    );
    const first = await firstOf(
      clock,
      timeout,
      signal,
      Promise.race([end, answer]),
    );
    if (first === undefined) return { kind: "silent" };
    if (first.kind !== "answered") return first;
    this.#slowestRtt = Math.max(this.#slowestRtt, first.rtt);
    this.#fastestRtt = Math.min(this.#fastestRtt, first.rtt);
    return await firstOf(clock, settle, signal, end) ?? first;
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.close();
  }
}
