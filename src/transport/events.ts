import type { SessionEvent, StreamEvent } from "../session/mod.ts";

/**
 * What happened to a transport, and when, in milliseconds of its clock; what
 * happens on its streams is told to those who take them.
 */
export type TransportEvent = Exclude<SessionEvent, StreamEvent>;
