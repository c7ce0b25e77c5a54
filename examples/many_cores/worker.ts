/**
 * One of the processes that share a port: see `main.ts`.
 *
 * @module
 */
import { Health, implement, serve, type Server } from "@keepalive/grpc";
import { Place } from "./place.ts";

const port = Number(Deno.args[0]);
const health = new Health();
const server = start();
console.log((server.addr as Deno.NetAddr).port);

Deno.addSignalListener("SIGTERM", () => server.shutdown({ grace: 10_000 }));
// A terminal sends it to all processes: it is `main.ts` that decides.
Deno.addSignalListener("SIGINT", () => {});
await server.finished;
Deno.exit();

function start(): Server {
  try {
    return serve(
      { hostname: "127.0.0.1", port, reusePort: true },
      [implement(Place, { where: () => String(Deno.pid) }), health.service],
    );
  } catch (error) {
    console.log((error as Error).message);
    Deno.exit(1);
  }
}
