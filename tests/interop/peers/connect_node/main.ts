import process from "node:process";
import { parseArgs } from "node:util";
import { runCase } from "./cases_client.ts";
import { serveCases } from "./cases_server.ts";
import { call } from "./echo_client.ts";
import { loadServices } from "./services.ts";

const [proto, role, ...args] = process.argv.slice(2);
const ROLES = ["client", "cases-server", "cases-client"];
if (!ROLES.includes(role)) {
  process.stderr.write(
    `expected one of ${
      ROLES.join(", ")
    }, received "${role}": the server of connect-node is node_http2's\n`,
  );
  process.exitCode = 2;
} else if (role === "client") {
  await call(args);
} else {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "0" },
      server_host: { type: "string" },
      server_port: { type: "string" },
      test_case: { type: "string", default: "" },
    },
  });
  const services = loadServices(proto);
  if (role === "cases-server") serveCases(services, Number(values.port));
  else {
    const target = `http://${values.server_host}:${values.server_port}`;
    await runCase(services, target, values.test_case);
  }
}
