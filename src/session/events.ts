import type {
  ConnectionEvent,
  GoawayEvent,
  PingEvent,
  SettingsEvent,
  StreamErrorEvent,
} from "../connection/mod.ts";
import type { CloseReason } from "./close_reason.ts";

/**
 * What happened to a session: the events of its connection as they were made
 * there, and its own. `at` is milliseconds of its clock.
 */
export type SessionEvent = ConnectionEvent | KeepaliveEvent | LifecycleEvent;

/** PINGs and what they tell. */
export type KeepaliveEvent =
  | PingEvent
  | { readonly at: number }
    & (
      /**
       * A PING of the peer came too early: strike number `strikes`, where more
       * than `limit` end the connection (0 is no limit).
       */
      | {
        readonly type: "ping-strike";
        readonly strikes: number;
        readonly limit: number;
      }
      /** No stream is active: keepalive sleeps until one opens. */
      | { readonly type: "keepalive-dormant" }
      /** A stream was opened: keepalive runs again. */
      | { readonly type: "keepalive-woken" }
      /** Nothing was read for the keepalive timeout; the close follows. */
      | {
        readonly type: "keepalive-timeout";
        /** Milliseconds since the last read. */
        readonly silence: number;
      }
      /**
       * A write has waited for 50 ms or more, as the send buffer of the socket is
       * full: the peer, or the network, takes nothing.
       */
      | {
        readonly type: "write-stalled";
        /** Milliseconds for which it has waited so far. */
        readonly waited: number;
      }
      /** The socket took it after all. */
      | {
        readonly type: "write-resumed";
        /** Milliseconds for which it has waited. */
        readonly waited: number;
      }
      /** The machine slept, or its clock was set forward. */
      | {
        readonly type: "suspended";
        /** Milliseconds slept. */
        readonly slept: number;
      }
      /**
       * What was due was done 50 ms too late or more: the process was busy, or
       * stopped.
       */
      | {
        readonly type: "timer-late";
        /** Milliseconds by which it was late. */
        readonly lag: number;
      }
      /**
       * The server has told its enforcement policy, with SETTINGS for this hop
       * or with metadata from end to end, and is sent no more PINGs than that.
       */
      | {
        readonly type: "keepalive-policy";
        readonly source: "settings" | "metadata";
        /** Milliseconds that must lie between two PINGs. */
        readonly minTime: number;
        /** Whether it permits PINGs while no call is active. */
        readonly permitWithoutStream: boolean;
        /** Milliseconds of silence that the path bears; `Infinity`: not told. */
        readonly idleLimit: number;
        /** Milliseconds of the interval that is in force from now on. */
        readonly time: number;
        /** A sentence for each thing that people should know. */
        readonly findings: readonly string[];
      }
    );

/** From the handshake to the end. */
export type LifecycleEvent =
  | SettingsEvent
  | GoawayEvent
  | StreamErrorEvent
  | { readonly at: number }
    & (
      /** An option was adjusted. */
      | { readonly type: "warning"; readonly message: string }
      /** The connection ended; the last event. */
      | { readonly type: "closed"; readonly reason: CloseReason }
    );

/** Kinds of events that only inform: they are made for those who want them. */
export type InformingEventType =
  | KeepaliveEvent["type"]
  | "settings-acked"
  | "goaway-sent"
  | "stream-error";
