import { A9_DEFAULTS, GRPC_HABITS } from "./defaults.ts";
import { boolean, count, goDuration } from "./form.ts";
import type { Stack } from "./stack.ts";

/** grpc-go: `ClientParameters`, `ServerParameters` and `EnforcementPolicy`. */
export const GO: Stack = {
  name: "grpc-go",
  title: "grpc-go",
  sign:
    /^(ClientParameters|ServerParameters|EnforcementPolicy|ConnectParams|Time|Timeout|MinTime|PermitWithoutStream|MaxConnection\w+)$/,
  client: {
    options: [
      {
        key: "ClientParameters.Time",
        aliases: ["Time"],
        field: "time",
        form: goDuration,
        least: 10_000,
      },
      {
        key: "ClientParameters.Timeout",
        aliases: ["Timeout"],
        field: "timeout",
        form: goDuration,
        isDefaultAtZero: true,
      },
      {
        key: "ClientParameters.PermitWithoutStream",
        aliases: ["PermitWithoutStream"],
        field: "permitWithoutStream",
        form: boolean,
      },
      { key: "IdleTimeout", field: "idleTimeout", form: goDuration },
      {
        key: "ConnectParams.Backoff.MaxDelay",
        field: "maxBackoff",
        form: goDuration,
      },
      { key: "ConnectParams.Backoff.BaseDelay", form: goDuration },
      { key: "ConnectParams.Backoff.Multiplier", form: count },
      { key: "ConnectParams.Backoff.Jitter", form: count },
      { key: "ConnectParams.MinConnectTimeout", form: goDuration },
    ],
    defaults: {
      time: Infinity,
      timeout: 20_000,
      permitWithoutStream: false,
      idleTimeout: 1_800_000,
      maxBackoff: 120_000,
    },
    // WithConnectParams replaces all of them: what is left out is zero.
    ofGroup: { ConnectParams: { maxBackoff: 0 } },
  },
  server: {
    options: [
      {
        key: "ServerParameters.Time",
        aliases: ["Time"],
        field: "time",
        form: goDuration,
        isDefaultAtZero: true,
        least: 1_000,
      },
      {
        key: "ServerParameters.Timeout",
        aliases: ["Timeout"],
        field: "timeout",
        form: goDuration,
        isDefaultAtZero: true,
      },
      {
        key: "ServerParameters.MaxConnectionIdle",
        aliases: ["MaxConnectionIdle"],
        field: "maxConnectionIdle",
        form: goDuration,
        isDefaultAtZero: true,
      },
      {
        key: "ServerParameters.MaxConnectionAge",
        aliases: ["MaxConnectionAge"],
        field: "maxConnectionAge",
        form: goDuration,
        isDefaultAtZero: true,
      },
      {
        key: "ServerParameters.MaxConnectionAgeGrace",
        aliases: ["MaxConnectionAgeGrace"],
        field: "maxConnectionAgeGrace",
        form: goDuration,
        isDefaultAtZero: true,
      },
      {
        key: "EnforcementPolicy.MinTime",
        aliases: ["MinTime"],
        field: "minTime",
        form: goDuration,
        isDefaultAtZero: true,
      },
      {
        key: "EnforcementPolicy.PermitWithoutStream",
        aliases: ["PermitWithoutStream"],
        field: "permitWithoutStream",
        form: boolean,
      },
    ],
    defaults: A9_DEFAULTS,
  },
  habits: GRPC_HABITS,
  source: "https://pkg.go.dev/google.golang.org/grpc/keepalive",
};
