import type { Endpoint } from "../endpoint/mod.ts";

/** What the flags of `health` ask for. */
export interface HealthSettings {
  readonly endpoint: Endpoint;
  /** The service; "" for the server as a whole. */
  readonly service: string;
  readonly watch: boolean;
  /** Milliseconds for an answer. */
  readonly deadline: number;
  readonly json: boolean;
}
