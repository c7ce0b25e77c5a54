import { interop } from "./support.ts";

await interop({
  name: "tonic",
  showsOut: false,
  freePings: 3,
  gracefulStop: { code: 0, debug: "" },
  // With a grace, its max_connection_age closes without a GOAWAY.
  serverTime: 150,
  serverPings: 4,
  clientTime: 200,
  clientPings: 7,
  // "error reading a body from connection" is UNKNOWN.
  cutOff: 2,
  slowsDown: false,
});
