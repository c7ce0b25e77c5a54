import {
  CLIENT_KEEPALIVE_KEYS,
  type ClientKeepaliveOptions,
  LARGEST_ADVERTISED_TIME,
} from "../../keepalive/mod.ts";
import { requireOptionKeys } from "../../options/mod.ts";
import { type Clock, systemClock } from "../../runtime/mod.ts";
import { clientParameters, type SessionPolicy } from "../../session/mod.ts";
import { type KeepaliveStore, StoreClient } from "./keepalive_store.ts";
import type { LearnedKeepalive } from "./learned_floor.ts";
import { Learning } from "./learning.ts";
import {
  ADDRESS_POLICIES,
  type AddressKeepalive,
  type AddressPolicies,
  type KeepaliveSource,
  withPolicy,
} from "./address_policies.ts";

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
  /** Where `time` comes from; servers may advertise more, see `addresses`. */
  readonly source: KeepaliveSource;
  /**
   * The smallest interval in milliseconds that was learned of
   * `too_many_pings`, for all addresses of the channel; 0 for none.
   */
  readonly floor: number;
  /** When `time` came into force, in milliseconds since 1970. */
  readonly since: number;
  /** The same of each address that the channel has connected to. */
  readonly addresses: readonly AddressKeepalive[];
}

/** Keepalive of a channel: that of a connection, and what it learns. */
export interface ChannelKeepaliveOptions extends ClientKeepaliveOptions {
  /**
   * Keeps what was learned of `too_many_pings` beyond the life of the channel;
   * without it, each channel begins anew. No other stack has this.
   */
  learned?: KeepaliveStore;
}

/**
 * The keepalive of a channel, which slows down when a server asks for it
 * ({@link https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md | gRFC A8}).
 */
export class ChannelKeepalive {
  readonly #options: Readonly<Required<ClientKeepaliveOptions>>;
  /** A sentence for each value that was adjusted. */
  readonly warnings: readonly string[];
  #addresses: AddressPolicies;
  readonly #clock: Clock;
  /** Made when a server complains, or with what keeps it beyond the channel. */
  #learning: Learning | undefined;
  #since: number;

  /**
   * Checks the options.
   *
   * @param random A number from 0 to 1 that decides the default interval.
   * @throws {TypeError} If a key is unknown.
   * @throws {RangeError} If a value is not allowed.
   */
  constructor(
    given: ChannelKeepaliveOptions = {},
    random: number,
    clock: Clock = systemClock,
    authority: string = "",
  ) {
    const { from, to } = DEFAULT_TIME;
    const time = Math.round(from + random * (to - from));
    requireOptionKeys("the keepalive options", given, [
      ...CLIENT_KEEPALIVE_KEYS,
      "learned",
    ]);
    const { learned, ...options } = given;
    const store = learned === undefined
      ? undefined
      : new StoreClient(learned, authority);
    const { keepalive, warnings } = clientParameters({
      keepalive: options.time === undefined ? { ...options, time } : options,
    });
    this.#options = keepalive;
    this.warnings = warnings;
    this.#clock = clock;
    this.#since = clock.wall();
    if (store === undefined) return;
    this.#learning = new Learning(clock, store);
    this.#learning.load(({ since }) => this.#since = since);
  }

  get #time(): number {
    return Math.max(this.#options.time, this.#learned?.floor ?? 0);
  }

  get #learned(): LearnedKeepalive | undefined {
    return this.#learning?.learned;
  }

  /** What the first connection waits for: what was learned before. */
  get loading(): Promise<void> | undefined {
    return this.#learning?.loading;
  }

  /** What the next connection gets. */
  get options(): Required<ClientKeepaliveOptions> {
    return { ...this.#options, time: this.#time };
  }

  /** What the next connection to an address gets. */
  optionsFor(address: string): Required<ClientKeepaliveOptions> {
    const { options } = this;
    const policy = ADDRESS_POLICIES.get(this.#addresses, address)
      ?.metadata;
    if (policy === undefined || options.time === Infinity) return options;
    const asked = Math.min(policy.minTime, LARGEST_ADVERTISED_TIME);
    return {
      ...options,
      time: Math.max(options.time, asked),
      permitWithoutStream: options.permitWithoutStream &&
        policy.permitWithoutStream,
    };
  }

  /** The policy of a connection to an address is known, or better known. */
  note(address: string, policy: SessionPolicy): void {
    const own = { time: this.#time, source: this.#source };
    const wall = this.#clock.wall();
    this.#addresses = withPolicy(this.#addresses, address, policy, own, wall);
  }

  /** The same, and why it is so. */
  get inForce(): KeepaliveInForce {
    const { timeout, permitWithoutStream } = this.#options;
    return {
      time: this.#time,
      timeout,
      permitWithoutStream,
      tooManyPings: this.#learning?.tooManyPings ?? 0,
      source: this.#source,
      floor: this.#learned?.floor ?? 0,
      since: this.#since,
      addresses: [...ADDRESS_POLICIES.values(this.#addresses)],
    };
  }

  get #source(): KeepaliveSource {
    return this.#time > this.#options.time ? "learned" : "option";
  }

  /**
   * A server ended a connection over too many PINGs: all later connections of
   * the channel wait at least twice as long as that one did (gRFC A8), up to two
   * hours.
   *
   * @param time The interval of that connection, in milliseconds.
   * @returns Whether anything has changed.
   */
  slowDown(time: number): boolean {
    const learning = this.#learning ??= new Learning(this.#clock, undefined);
    learning.tooManyPings++;
    return this.#change((wall) => learning.raise(time, wall));
  }

  /**
   * A PING of keepalive was answered: what was learned is lowered after a week
   * of that.
   *
   * @param connection Knows its interval, which is looked at when it matters.
   */
  answered(connection: { readonly policy: { readonly time: number } }): void {
    if (this.#learned === undefined) return;
    const { time } = connection.policy;
    const own = this.#options.time;
    this.#change((wall) => this.#learning?.heard(time, own, wall));
    this.#learning?.saveRarely();
  }

  /**
   * Tries a lower interval with the next connection, if one was learned.
   *
   * @returns Whether anything has changed.
   */
  lower(): boolean {
    const own = this.#options.time;
    return this.#change((wall) => this.#learning?.lower(own, wall));
  }

  #change(change: (wall: number) => void): boolean {
    const before = { time: this.#time, floor: this.#learned?.floor };
    const wall = this.#clock.wall();
    change(wall);
    if (before.floor !== this.#learned?.floor) this.#learning?.save();
    if (before.time === this.#time) return false;
    this.#since = wall;
    return true;
  }
}
