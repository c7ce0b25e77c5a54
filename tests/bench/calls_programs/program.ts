/**
 * The frame of the programs in TypeScript: a role, jobs in, results out.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { ServerFiles } from "./jobs.ts";

/**
 * Runs the role that the command line asks for:
 * `server [<certificate> <key>]` or `client <target> [<authority>]`.
 *
 * @param serve Starts a server and answers with its port.
 * @param connect Makes a client, which answers jobs with results.
 */
export async function run<Job, Result>(
  serve: (tls?: ServerFiles) => Promise<number>,
  connect: (
    target: string,
    authority?: string,
  ) => (job: Job) => Promise<Result>,
): Promise<void> {
  const [role, ...rest] = process.argv.slice(2);
  if (role === "server") {
    const [certificate, key] = rest;
    const tls = certificate === undefined ? undefined : { certificate, key };
    return answer({ port: await serve(tls) });
  }
  if (role !== "client" || rest.length === 0) return refuse();
  const work = connect(rest[0], rest[1]);
  for await (const line of createInterface({ input: process.stdin })) {
    answer(await work(JSON.parse(line)));
  }
  process.exit();
}

function refuse(): never {
  const program = process.argv[1].split("/").at(-1);
  console.error(
    `Usage: ${program} server [<certificate> <key>] | client <host:port> [<authority>]`,
  );
  process.exit(2);
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
