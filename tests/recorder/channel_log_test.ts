import { assertEquals } from "@std/assert";
import {
  type CallEvent,
  type ChannelEvent,
  CONNECTIVITY_STATES,
} from "../../src/grpc/mod.ts";
import { ChannelLog } from "../../src/recorder/channel_log.ts";

const CHANNEL = { channelId: 3, target: "dns:///rpc.example.com:443" } as const;
const STAMP = {
  ...CHANNEL,
  subchannelId: 4,
  address: "192.0.2.1:443",
} as const;
const CONNECTION = { ...STAMP, connectionId: 5 } as const;
const error = new Error("refused");

/** One of each type; the times are those at which they happen. */
const EACH: { readonly [T in ChannelEvent["type"]]: ChannelEvent } = {
  "channel-state": {
    type: "channel-state",
    at: 0.25,
    ...CHANNEL,
    state: "READY",
    reason: "",
  },
  "resolved": { type: "resolved", at: 1, ...CHANNEL, addresses: ["a:1"] },
  "resolution-failed": { type: "resolution-failed", at: 2, ...CHANNEL, error },
  "subchannel-state": {
    type: "subchannel-state",
    at: 3,
    ...STAMP,
    state: "IDLE",
    reason: "the backoff is over",
  },
  "connect-started": { type: "connect-started", at: 4, ...STAMP },
  "connected": {
    type: "connected",
    at: 5,
    ...CONNECTION,
    isSecure: true,
    duration: 1.5,
  },
  "connect-failed": {
    type: "connect-failed",
    at: 6,
    ...STAMP,
    isGivenUp: false,
    error,
    duration: 2,
  },
  "backoff": { type: "backoff", at: 7, ...STAMP, failures: 2, until: 900 },
  "disconnected": {
    type: "disconnected",
    at: 8,
    ...CONNECTION,
    state: { kind: "draining", by: "peer", reason: "max_age", closeAt: 99 },
    reason: "max_age",
  },
  "suspicion-held": {
    type: "suspicion-held",
    at: 9,
    ...CONNECTION,
    reason: "no answer",
    until: 99,
  },
  "suspected": { type: "suspected", at: 10, ...CONNECTION, reason: "late" },
  "suspicion-ended": {
    type: "suspicion-ended",
    at: 11,
    ...CONNECTION,
    outcome: "replaced",
    duration: 7,
  },
};

const EVENTS = Object.values(EACH);

Deno.test("each event of a channel is kept with all that it has", () => {
  const log = new ChannelLog(CHANNEL, 256);
  for (const event of EVENTS) log.add(event);
  const { id, forgotten, events } = log.recording(0);
  assertEquals([id, forgotten], [CHANNEL.channelId, 0]);
  assertEquals(events, EVENTS);
  assertEquals(
    events.map((event) => Object.keys(event)),
    EVENTS.map((event) => Object.keys(event)),
  );
});

Deno.test("of each of several subchannels all states are kept, with their reasons", () => {
  const log = new ChannelLog(CHANNEL, 256);
  const events = CONNECTIVITY_STATES.flatMap((state, at) =>
    [4, 5, 6].map((subchannelId): ChannelEvent => ({
      type: "subchannel-state",
      at,
      ...CHANNEL,
      subchannelId,
      address: subchannelId === 6 ? STAMP.address : `192.0.2.${subchannelId}:1`,
      state,
      reason: `${subchannelId} is ${state}`,
    }))
  );
  for (const event of events) log.add(event);
  assertEquals(log.recording(0).events, events);
});

Deno.test("of the events of a channel the last are kept, whatever room each takes", () => {
  for (const most of [1, 2, 5, EVENTS.length]) {
    const log = new ChannelLog(CHANNEL, most);
    for (let i = 1; i <= 3 * EVENTS.length; i++) {
      log.add(EVENTS[(i - 1) % EVENTS.length]);
      const { forgotten, events } = log.recording(0);
      assertEquals(forgotten, Math.max(0, i - most));
      const last = [...EVENTS, ...EVENTS, ...EVENTS].slice(forgotten, i);
      assertEquals(events, last);
    }
  }
});

Deno.test("an event of a call, or of another target, is among those of a channel as it is", () => {
  const log = new ChannelLog(CHANNEL, 2);
  const elsewhere: ChannelEvent = { ...EACH.resolved, target: "b:2" };
  const retry: CallEvent = {
    type: "attempt-started",
    at: 12,
    callId: 6,
    attemptId: 7,
    previousAttempts: 1,
    number: 2,
    cause: "policy",
  };
  for (const event of [EACH.backoff, elsewhere, retry]) log.add(event);
  const { forgotten, events } = log.recording(0);
  assertEquals([forgotten, events], [1, [elsewhere, retry]]);
});
