import { CHANNEL_KEYS } from "../../client/mod.ts";
import { SERVE_KEYS } from "../../server/mod.ts";
import { boolean, count, milliseconds, verification } from "./form.ts";
import type { Option, Stack } from "./stack.ts";

/** The default interval of a channel, drawn once from this range. */
export const OWN_TIME = { from: 300_500, to: 325_000 };

/** Options that are looked into. */
const CLIENT_GROUPS: readonly string[] = [
  "keepalive",
  "heartbeat",
  "backoff",
  "idleTimeout",
  "verify",
  "verifyAfter",
];

const SERVER_GROUPS: readonly string[] = [
  "keepalive",
  "enforcement",
  "heartbeat",
];

/** Options that have no part in keepalive: they are accepted, and that is all. */
function unheeded(
  keys: readonly string[],
  heeded: readonly string[],
): Option<never>[] {
  return keys.filter((key) => !heeded.includes(key)).map((key) => ({ key }));
}

/** This library: what `new Channel` and `serve` take. */
export const OWN: Stack = {
  name: "keepalive",
  title: "@keepalive/grpc",
  sign: /^(keepalive|enforcement|heartbeat|verify|verifyAfter|idleTimeout)$/,
  client: {
    options: [
      { key: "keepalive.time", field: "time", form: milliseconds },
      { key: "keepalive.timeout", field: "timeout", form: milliseconds },
      {
        key: "keepalive.permitWithoutStream",
        field: "permitWithoutStream",
        form: boolean,
      },
      {
        key: "keepalive.minimumTime",
        field: "minimumTime",
        form: milliseconds,
      },
      {
        key: "keepalive.maxPingsWithoutData",
        field: "maxPingsWithoutData",
        form: count,
      },
      { key: "heartbeat.interval", field: "heartbeat", form: milliseconds },
      {
        key: "heartbeat.timeout",
        field: "heartbeatTimeout",
        form: milliseconds,
      },
      { key: "idleTimeout", field: "idleTimeout", form: milliseconds },
      { key: "verifyAfter", field: "verifyAfter", form: milliseconds },
      { key: "backoff.maxBackoff", field: "maxBackoff", form: milliseconds },
      { key: "heartbeat", field: "heartbeats", form: boolean },
      { key: "verify", field: "verifies", form: verification },
      ...unheeded(CHANNEL_KEYS, CLIENT_GROUPS),
      ...unheeded(
        ["initialBackoff", "backoffMultiplier", "jitter"]
          .map((key) => `backoff.${key}`),
        [],
      ),
    ],
    defaults: {
      timeout: 20_000,
      permitWithoutStream: false,
      minimumTime: 10_000,
      maxPingsWithoutData: 0,
      idleTimeout: 1_800_000,
      verifyAfter: 60_000,
      maxBackoff: 120_000,
      heartbeatTimeout: 20_000,
      heartbeats: true,
      verifies: true,
    },
    ofGroup: { heartbeat: { heartbeat: 45_000 } },
  },
  server: {
    options: [
      { key: "keepalive.time", field: "time", form: milliseconds },
      { key: "keepalive.timeout", field: "timeout", form: milliseconds },
      {
        key: "keepalive.minimumTime",
        field: "minimumTime",
        form: milliseconds,
      },
      {
        key: "keepalive.maxConnectionIdle",
        field: "maxConnectionIdle",
        form: milliseconds,
      },
      {
        key: "keepalive.maxConnectionAge",
        field: "maxConnectionAge",
        form: milliseconds,
      },
      {
        key: "keepalive.maxConnectionAgeGrace",
        field: "maxConnectionAgeGrace",
        form: milliseconds,
      },
      { key: "enforcement.minTime", field: "minTime", form: milliseconds },
      {
        key: "enforcement.permitWithoutStream",
        field: "permitWithoutStream",
        form: boolean,
      },
      {
        key: "enforcement.maxPingStrikes",
        field: "maxPingStrikes",
        form: count,
      },
      { key: "enforcement.tolerance", field: "tolerance", form: milliseconds },
      {
        key: "heartbeat.minInterval",
        field: "minHeartbeat",
        form: milliseconds,
      },
      { key: "heartbeat", field: "heartbeats", form: boolean },
      {
        key: "heartbeat.interval",
        field: "longestHeartbeat",
        form: milliseconds,
      },
      { key: "enforcement.advertise", field: "advertises", form: boolean },
      ...unheeded(["heartbeat.timeout", "enforcement.pathIdleLimit"], []),
      { key: "keepalive.maxConnectionAgeJitter" },
      ...unheeded(SERVE_KEYS, SERVER_GROUPS),
    ],
    defaults: {
      time: 7_200_000,
      timeout: 20_000,
      minimumTime: 1_000,
      minTime: 300_000,
      permitWithoutStream: false,
      maxPingStrikes: 2,
      maxConnectionIdle: Infinity,
      maxConnectionAge: Infinity,
      maxConnectionAgeGrace: Infinity,
      minHeartbeat: 10_000,
      longestHeartbeat: Infinity,
      advertises: true,
      heartbeats: true,
    },
  },
  habits: {
    slowsDown: true,
    onlyAcks: false,
    probesBandwidth: true,
    noticesFreezes: true,
    enforces: true,
    heedsPolicy: true,
  },
  source: "https://jsr.io/@keepalive/grpc",
};
