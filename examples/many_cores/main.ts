/**
 * A server on all cores: a process for each of them, all on one port, among
 * which the kernel spreads connections. Linux only.
 *
 * ```sh
 * deno task cores                       # on port 50051
 * deno task cores --port 8080 --processes 4
 * kill -HUP <pid>                            # new processes, without an outage
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Fleet } from "./fleet.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    port: { type: "string", default: "50051" },
    processes: {
      type: "string",
      default: String(navigator.hardwareConcurrency),
    },
  },
});

const fleet = new Fleet(console.log);
await fleet.start(Number(flags.port), Number(flags.processes));
console.log(`Process ${Deno.pid} listens on port ${fleet.port}`);

Deno.addSignalListener("SIGHUP", () => void fleet.replace());
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => void fleet.stop());
}
await fleet.finished;
Deno.exit();
