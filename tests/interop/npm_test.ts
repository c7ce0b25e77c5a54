import { interop } from "./support.ts";
import type { Stack } from "./stack.ts";

/** Its keepalive and its policy are those that the peer adds, as node:http2 has none. */
const nodeHttp2: Stack = {
  name: "node:http2",
  showsOut: true,
  freePings: 3,
  gracefulStop: { code: 0, debug: "graceful_stop" },
  maxIdle: { code: 0, debug: "max_idle" },
  maxAge: { code: 0, debug: "max_age" },
  serverTime: 150,
  serverPings: 4,
  clientTime: 200,
  clientPings: 7,
  slowsDown: false,
};

const grpcJs: Stack = {
  name: "grpc-js",
  showsOut: false,
  freePings: 3,
  gracefulStop: { code: 0, debug: "" },
  maxIdle: { code: 0, debug: "" },
  maxAge: { code: 0, debug: "max_age" },
  serverTime: 150,
  serverPings: 4,
  clientTime: 200,
  clientPings: 7,
  slowsDown: true,
};

await interop(grpcJs, nodeHttp2, { ...nodeHttp2, name: "node:http2 on Deno" });
