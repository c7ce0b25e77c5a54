import { interop } from "./support.ts";

await interop({
  name: "grpc-go",
  showsOut: true,
  freePings: 3,
  gracefulStop: { code: 0, debug: "graceful_stop" },
  maxIdle: { code: 0, debug: "max_idle" },
  maxAge: { code: 0, debug: "max_age" },
  // grpc-go raises shorter times to these: its client takes a minute.
  serverTime: 1_000,
  serverPings: 4,
  clientTime: 10_000,
  clientPings: 6,
  slowsDown: true,
});
