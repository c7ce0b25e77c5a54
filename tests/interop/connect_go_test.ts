import { interop } from "./support.ts";

await interop({
  name: "connect-go",
  showsOut: false,
  freePings: 3,
  gracefulStop: { code: 0, debug: "" },
  maxIdle: { code: 0, debug: "" },
  serverTime: 150,
  serverPings: 4,
  callsFirst: true,
  clientTime: 200,
  clientPings: 7,
  // "incomplete envelope" is INTERNAL.
  cutOff: 13,
  slowsDown: false,
});
