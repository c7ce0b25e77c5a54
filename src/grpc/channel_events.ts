/**
 * What happens to a channel and to its subchannels, which are its connections
 * to one address each: what channelz traces and the metrics of gRFC A94 are made
 * of.
 *
 * @module
 * @see https://github.com/grpc/proposal/blob/master/A94-subchannel-otel-metrics.md
 */
import type { SessionState } from "../session/mod.ts";
import type { ConnectivityState } from "./connectivity_state.ts";

/** What happens to a channel, told apart by `type`. */
export type ChannelEvent =
  & {
    /** Milliseconds of the channel's clock. */
    readonly at: number;
    /** The channel. */
    readonly channelId: number;
    /** What the channel leads to, as its maker wrote it. */
    readonly target: string;
  }
  & (
    /** The channel has another state. */
    | {
      readonly type: "channel-state";
      readonly state: ConnectivityState;
      /** What led to it, for people. */
      readonly reason: string;
    }
    /** The resolver has found addresses, which replace those before. */
    | { readonly type: "resolved"; readonly addresses: readonly string[] }
    /** It has found none; those before stay in use. */
    | { readonly type: "resolution-failed"; readonly error: Error }
    | (
      & {
        readonly subchannelId: number;
        /** The address of the subchannel, as `dial` takes it. */
        readonly address: string;
      }
      & (
        /** A subchannel has another state. */
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
          /** Whether it is encrypted and its server has a certificate. */
          readonly isSecure: boolean;
          /** Milliseconds since the attempt began. */
          readonly duration: number;
        }
        /** It failed, or was given up. */
        | {
          readonly type: "connect-failed";
          /** Whether it was given up, as another came first or no call waits. */
          readonly isGivenUp: boolean;
          readonly error: Error;
          /** Milliseconds since it began. */
          readonly duration: number;
        }
        /** The next attempt has to wait. */
        | {
          readonly type: "backoff";
          /** Attempts that failed in a row. */
          readonly failures: number;
          /** When the next one may begin, on the channel's clock. */
          readonly until: number;
        }
        /** The connection takes no new calls any more. */
        | {
          readonly type: "disconnected";
          readonly connectionId: number;
          /** Where the connection stands: what retires it, or has ended it. */
          readonly state: SessionState;
          /** What either end said or did, for people. */
          readonly reason: string;
        }
        /**
         * The server is overdue on the connection, and so are most others: this
         * end may be to blame. New calls wait until it answers, another
         * connection is made, or the time is over.
         */
        | {
          readonly type: "suspicion-held";
          readonly connectionId: number;
          readonly reason: string;
          /** When it is suspected at the latest, on the channel's clock. */
          readonly until: number;
        }
        /** The server is overdue on the connection: new calls go elsewhere. */
        | {
          readonly type: "suspected";
          readonly connectionId: number;
          readonly reason: string;
        }
        /**
         * What became of that: it answered and is used again, or another
         * connection took its place, or it ended before either.
         */
        | {
          readonly type: "suspicion-ended";
          readonly connectionId: number;
          readonly outcome: "recovered" | "replaced" | "lost";
          /** Milliseconds for which it was suspected. */
          readonly duration: number;
        }
      )
    )
  );
