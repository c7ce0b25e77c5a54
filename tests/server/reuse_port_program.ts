/**
 * Serves on a port that it shares, tells which, and drains on SIGTERM. Its
 * answers are its process identifier.
 */
import { implement, serve } from "../../mod.ts";
import { Words } from "../grpc/support/words.ts";

const server = serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0]),
  reusePort: true,
}, [implement(Words, { one: () => String(Deno.pid) })]);
Deno.addSignalListener("SIGTERM", () => server.shutdown({ grace: 5_000 }));
console.log((server.addr as Deno.NetAddr).port);
await server.finished;
Deno.exit();
