import { Few, type FewOf } from "../collections/mod.ts";
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
import { ConnectionRecord } from "./connection_record.ts";
import { EventTimes } from "./event_times.ts";
import { Incidents, isIncident } from "./incidents.ts";
import {
  isAtWork,
  LagToConnections,
  type ToldLag,
} from "./lag_to_connections.ts";
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

const NONE: readonly Open[] = [];

/** What is remembered of a connection that is open. */
type Open = ConnectionRecord<Transport>;

/** Those that are open, by `Transport.id`. */
const OPEN = new Few(({ id }: Open) => id);

/** Tells a recorder of a lag: nobody else is to see its connections. */
let tellLag: (recorder: Recorder, lag: ToldLag) => void;

/** Tells all recorders of lags. */
const LAGS = new LagToConnections(
  loopWatch,
  (recorder: Recorder, lag) => tellLag(recorder, lag),
);

/** What is remembered of channels, by their numbers. */
const CHANNELS = new Few(({ channelId }: ChannelLog) => channelId);

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
  #open: FewOf<number, Open>;
  #channels: FewOf<number, ChannelLog>;
  readonly #calls: CallLog | undefined;
  /** The PINGs of all connections, once the first has ended, or there was a second. */
  #pings: PingNumbers | undefined;
  /**
   * The times of all connections, once there was a second, or the ring of the
   * first has not all of its events, or is gone.
   */
  #times: EventTimes | undefined;
  /** Made with the first end. */
  #past: Past | undefined;
  /** Made with the first one. */
  #incidents: Incidents | undefined;
  #clock: Clock;
  #wallOffset: number | undefined;

  static {
    tellLag = (recorder, lag) => {
      const only = OPEN.only(recorder.#open);
      if (only !== undefined) return recorder.#lagged(only, lag);
      for (const record of OPEN.values(recorder.#open)) {
        recorder.#lagged(record, lag);
      }
    };
  }

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
    const record = OPEN.get(this.#open, transport.id) ??
      this.#begin(transport);
    if (event.type === "timer-late" && record.hasLag(event)) return;
    if (!record.hasRoomFor(event)) this.#times ??= this.#timesSoFar();
    this.#times?.note(event);
    this.#countPing(event, record);
    record.record(event);
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
    if (gone !== undefined) {
      this.#channels = CHANNELS.without(this.#channels, gone);
    }
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
    const channels: ChannelRecording[] = [...CHANNELS.values(this.#channels)]
      .map((log) => log.recording(offset));
    return [...channels, ...this.#connections()];
  }

  /** What is remembered of one connection, by `Transport.id`. */
  recording(id: number): ConnectionRecording | undefined {
    const record = OPEN.get(this.#open, id) ??
      this.#ended.find((record) => record.id === id);
    return record && this.#recordingOf(record);
  }

  /** All connections together, in numbers; it is plain data. */
  stats(): RecorderStats {
    const { rtts, lags } = this.#timesSoFar();
    const now = this.#clock.now();
    const incidents = this.#incidents ?? new Incidents();
    return {
      pings: this.#pingsSoFar().stats(rtts.whole(now)),
      open: OPEN.size(this.#open),
      connections: [...OPEN.values(this.#open)].map((record) => {
        const transport = record.connection!;
        return record.entry(transport.clock.now(), transport.counters());
      }),
      ...incidents.counts(),
      lag: incidents.hasLag ? spreadOf(lags.whole(now)) : undefined,
    };
  }

  /** That of a channel, unless it was forgotten: its connections end later. */
  #channelLog(channelId: number, target: string): ChannelLog | undefined {
    const known = CHANNELS.get(this.#channels, channelId);
    if (known !== undefined || this.#past?.isForgotten(channelId)) return known;
    const log = new ChannelLog({ channelId, target }, this.#events);
    this.#channels = CHANNELS.with(this.#channels, log);
    return log;
  }

  get #ended(): readonly Open[] {
    return this.#past?.connections ?? NONE;
  }

  #ensurePast(): Past {
    return this.#past ??= new Past(this.#kept);
  }

  #connections(): ConnectionRecording[] {
    return [...this.#ended, ...OPEN.values(this.#open)]
      .map((each) => this.#recordingOf(each))
      .sort((a, b) => a.since - b.since || a.id - b.id);
  }

  #recordingOf(record: Open): ConnectionRecording {
    const { connection } = record;
    const now = (connection?.clock ?? this.#clock).now();
    const calls = this.#calls?.of(record.id);
    return record.recording(now, connection?.counters(), calls);
  }

  /** As long as there was one connection, its ring has them. */
  #timesSoFar(): EventTimes {
    if (this.#times !== undefined) return this.#times;
    const times = new EventTimes(MERGED_ERROR);
    for (const record of [...this.#ended, ...OPEN.values(this.#open)]) {
      for (const event of record.events()) times.note(event);
    }
    return times;
  }

  /** As long as there was one connection, those are its own. */
  #pingsSoFar(): PingNumbers {
    if (this.#pings !== undefined) return this.#pings;
    return OPEN.only(this.#open)?.tally.pings.copy() ?? new PingNumbers();
  }

  #begin(transport: Transport): Open {
    const { id, clock } = transport;
    const isFirst = this.#open === undefined && this.#past === undefined;
    if (!isFirst) {
      this.#times ??= this.#timesSoFar();
      this.#pings ??= this.#pingsSoFar();
    }
    const now = clock.now();
    const wallOffset = clock.wall() - now;
    const record = new ConnectionRecord(
      transport,
      this.#events,
      now,
      wallOffset,
    );
    this.#wallOffset ??= wallOffset;
    this.#open = OPEN.with(this.#open, record);
    if (clock === systemClock) LAGS.join(this);
    this.#calls?.follow(id);
    this.#clock = clock;
    return record;
  }

  #lagged({ connection }: Open, { event, since }: ToldLag): void {
    if (isAtWork(connection!, since)) this.connection(event, connection!);
  }

  #countPing(event: TransportEvent, record: Open): void {
    switch (event.type) {
      case "ping-sent":
        if (event.purpose !== "bdp") this.#pings?.sent();
        return;
      case "ping-acked":
        this.#pings?.measured(record.differenceTo(event.rtt));
        if (event.purpose !== "bdp") this.#pings?.acked();
        return;
      case "keepalive-timeout":
        return this.#pings?.lost(record.tally.pings.out);
    }
  }

  #noteIncident(event: TransportEvent | ChannelEvent): void {
    if (!isIncident(event)) return;
    this.#incidents ??= new Incidents();
    this.#incidents.note(event);
  }

  #end(record: Open, transport: Transport, at: number): void {
    this.#pings ??= this.#pingsSoFar();
    if (this.#kept === 0) this.#times ??= this.#timesSoFar();
    record.end(at, transport.counters());
    this.#open = OPEN.without(this.#open, record.id);
    if (this.#open === undefined) LAGS.leave(this);
    const oldest = this.#ensurePast().connectionEnded(record);
    if (oldest !== undefined) this.#calls?.forget(oldest.id);
  }
}
