/** Heartbeats that come, and are missed, soon. Milliseconds. */
export const HEARTBEAT = {
  interval: 1_000,
  timeout: 1_500,
  minInterval: 1_000,
};
