import type { Endpoint } from "../endpoint/mod.ts";

/** What the flags of `ping` ask for. */
export interface PingSettings {
  readonly endpoint: Endpoint;
  /** How many PINGs; `undefined` for no end. */
  readonly count?: number;
  /** Milliseconds from one to the next. */
  readonly interval: number;
  /** Milliseconds to wait for an answer. */
  readonly timeout: number;
  /** Whether each PING follows a call. */
  readonly call: boolean;
  readonly json: boolean;
}
