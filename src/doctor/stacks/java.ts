import { A9_DEFAULTS, GRPC_HABITS } from "./defaults.ts";
import { boolean, javaDuration } from "./form.ts";
import type { Stack } from "./stack.ts";

/** Milliseconds of 1000 days, from which on grpc-java takes a time for never. */
const NEVER = 86_400_000_000;

/** grpc-java: the methods of `ManagedChannelBuilder` and `NettyServerBuilder`. */
export const JAVA: Stack = {
  name: "grpc-java",
  title: "grpc-java",
  sign: /^(keepAlive\w+|permitKeepAlive\w+|maxConnection\w+)$/,
  client: {
    options: [
      {
        key: "keepAliveTime",
        field: "time",
        form: javaDuration,
        least: 10_000,
        never: NEVER,
      },
      {
        key: "keepAliveTimeout",
        field: "timeout",
        form: javaDuration,
        least: 10,
      },
      {
        key: "keepAliveWithoutCalls",
        field: "permitWithoutStream",
        form: boolean,
      },
      { key: "idleTimeout", field: "idleTimeout", form: javaDuration },
    ],
    defaults: {
      time: Infinity,
      timeout: 20_000,
      permitWithoutStream: false,
      idleTimeout: 1_800_000,
      maxBackoff: 120_000,
    },
  },
  server: {
    options: [
      {
        key: "keepAliveTime",
        field: "time",
        form: javaDuration,
        least: 1,
        never: NEVER,
      },
      { key: "keepAliveTimeout", field: "timeout", form: javaDuration },
      { key: "permitKeepAliveTime", field: "minTime", form: javaDuration },
      {
        key: "permitKeepAliveWithoutCalls",
        field: "permitWithoutStream",
        form: boolean,
      },
      {
        key: "maxConnectionIdle",
        field: "maxConnectionIdle",
        form: javaDuration,
        least: 1_000,
        never: NEVER,
      },
      {
        key: "maxConnectionAge",
        field: "maxConnectionAge",
        form: javaDuration,
        least: 1_000,
        never: NEVER,
      },
      {
        key: "maxConnectionAgeGrace",
        field: "maxConnectionAgeGrace",
        form: javaDuration,
        never: NEVER,
      },
    ],
    defaults: A9_DEFAULTS,
  },
  habits: GRPC_HABITS,
  source:
    "https://grpc.github.io/grpc-java/javadoc/io/grpc/ManagedChannelBuilder.html",
};
