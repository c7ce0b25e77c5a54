/** What a channel has done: totals that survive its connections. */
export interface ChannelCounters {
  /** Calls that began, interceptors seen from beneath; as in channelz. */
  callsStarted: number;
  /** Calls that ended with OK; as in channelz. */
  callsSucceeded: number;
  /** Calls that ended with another status; as in channelz. */
  callsFailed: number;
  /** Attempts at calls that began. */
  attemptsStarted: number;
  /** Those among them that a retry policy has made (gRFC A6). */
  retries: number;
  /** Those among them that no server can tell from the one before. */
  transparentRetries: number;
  /** Messages that were sent, those of each attempt. */
  messagesSent: number;
  /** Messages that were read. */
  messagesReceived: number;
  /** Connections that were made: SETTINGS have come (gRFC A94). */
  connectionAttemptsSucceeded: number;
  /** Attempts at a connection that failed or were given up (gRFC A94). */
  connectionAttemptsFailed: number;
  /** Connections that stopped taking calls, for whatever reason (gRFC A94). */
  disconnections: number;
  /** Times that a server was overdue and calls went elsewhere. */
  suspicions: number;
}

/** What is counted of connections. */
export type ConnectionCounters = Pick<
  ChannelCounters,
  | "connectionAttemptsSucceeded"
  | "connectionAttemptsFailed"
  | "disconnections"
  | "suspicions"
>;

/** What is counted of calls. */
export type CallCounters = Omit<ChannelCounters, keyof ConnectionCounters>;

/** All of a channel; `calls` are those of its calls, if there was one. */
export function channelCounters(
  {
    connectionAttemptsSucceeded,
    connectionAttemptsFailed,
    disconnections,
    suspicions,
  }: ConnectionCounters,
  calls: CallCounters = zeroCallCounters(),
): ChannelCounters {
  return {
    ...calls,
    connectionAttemptsSucceeded,
    connectionAttemptsFailed,
    disconnections,
    suspicions,
  };
}

/** Those of calls at zero. */
export function zeroCallCounters(): CallCounters {
  return {
    callsStarted: 0,
    callsSucceeded: 0,
    callsFailed: 0,
    attemptsStarted: 0,
    retries: 0,
    transparentRetries: 0,
    messagesSent: 0,
    messagesReceived: 0,
  };
}
