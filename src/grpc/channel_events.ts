/**
 * What happens to a channel and to its subchannels, which are its connections
 * to one address each: what channelz traces and the metrics of gRFC A94 are made
 * of.
 *
 * @module
 * @see https://github.com/grpc/proposal/blob/master/A94-subchannel-otel-metrics.md
 */
import type { ConnectivityState } from "./connectivity_state.ts";

/** What happens to a channel, told apart by `type`. */
export type ChannelEvent =
  & {
    /** Milliseconds of the channel's clock. */
    readonly at: number;
    /** The channel. */
    readonly channelId: number;
  }
  & (ChannelStateEvent | ResolutionEvent | SubchannelEvent | SuspicionEvent);

/** The state of the channel. */
export type ChannelStateEvent = {
  readonly type: "channel-state";
  readonly state: ConnectivityState;
  /** What led to it, for people. */
  readonly reason: string;
};

/** What the resolver finds. */
export type ResolutionEvent =
  /** Addresses, which replace those before. */
  | {
    readonly type: "resolved";
    readonly addresses: readonly string[];
  }
  /** None could be found; those before stay in use. */
  | { readonly type: "resolution-failed"; readonly error: Error };

/** What happens to a subchannel. */
export type SubchannelEvent =
  & {
    readonly subchannelId: number;
    /** The address, as `dial` takes it. */
    readonly address: string;
  }
  & (
    /** Another state. */
    | {
      readonly type: "subchannel-state";
      readonly state: ConnectivityState;
      /** What led to it, for people. */
      readonly reason: string;
    }
    /** An attempt to connect began. */
    | { readonly type: "connect-started" }
    /** It came to a connection: the SETTINGS of the server have arrived. */
    | {
      readonly type: "connected";
      /** The connection: `Transport.id`. */
      readonly connectionId: number;
      /** Milliseconds since the attempt began. */
      readonly duration: number;
    }
    /** It failed, or was given up. */
    | {
      readonly type: "connect-failed";
      readonly error: Error;
      /** Milliseconds since it began. */
      readonly duration: number;
    }
    /** The connection takes no new calls any more. */
    | {
      readonly type: "disconnected";
      readonly connectionId: number;
      /** What the other end said or did, for people. */
      readonly reason: string;
    }
    /** The next attempt has to wait. */
    | {
      readonly type: "backoff";
      /** Failures in a row. */
      readonly failures: number;
      /** When the next attempt may begin, on the channel's clock. */
      readonly until: number;
    }
  );

/** Trust in the connection of a subchannel. */
export type SuspicionEvent =
  & {
    readonly subchannelId: number;
    readonly address: string;
    /** The connection: `Transport.id`. */
    readonly connectionId: number;
  }
  & (
    /** It is overdue: new calls go elsewhere. */
    | { readonly type: "suspected"; readonly reason: string }
    /**
     * What became of it: it answered and is used again, or another took its
     * place, or it ended before either.
     */
    | {
      readonly type: "suspicion-ended";
      readonly outcome: "recovered" | "replaced" | "lost";
      /** Milliseconds for which it was suspected. */
      readonly duration: number;
    }
  );
