import type {
  CallEvent,
  ChannelEvent,
  ConnectionRecording,
} from "../grpc/mod.ts";

/** What happened to a channel, as far as it is remembered. */
export interface ChannelRecording {
  /** Tells it from that of a connection. */
  readonly type: "channel";
  /** Its number. */
  readonly id: number;
  /** What is to be added to a time of it for milliseconds since 1970. */
  readonly wallOffset: number;
  /** Events before the first one that are no longer there. */
  readonly forgotten: number;
  /**
   * What happened, oldest first; of calls, attempts after the first, and deadlines
   * that passed without an answer.
   */
  readonly events: readonly (ChannelEvent | CallEvent)[];
}

/** What a recorder remembers of a connection or of a channel. */
export type Recording = ConnectionRecording | ChannelRecording;
