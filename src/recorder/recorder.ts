import { LateMap } from "../collections/mod.ts";
import {
  type CallEvent,
  type ChannelEvent,
  type ConnectionRecording,
  keepRecording,
  type Observer,
} from "../grpc/mod.ts";
import { type Clock, loopWatch, systemClock } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { CallLog, isNotable } from "./call_log.ts";
import { ChannelLog } from "./channel_log.ts";
import {
  type ConnectionIdentity,
  ConnectionRecord,
} from "./connection_record.ts";
import { EventTimes } from "./event_times.ts";
import { Incidents, isIncident } from "./incidents.ts";
import { LagToConnections } from "./lag_to_connections.ts";
import { Past } from "./past.ts";
import { PingNumbers } from "./ping_numbers.ts";
import type { ChannelRecording, Recording } from "./recording.ts";
import {
  type RecorderOptions,
  recorderParameters,
} from "./recorder_options.ts";
import { type RecorderStats, spreadOf } from "./stats.ts";

/** The largest part by which the times of all connections are off. */
const MERGED_ERROR = 0.02;

const NONE: readonly ConnectionRecord[] = [];

/** A connection that is open: what it says of itself is looked up when wanted. */
class Open implements ConnectionIdentity {
  readonly record: ConnectionRecord;
  readonly transport: Transport;
  readonly wallOffset: number;

  constructor(transport: Transport, events: number) {
    const { clock } = transport;
    const now = clock.now();
    this.transport = transport;
    this.wallOffset = clock.wall() - now;
    this.record = new ConnectionRecord(this, events, now);
  }

  get id(): number {
    return this.transport.id;
  }

  get role(): "client" | "server" {
    return this.transport.role;
  }

  get peer(): string {
    return this.transport.peer;
  }
}

/**
 * The flight recorder: an observer that remembers the last events of each
 * connection and each channel, of the open ones and of the last that ended, and
 * keeps numbers. It takes some kilobytes for each connection, however long that lives.
 *
 * One may watch several channels and servers of a process.
 *
 * @example What happened before a call failed
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { Recorder } from "@keepalive/grpc/observe";
 *
 * const recorder = new Recorder();
 * await using channel = new Channel("localhost:50051", { observer: recorder });
 * // … and when something has failed:
 * for (const recording of recorder.recordings()) {
 *   for (const event of recording.events) console.log(event.at, event.type);
 * }
 * ```
 */
export class Recorder implements Observer {
  /** Takes the events of calls, if calls are recorded. */
  readonly call: ((event: CallEvent) => void) | undefined;
  readonly #events: number;
  readonly #kept: number;
  readonly #open = new LateMap<number, Open>();
  readonly #channels = new LateMap<number, ChannelLog>();
  readonly #calls: CallLog | undefined;
  /** The PINGs of all connections, once the first has ended, or there was a second. */
  #pings: PingNumbers | undefined;
  /**
   * The times of all connections, once there was a second, or the ring of the
   * first has not all of its events.
   */
  #times: EventTimes | undefined;
  /** Made with the first end. */
  #past: Past | undefined;
  /** Made with the first one. */
  #incidents: Incidents | undefined;
  readonly #lagListener = new LagToConnections(this, this.#open);
  #clock: Clock;
  #wallOffset: number | undefined;

  /**
   * Remembers nothing yet.
   *
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  constructor(options: RecorderOptions = {}) {
    const { events, ended, calls, clock } = recorderParameters(options);
    this.#events = events;
    this.#kept = ended;
    this.#clock = clock;
    if (!calls) return;
    const log = new CallLog(this.#events);
    this.#calls = log;
    this.call = (event) => {
      const channelId = log.channelOf(event.callId);
      if (channelId !== undefined) this.callOf(channelId, event);
      log.note(event);
    };
  }

  /** Takes an event of a connection. */
  connection(event: TransportEvent, transport: Transport): void {
    const { record } = this.#open.get(transport.id) ?? this.#begin(transport);
    if (event.type === "timer-late" && record.hasLag(event)) return;
    const out = record.pingsOut;
    if (!record.hasRoomFor(event)) this.#times ??= this.#timesSoFar();
    this.#times?.note(event);
    record.record(event);
    this.#countPing(event, record, out);
    this.#noteIncident(event);
    if (event.type !== "closed") return;
    const { at, reason } = event;
    this.#end(record, transport, at);
    keepRecording(reason, () => record.recording(at, undefined));
  }

  /** Takes an event of a channel. */
  channel(event: ChannelEvent): void {
    const { channelId } = event;
    this.#channelLog(channelId, event.target)?.add(event);
    this.#noteIncident(event);
    if (event.type !== "channel-state" || event.state !== "SHUTDOWN") return;
    const gone = this.#ensurePast().channelClosed(channelId);
    if (gone !== undefined) this.#channels.delete(gone);
  }

