import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";
import {
  type ChannelStamp,
  eventsIn,
  pushEvent,
  removeFirst,
} from "./channel_codec.ts";
import { cut } from "./notes.ts";
import type { ChannelRecording } from "./recording.ts";

/** The longest list of addresses that is kept whole. */
const MAX_ADDRESSES = 64;

/**
 * The last events of a channel, one behind the other in two arrays: as objects of
 * their own, those of one connection take three times as much.
 */
export class ChannelLog implements ChannelStamp {
  readonly channelId: number;
  readonly target: string;
  subchannelId: number | undefined;
  address: string | undefined;
  readonly #most: number;
  #numbers: number[] = [];
  #others: unknown[] = [];
  #held = 0;
  #forgotten = 0;

  /** Starts empty, and keeps so many events. */
  constructor({ channelId, target }: ChannelStamp, most: number) {
    this.channelId = channelId;
    this.target = target;
    this.#most = most;
  }

  /** Adds an event; a text that is very long is cut, and the oldest event may go. */
  add(event: ChannelEvent | CallEvent): void {
    const row = { numbers: this.#numbers, others: this.#others };
    if (this.#held === this.#most) {
      removeFirst(row);
      this.#held--;
      this.#forgotten++;
    }
    if (this.subchannelId === undefined && "subchannelId" in event) {
      this.subchannelId = event.subchannelId;
      this.address = event.address;
    }
    pushEvent(row, shortened(event), this);
    this.#held++;
    if (event.type === "channel-state" && event.state === "READY") this.#fit();
  }

  /** A channel that is ready may wait for long: nothing is kept to spare. */
  #fit(): void {
    this.#numbers = this.#numbers.slice();
    this.#others = this.#others.slice();
  }

  /** All of it as it is now. */
  recording(wallOffset: number): ChannelRecording {
    const row = { numbers: this.#numbers, others: this.#others };
    return {
      type: "channel",
      id: this.channelId,
      wallOffset,
      forgotten: this.#forgotten,
      events: [...eventsIn(row, this)],
    };
  }
}

/** The same event without very long texts and lists. */
export function shortened<Event extends ChannelEvent | CallEvent>(
  event: Event,
): Event {
  if ("reason" in event && cut(event.reason) !== event.reason) {
    return { ...event, reason: cut(event.reason) };
  }
  if ("addresses" in event && event.addresses.length > MAX_ADDRESSES) {
    return { ...event, addresses: event.addresses.slice(0, MAX_ADDRESSES) };
  }
  return event;
}
