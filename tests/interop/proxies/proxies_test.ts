/**
 * Our client and our server with real proxies between them.
 *
 * @module
 */

import { formatTable, type Row } from "../table.ts";
import type { ProxyCheck, Stage } from "./check.ts";
import { envoy } from "./envoy.ts";
import { haproxy } from "./haproxy.ts";
import { nghttpx } from "./nghttpx.ts";
import { nginx } from "./nginx.ts";
import type { ProxyKind } from "./proxy.ts";
import { restartChecks } from "./restart_checks.ts";
import { Scene } from "./scene.ts";
import { trafficChecks } from "./traffic_checks.ts";

const table: Row[] = [];

for (const kind of [nginx, haproxy, nghttpx, envoy]) {
  const found = await kind.find();
  for (const check of [...trafficChecks, ...restartChecks]) {
    register(kind, found, check);
  }
}

addEventListener("unload", () => console.log(formatTable(table)));

function register(
  kind: ProxyKind,
  found: Awaited<ReturnType<ProxyKind["find"]>>,
  check: ProxyCheck,
): void {
  const row: Row = {
    direction: "our client, our server, and between them",
    check: check.name,
    stack: kind.name,
    outcome: "not run",
  };
  table.push(row);
  if (check.only?.includes(kind.name) === false) {
    row.outcome = "-";
    return;
  }
  const name = `${kind.name}: ${check.name}`;
  if ("missing" in found) {
    row.outcome = "skipped";
    const [why] = found.missing.split("\n");
    Deno.test.ignore(`${name} (skipped: ${why})`, () => {});
    return;
  }
  Deno.test(name, async () => {
    const scenes: Scene[] = [];
    const stage: Stage = {
      async open(options) {
        const scene = await Scene.open(kind, found.program, options);
        scenes.push(scene);
        return scene;
      },
    };
    row.outcome = "FAILED";
    try {
      row.outcome = `ok, ${await check.run(stage)}`;
    } catch (error) {
      const printed = scenes.map(({ proxy }) => proxy.printed).join("\n");
      throw new Error(`${error}\n${kind.name} printed\n${printed}`, {
        cause: error,
      });
    }
  });
}