  /**
   * Takes an event of a call of a channel: an attempt that is not the first, and
   * one that ended at its deadline with nothing read, are kept with the events of
   * the channel, others are passed over.
   */
  callOf(channelId: number, event: CallEvent): void {
    if (isNotable(event)) this.#channelLog(channelId, "")?.add(event);
  }

  /**
   * What is remembered at this moment: first of the channels, then of the
   * connections in the order in which they began. It is plain data.
   */
  recordings(): Recording[] {
    const clock = this.#clock;
    const offset = this.#wallOffset ?? clock.wall() - clock.now();
    const channels: ChannelRecording[] = [...this.#channels.values()]
      .map((log) => log.recording(offset));
    return [...channels, ...this.#connections()];
  }

  /** What is remembered of one connection, by `Transport.id`. */
  recording(id: number): ConnectionRecording | undefined {
    const open = this.#open.get(id);
    if (open !== undefined) return this.#recordingOf(open.record, open);
    const ended = this.#ended.find((record) => record.id === id);
    return ended && this.#recordingOf(ended);
  }

  /** All connections together, in numbers; it is plain data. */
  stats(): RecorderStats {
    const { rtts, lags } = this.#timesSoFar();
    const now = this.#clock.now();
    const incidents = this.#incidents ?? new Incidents();
    return {
      pings: this.#pingsSoFar().stats(rtts.whole(now)),
      open: this.#open.size,
      connections: [...this.#open.values()].map(({ record, transport }) =>
        record.entry(transport.clock.now(), transport.counters())
      ),
      ...incidents.counts(),
      lag: incidents.hasLag ? spreadOf(lags.whole(now)) : undefined,
    };
  }

  /** That of a channel, unless it was forgotten: its connections end later. */
  #channelLog(channelId: number, target: string): ChannelLog | undefined {
    const known = this.#channels.get(channelId);
    if (known !== undefined || this.#past?.isForgotten(channelId)) return known;
    const log = new ChannelLog({ channelId, target }, this.#events);
    this.#channels.set(channelId, log);
    return log;
  }

  get #ended(): readonly ConnectionRecord[] {
    return this.#past?.connections ?? NONE;
  }

  #ensurePast(): Past {
    return this.#past ??= new Past(this.#kept);
  }

  #connections(): ConnectionRecording[] {
    const open = [...this.#open.values()]
      .map((each) => this.#recordingOf(each.record, each));
    return [...this.#ended.map((each) => this.#recordingOf(each)), ...open]
      .sort((a, b) => a.since - b.since || a.id - b.id);
  }

  #recordingOf(record: ConnectionRecord, open?: Open): ConnectionRecording {
    const now = (open?.transport.clock ?? this.#clock).now();
    const counters = open?.transport.counters();
    return record.recording(now, counters, this.#calls?.of(record.id));
  }

  /** As long as there was one connection, its ring has them. */
  #timesSoFar(): EventTimes {
    if (this.#times !== undefined) return this.#times;
    const times = new EventTimes(MERGED_ERROR);
    for (const record of this.#ended) record.tellTimes(times);
    for (const { record } of this.#open.values()) record.tellTimes(times);
    return times;
  }

  /** As long as there was one connection, those are its own. */
  #pingsSoFar(): PingNumbers {
    if (this.#pings !== undefined) return this.#pings;
    const [only] = this.#open.values();
    return only?.record.pings.copy() ?? new PingNumbers();
  }

  #begin(transport: Transport): Open {
    const { id, clock } = transport;
    const isFirst = this.#open.size === 0 && this.#past === undefined;
    if (!isFirst) {
      this.#times ??= this.#timesSoFar();
      this.#pings ??= this.#pingsSoFar();
    }
    const open = new Open(transport, this.#events);
    this.#wallOffset ??= open.wallOffset;
    this.#open.set(id, open);
    if (clock === systemClock) loopWatch.join(this.#lagListener);
    this.#calls?.follow(id);
    this.#clock = clock;
    return open;
  }

  #countPing(
    event: TransportEvent,
    record: ConnectionRecord,
    out: number,
  ): void {
    switch (event.type) {
      case "ping-sent":
        if (event.purpose !== "bdp") this.#pings?.sent();
        return;
      case "ping-acked":
        this.#pings?.measured(record.difference);
        if (event.purpose !== "bdp") this.#pings?.acked();
        return;
      case "keepalive-timeout":
        return this.#pings?.lost(out);
    }
  }

  #noteIncident(event: TransportEvent | ChannelEvent): void {
    if (!isIncident(event)) return;
    this.#incidents ??= new Incidents();
    this.#incidents.note(event);
  }

  #end(record: ConnectionRecord, transport: Transport, at: number): void {
    this.#pings ??= this.#pingsSoFar();
    record.end(at, transport.counters());
    this.#open.delete(record.id);
    if (this.#open.size === 0) loopWatch.leave(this.#lagListener);
    const oldest = this.#ensurePast().connectionEnded(record);
    if (oldest !== undefined) this.#calls?.forget(oldest.id);
  }
}
