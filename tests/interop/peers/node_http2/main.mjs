import process from "node:process";
import { call } from "./client.mjs";
import { serve } from "./server.mjs";

const [role, ...args] = process.argv.slice(2);
const run = { server: serve, client: call }[role];
if (run === undefined) {
  process.stderr.write("usage: main.mjs server|client [flags]\n");
  process.exit(2);
}
run(args);
