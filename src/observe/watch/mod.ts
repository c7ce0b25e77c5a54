/**
 * A channel or a server, seen live.
 *
 * @module
 */
export type {
  Watchable,
  WatchedConnection,
  WatchedEnd,
  WatchedKeepalive,
  WatchedNews,
  WatchedState,
  WatchSnapshot,
} from "./watched.ts";
export { watch, type WatchOptions } from "./watch.ts";
