/**
 * The streams of a connection: their states, windows and queues.
 *
 * @module
 */
export { DEFAULT_WINDOW_SIZE } from "./flow_window.ts";
export { Streams } from "./streams.ts";
