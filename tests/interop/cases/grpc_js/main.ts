import process from "node:process";
import { parseArgs } from "node:util";
import { loadTestServices } from "../test_service.ts";
import { runCase } from "./client.ts";
import { serve } from "./server.ts";

const [proto, role, ...args] = process.argv.slice(2);
const { values } = parseArgs({
  args,
  options: {
    port: { type: "string" },
    server_host: { type: "string" },
    server_port: { type: "string" },
    test_case: { type: "string" },
  },
});
const services = loadTestServices(proto);
if (role === "server") {
  serve(services, values.port ?? "0");
} else {
  const target = `${values.server_host}:${values.server_port}`;
  await runCase(services, target, values.test_case ?? "");
}
