/**
 * What happens to calls, at both ends: what the metrics of gRFC A66, A78, A96
 * and the spans of gRFC A72 are made of.
 *
 * @module
 * @see https://github.com/grpc/proposal/blob/master/A66-otel-stats.md
 * @see https://github.com/grpc/proposal/blob/master/A72-open-telemetry-tracing.md
 */

/**
 * Who ended an attempt, or the call of a server: the other end with a status or
 * RST_STREAM, this end, or the loss of the connection.
 */
export type EndedBy = "peer" | "local" | "connection";

/** How a call or an attempt ended. */
export interface CallEnd {
  /** The status code, see `Status`. */
  readonly status: number;
  /** The status message; empty for OK. */
  readonly statusMessage: string;
  /** Milliseconds since it began. */
  readonly duration: number;
}

/** The messages of an attempt, or of the call of a server. */
export interface MessageSums {
  /** Messages that were handed to the stream. */
  readonly messagesSent: number;
  /** Messages that have come, read or not. */
  readonly messagesReceived: number;
  /**
   * Octets of the messages sent, after compression; without the five octets
   * before each, and without frames.
   */
  readonly octetsSent: number;
  /** Octets of the messages received, before decompression, in the same way. */
  readonly octetsReceived: number;
}

/** What happens to calls, told apart by `type`; first those of a client. */
export type CallEvent =
  /** A call began; interceptors have seen it before. */
  | {
    readonly type: "call-started";
    /** Milliseconds of the channel's clock, as in all these events. */
    readonly at: number;
    /** The channel. */
    readonly channelId: number;
    /** The call: one number for all events of it. */
    readonly callId: number;
    /** The path, such as `/helloworld.Greeter/SayHello`. */
    readonly method: string;
    /** What the channel leads to, as its maker wrote it. */
    readonly target: string;
    /** Whether the client sends a stream of messages. */
    readonly requestStream: boolean;
    /** Whether the server sends a stream of messages. */
    readonly responseStream: boolean;
    /**
     * Reads the metadata of the request: the values of a key as they travel,
     * octets as base64 without padding. A function, so that who prints or stores an
     * event has none of it unasked; to be called while the event is told.
     */
    readonly metadata?: (key: string) => readonly string[];
  }
  /** An attempt at the call began, and looks for a connection. */
  | {
    readonly type: "attempt-started";
    readonly at: number;
    readonly callId: number;
    readonly attemptId: number;
    /** From 1 on, transparent attempts included. */
    readonly number: number;
    /**
     * Why it is made: `"transparent"` as no server has seen the one before,
     * `"policy"` as the retry policy allows it (gRFC A6).
     */
    readonly cause: "first" | "transparent" | "policy";
    /** Attempts that a server may have seen: `grpc-previous-rpc-attempts`. */
    readonly previousAttempts: number;
  }
  /** Its stream was opened. An attempt that found no connection has none. */
  | {
    readonly type: "attempt-picked";
    readonly at: number;
    readonly callId: number;
    readonly attemptId: number;
    /** Milliseconds that it waited for a connection, or for room on one. */
    readonly delay: number;
    /** The address of the server as text. */
    readonly peer: string;
    /** The connection: `Transport.id`. */
    readonly connectionId: number;
    readonly streamId: number;
  }
  /** The attempt ended; the call may have another. */
  | (
    & {
      readonly type: "attempt-ended";
      readonly at: number;
      readonly callId: number;
      readonly attemptId: number;
      readonly by: EndedBy;
    }
    & CallEnd
    & MessageSums
  )
  /** The call ended, with the status that its caller reads. */
  | (
    & {
      readonly type: "call-ended";
      readonly at: number;
      readonly callId: number;
      /** Attempts by the retry policy, the first not among them. */
      readonly retries: number;
      /** Attempts that no server can tell from the one before. */
      readonly transparentRetries: number;
      /** Milliseconds in which no attempt was made, as the policy has it. */
      readonly retryDelay: number;
    }
    & CallEnd
  )
  /**
   * Both ends have agreed on heartbeats: at a client as the response headers
   * come, at a server as they are sent.
   */
  | {
    readonly type: "heartbeat-agreed";
    readonly at: number;
    readonly callId: number;
    /** The attempt, at a client, as in the next one. */
    readonly attemptId?: number;
    /** Milliseconds of silence after which an end sends one. */
    readonly interval: number;
  }
  /** A heartbeat was handed to the stream, or has come: it is no message. */
  | {
    readonly type: "heartbeat-sent" | "heartbeat-received";
    readonly at: number;
    readonly callId: number;
    readonly attemptId?: number;
  }
  /** At a server: the headers of a call have come. */
  | {
    readonly type: "server-call-started";
    /** Milliseconds of the server's clock, as in all these events. */
    readonly at: number;
    /** The server. */
    readonly serverId: number;
    /** The call: one number for all events of it. */
    readonly callId: number;
    /** The path, as the client sent it. */
    readonly method: string;
    /**
     * Whether that is a method of the server; what is not may be anything, and
     * is `other` in metrics.
     */
    readonly isKnown: boolean;
    /** Whether the client sends a stream of messages; as far as it is known. */
    readonly requestStream: boolean;
    /** Whether the server sends a stream of messages; as far as it is known. */
    readonly responseStream: boolean;
    /** The address of the client as text. */
    readonly peer: string;
    /** The connection: `Transport.id`. */
    readonly connectionId: number;
    readonly streamId: number;
    /** Reads the metadata that has come, as for `call-started`. */
    readonly metadata?: (key: string) => readonly string[];
  }
  /**
   * At a server: the call ended, with the status that was sent, or would have
   * been: also if its handler goes on.
   */
  | (
    & {
      readonly type: "server-call-ended";
      readonly at: number;
      readonly callId: number;
      readonly by: EndedBy;
    }
    & CallEnd
    & MessageSums
  );

/** A message was handed to the stream of a call, or taken from it. */
export interface CallMessageEvent {
  /** Which way it went. */
  readonly type: "message-sent" | "message-received";
  /** Milliseconds of the clock of the channel or the server. */
  readonly at: number;
  /** The call. */
  readonly callId: number;
  /** The attempt, at a client. */
  readonly attemptId?: number;
  /** From 0 on, for each way. */
  readonly sequence: number;
  /** Octets of the message, without compression. */
  readonly size: number;
  /** The same as it travels, without the five octets before it. */
  readonly sizeOnWire: number;
}
