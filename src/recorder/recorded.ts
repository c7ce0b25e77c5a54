import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";
import { booleanOption } from "../options/mod.ts";
import { reportFault } from "../runtime/mod.ts";
import type { InformingEventType } from "../session/mod.ts";
import type {
  ConnectionRecorder,
  Transport,
  TransportEvent,
} from "../transport/mod.ts";
import type { Recorder } from "./recorder.ts";

/**
 * The events that are made for a recorder where nobody else watches. A PING of the
 * other end is none of them: it may send as many as it likes, and those that come
 * too early are strikes.
 */
const RECORDED: readonly InformingEventType[] = [
  "goaway-sent",
  "keepalive-dormant",
  "keepalive-policy",
  "keepalive-timeout",
  "keepalive-woken",
  "ping-acked",
  "ping-sent",
  "ping-strike",
  "settings-acked",
  "stream-error",
  "suspended",
  "timer-late",
  "write-resumed",
  "write-stalled",
];

/** What a channel or a server tells the recorder that it has. */
export interface Recorded extends ConnectionRecorder {
  /** Takes the events of the channel. */
  channel(event: ChannelEvent): void;
  /** Takes those of its calls: retries, and deadlines without an answer. */
  call(channelId: number, event: CallEvent): void;
}

/**
 * What is to be told to the recorder of a channel or a server; `undefined` if it
 * is turned off. A fault of the recorder is reported, and takes nobody the event
 * who is told after it.
 *
 * @param isWanted The option `recorder`; on by default.
 * @throws {TypeError} If that is no boolean.
 */
export function recordedBy(
  recorder: Recorder,
  isWanted: boolean | undefined,
): Recorded | undefined {
  if (!booleanOption("recorder", isWanted, true)) return undefined;
  return new Guarded(recorder);
}

class Guarded implements Recorded {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get wanted(): readonly InformingEventType[] {
    return RECORDED;
  }

  connection(event: TransportEvent, transport: Transport): void {
    try {
      this.#recorder.connection(event, transport);
    } catch (error) {
      reportFault(error);
    }
  }

  channel(event: ChannelEvent): void {
    try {
      this.#recorder.channel(event);
    } catch (error) {
      reportFault(error);
    }
  }

  call(channelId: number, event: CallEvent): void {
    try {
      this.#recorder.callOf(channelId, event);
    } catch (error) {
      reportFault(error);
    }
  }
}
