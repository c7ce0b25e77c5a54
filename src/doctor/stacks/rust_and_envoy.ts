import { boolean, duration, percent } from "./form.ts";
import type { Stack } from "./stack.ts";

/** tonic: the methods of `Endpoint` and `Server`. */
export const TONIC: Stack = {
  name: "tonic",
  title: "tonic",
  sign: /^(http2_keep_?alive\w+|keep_alive\w+|max_connection_age\w*)$/,
  client: {
    options: [
      { key: "http2_keep_alive_interval", field: "time", form: duration },
      { key: "keep_alive_timeout", field: "timeout", form: duration },
      {
        key: "keep_alive_while_idle",
        field: "permitWithoutStream",
        form: boolean,
      },
      { key: "timeout", form: duration },
      { key: "connect_timeout", form: duration },
      { key: "tcp_keepalive", form: duration },
    ],
    defaults: {
      time: Infinity,
      timeout: 20_000,
      permitWithoutStream: false,
      idleTimeout: Infinity,
    },
  },
  server: {
    options: [
      { key: "http2_keepalive_interval", field: "time", form: duration },
      { key: "http2_keepalive_timeout", field: "timeout", form: duration },
      { key: "max_connection_age", field: "maxConnectionAge", form: duration },
      {
        key: "max_connection_age_grace",
        field: "maxConnectionAgeGrace",
        form: duration,
      },
      { key: "timeout", form: duration },
      { key: "tcp_keepalive", form: duration },
    ],
    defaults: {
      time: Infinity,
      timeout: 20_000,
      maxConnectionIdle: Infinity,
      maxConnectionAge: Infinity,
      maxConnectionAgeGrace: Infinity,
    },
  },
  habits: {
    slowsDown: false,
    onlyAcks: true,
    probesBandwidth: false,
    noticesFreezes: false,
    enforces: false,
    heedsPolicy: false,
  },
  source:
    "https://docs.rs/tonic/latest/tonic/transport/channel/struct.Endpoint.html",
};

const CONNECTION_KEEPALIVE = [
  { key: "connection_keepalive.interval", field: "time", form: duration },
  { key: "connection_keepalive.timeout", field: "timeout", form: duration },
  { key: "connection_keepalive.connection_idle_interval", form: duration },
] as const;

/** Envoy: the `http2_protocol_options` of a cluster or a listener. */
export const ENVOY: Stack = {
  name: "envoy",
  title: "Envoy",
  sign: /^(connection_keepalive|http2_protocol_options)$/,
  client: {
    options: [
      ...CONNECTION_KEEPALIVE,
      {
        key: "connection_keepalive.interval_jitter",
        field: "jitter",
        form: percent,
      },
      { key: "idle_timeout", field: "idleTimeout", form: duration },
    ],
    defaults: {
      time: Infinity,
      timeout: Infinity,
      // It sends them whether there are calls or not.
      permitWithoutStream: true,
      jitter: 0.15,
      idleTimeout: 3_600_000,
    },
  },
  server: {
    options: [
      ...CONNECTION_KEEPALIVE,
      { key: "connection_keepalive.interval_jitter", form: percent },
      { key: "idle_timeout", field: "maxConnectionIdle", form: duration },
      {
        key: "max_connection_duration",
        field: "maxConnectionAge",
        form: duration,
      },
      { key: "drain_timeout", field: "maxConnectionAgeGrace", form: duration },
    ],
    defaults: {
      time: Infinity,
      timeout: Infinity,
      maxConnectionIdle: 3_600_000,
      maxConnectionAge: Infinity,
      maxConnectionAgeGrace: Infinity,
    },
  },
  habits: {
    slowsDown: false,
    onlyAcks: false,
    probesBandwidth: false,
    noticesFreezes: false,
    enforces: false,
    heedsPolicy: false,
  },
  source:
    "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto",
};
