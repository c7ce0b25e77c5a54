import { A9_DEFAULTS, GRPC_HABITS } from "./defaults.ts";
import { coreMilliseconds, count, zeroOrOne } from "./form.ts";
import type { Option, ServerField, Stack } from "./stack.ts";

const AGES: readonly Option<ServerField>[] = [
  {
    key: "grpc.max_connection_idle_ms",
    field: "maxConnectionIdle",
    form: coreMilliseconds,
  },
  {
    key: "grpc.max_connection_age_ms",
    field: "maxConnectionAge",
    form: coreMilliseconds,
  },
  {
    key: "grpc.max_connection_age_grace_ms",
    field: "maxConnectionAgeGrace",
    form: coreMilliseconds,
  },
];

const TIMES = [
  {
    key: "grpc.keepalive_time_ms",
    field: "time",
    form: coreMilliseconds,
    least: 1,
  },
  {
    key: "grpc.keepalive_timeout_ms",
    field: "timeout",
    form: coreMilliseconds,
  },
] as const;

const PERMIT = {
  key: "grpc.keepalive_permit_without_calls",
  field: "permitWithoutStream",
  form: zeroOrOne,
} as const;

const CHANNEL = [
  {
    key: "grpc.client_idle_timeout_ms",
    field: "idleTimeout",
    form: coreMilliseconds,
  },
  {
    key: "grpc.max_reconnect_backoff_ms",
    field: "maxBackoff",
    form: coreMilliseconds,
  },
  { key: "grpc.initial_reconnect_backoff_ms", form: coreMilliseconds },
] as const;

const CLIENT = {
  time: Infinity,
  timeout: 20_000,
  permitWithoutStream: false,
  idleTimeout: 1_800_000,
  maxBackoff: 120_000,
};

/** gRPC Core: C++, Python, Ruby, PHP, Objective-C. */
export const CORE: Stack = {
  name: "grpc-core",
  title: "gRPC Core",
  sign: /^grpc\./,
  client: {
    options: [
      ...TIMES,
      PERMIT,
      {
        key: "grpc.http2.max_pings_without_data",
        field: "maxPingsWithoutData",
        form: count,
      },
      {
        key: "grpc.http2.ping_timeout_ms",
        field: "pingTimeout",
        form: coreMilliseconds,
      },
      {
        key: "grpc.http2.min_time_between_pings_ms",
        meant: "grpc.keepalive_time_ms",
      },
      { key: "grpc.min_reconnect_backoff_ms", form: coreMilliseconds },
      ...CHANNEL,
    ],
    defaults: { ...CLIENT, maxPingsWithoutData: 2, pingTimeout: 60_000 },
  },
  server: {
    options: [
      ...TIMES,
      PERMIT,
      ...AGES,
      {
        key: "grpc.http2.min_ping_interval_without_data_ms",
        field: "minTime",
        form: coreMilliseconds,
      },
      {
        key: "grpc.http2.min_recv_ping_interval_without_data_ms",
        meant: "grpc.http2.min_ping_interval_without_data_ms",
      },
      {
        key: "grpc.http2.max_ping_strikes",
        field: "maxPingStrikes",
        form: count,
      },
      { key: "grpc.http2.max_pings_without_data", form: count },
      { key: "grpc.http2.ping_timeout_ms", form: coreMilliseconds },
    ],
    defaults: A9_DEFAULTS,
  },
  habits: GRPC_HABITS,
  source: "https://github.com/grpc/grpc/blob/master/doc/keepalive.md",
};

/** grpc-js, which has some of the same names. */
export const JS: Stack = {
  name: "grpc-js",
  title: "grpc-js",
  sign: /^(?!)/,
  client: { options: [...TIMES, PERMIT, ...CHANNEL], defaults: CLIENT },
  server: {
    options: [...TIMES, ...AGES],
    defaults: {
      time: Infinity,
      timeout: 20_000,
      maxConnectionIdle: Infinity,
      maxConnectionAge: Infinity,
      maxConnectionAgeGrace: Infinity,
    },
  },
  habits: {
    slowsDown: true,
    onlyAcks: true,
    probesBandwidth: false,
    noticesFreezes: false,
    enforces: false,
    heedsPolicy: false,
  },
  source:
    "https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/README.md",
};
