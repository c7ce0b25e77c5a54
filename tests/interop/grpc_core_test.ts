import { interop } from "./support.ts";

await interop({
  name: "gRPC Core",
  showsOut: true,
  freePings: 3,
  gracefulStop: { code: 0, debug: "Server shutdown" },
  maxIdle: { code: 2, debug: "connection idle" },
  maxAge: { code: 0, debug: "max_age" },
  serverTime: 300,
  serverPings: 4,
  // It sends at most one PING a second.
  clientTime: 1_000,
  clientPings: 7,
  slowsDown: true,
});
