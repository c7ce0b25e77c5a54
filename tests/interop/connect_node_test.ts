import { interop } from "./support.ts";

await interop({
  name: "connect-node",
  // Its server is one of node:http2, with nothing added.
  lacks: "server",
  showsOut: false,
  freePings: 3,
  gracefulStop: { code: 0, debug: "" },
  serverTime: 150,
  serverPings: 4,
  callsFirst: true,
  clientTime: 200,
  clientPings: 7,
  // "http/2 stream closed with error code CANCEL" is CANCELLED.
  cutOff: 1,
  slowsDown: true,
});
