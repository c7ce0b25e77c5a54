import { SERVER_SESSION_KEYS } from "../session/mod.ts";

/** The options of `listen` that are for users of any layer. */
export const LISTEN_KEYS: readonly string[] = [
  ...SERVER_SESSION_KEYS,
  "port",
  "hostname",
  "reusePort",
  "path",
  "tls",
  "maxConnections",
  "maxHandshakes",
  "onEvent",
  "observer",
  "onError",
  "clock",
  "network",
  "random",
];
