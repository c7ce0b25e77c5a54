import type { Shown } from "../../src/cli/watch/page/watch_page.ts";

const PINGS = {
  sent: 0,
  acked: 0,
  lost: 0,
  loss: 0,
  rtt: undefined,
  jitter: 0,
};

/** A look at a connection that is told of with some words, from a peer perhaps. */
export function shown(words: string): Shown {
  const at = Date.UTC(2026, 10, 29, 12);
  return {
    recordings: [],
    snapshot: {
      at,
      state: "READY",
      reason: words,
      nextAttemptAt: undefined,
      keepalive: undefined,
      calls: { running: 0, succeeded: 0, failed: 0 },
      total: {
        pings: PINGS,
        open: 1,
        ended: {},
        suspicions: { begun: 0, recovered: 0, replaced: 0, lost: 0 },
        strikes: 0,
        suspends: 0,
        lag: undefined,
      },
      connections: [{
        id: 1,
        role: "client",
        peer: words.slice(0, 200),
        state: "open",
        rtts: [1, 2, 3],
        unanswered: undefined,
        words,
        pings: PINGS,
        age: 1_000,
        sinceRead: 0,
        sinceWrite: 0,
        strikes: 0,
        suspends: 0,
        lag: undefined,
      }],
      ended: [{ id: 2, peer: words.slice(0, 200), at, isGood: true, words }],
      news: [{ at, type: "warning", connection: 1, words }],
    },
  };
}
