import { interop } from "./support.ts";

await interop({
  name: "grpc-java",
  showsOut: true,
  shortestLimit: 1_000,
  // The first one counts, too.
  freePings: 2,
  gracefulStop: { code: 0, debug: "app_requested" },
  maxIdle: { code: 0, debug: "max_idle" },
  maxAge: { code: 0, debug: "max_age" },
  // grpc-java raises shorter times to these: its client takes a minute.
  serverTime: 10_000,
  serverPings: 2,
  clientTime: 10_000,
  clientPings: 6,
  slowsDown: true,
});
