import "./trace_env.ts";
import process from "node:process";
import { call } from "./client.ts";
import { exchangeDetails } from "./details.ts";
import { serve } from "./server.ts";

const [role, ...args] = process.argv.slice(2);
if (role === "server") serve(args);
else if (role === "client") await call(args);
else if (role === "details") await exchangeDetails(args);
else {
  process.stderr.write("usage: main.ts server|client|details [flags]\n");
  process.exit(2);
}
