/**
 * The streams of a connection: their states, windows and queues.
 *
 * @module
 */
export { Streams } from "./streams.ts";
