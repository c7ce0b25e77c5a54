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
import { Command } from "commander";
import {
  readArguments,
  reader,
  type Request,
  runTool,
  UsageError,
} from "../../src/cli/mod.ts";
import { Fleet } from "./fleet.ts";

interface Flags {
  readonly port: number;
  readonly processes: number;
}

await runTool("cores", parse, run);

function parse(args: readonly string[]): Request<Flags> {
  const command = new Command("deno task cores")
    .description("A server with a process for each core, all on one port.")
    .option(
      "--port <port>",
      "Port to listen on; 0 takes a free one",
      reader("port", "port"),
      50_051,
    )
    .option(
      "--processes <count>",
      "How many",
      reader("processes", "count"),
      navigator.hardwareConcurrency,
    );
  return readArguments(command, args, () => {
    const flags = command.opts<Flags>();
    if (flags.processes > 0) return flags;
    throw new UsageError("Cannot use --processes: expected 1 or more");
  });
}

async function run({ port, processes }: Flags): Promise<number> {
  const fleet = new Fleet(console.log);
  try {
    await fleet.start(port, processes);
  } catch (error) {
    await fleet.stop();
    throw new UsageError((error as Error).message);
  }
  console.log(`Process ${Deno.pid} listens on port ${fleet.port}`);
  Deno.addSignalListener("SIGHUP", () => void fleet.replace());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void fleet.stop());
  }
  await fleet.finished;
  return 0;
}
