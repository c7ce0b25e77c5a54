import {
  CLIENT_KEEPALIVE_KEYS,
  type ClientKeepaliveOptions,
} from "../../keepalive/mod.ts";
import { requireKnownKeys } from "../../options/mod.ts";
import { clientParameters } from "../../session/mod.ts";

/**
 * Milliseconds of the default interval, drawn once per channel. No server with
 * gRPC's defaults strikes PINGs that are five minutes apart, and two of them are
 * never closer than the interval, which begins with the answer to the first.
 * Load balancers that forget after 340 (AWS Global Accelerator) or 350 seconds
 * (AWS NLB) see one in time, 15 seconds of lag and retransmission included.
 */
export const DEFAULT_TIME = { from: 300_500, to: 325_000 };

/** The keepalive that the next connection of a channel gets. */
export interface KeepaliveInForce {
  /** Milliseconds without a read after which a PING is sent. */
  readonly time: number;
  /** Milliseconds after that PING until the connection is closed. */
  readonly timeout: number;
  /** Whether PINGs are sent while no call is active. */
  readonly permitWithoutStream: boolean;
  /** How often servers have said that there were too many PINGs. */
  readonly tooManyPings: number;
}

/**
 * The keepalive of a channel, which slows down when a server asks for it
 * ({@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8}).
 */
export class ChannelKeepalive {
  readonly #options: Readonly<Required<ClientKeepaliveOptions>>;
  /** A sentence for each value that was adjusted. */
  readonly warnings: readonly string[];
  #time: number;
  #tooManyPings = 0;

  /**
   * Checks the options.
   *
   * @param random A number from 0 to 1 that decides the default interval.
   * @throws {TypeError} If a key is unknown.
   * @throws {RangeError} If a value is not allowed.
   */
  constructor(options: ClientKeepaliveOptions = {}, random: number) {
    const { from, to } = DEFAULT_TIME;
    const time = Math.round(from + random * (to - from));
    requireKnownKeys("the keepalive options", options, CLIENT_KEEPALIVE_KEYS);
    const { keepalive, warnings } = clientParameters({
      keepalive: options.time === undefined ? { ...options, time } : options,
    });
    this.#options = keepalive;
    this.warnings = warnings;
    this.#time = keepalive.time;
  }

  /** What the next connection gets. */
  get options(): Required<ClientKeepaliveOptions> {
    return { ...this.#options, time: this.#time };
  }

  /** The same, and why it is so. */
  get inForce(): KeepaliveInForce {
    const { timeout, permitWithoutStream } = this.#options;
    return {
      time: this.#time,
      timeout,
      permitWithoutStream,
      tooManyPings: this.#tooManyPings,
    };
  }

  /**
   * A server ended a connection over too many PINGs: all later connections of
   * the channel wait at least twice as long as that one did (gRFC A8).
   *
   * @param time The interval of that connection, in milliseconds.
   * @returns Whether anything has changed.
   */
  slowDown(time: number): boolean {
    this.#tooManyPings++;
    const before = this.#time;
    this.#time = Math.max(before, 2 * time);
    return this.#time !== before;
  }
}
