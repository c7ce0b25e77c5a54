/**
 * The streams of a connection: their states, windows and queues.
 *
 * @module
 */
export type { Sender } from "./sender.ts";
export { reuseStreamEvents } from "./stream_events.ts";
export { Streams } from "./streams.ts";
