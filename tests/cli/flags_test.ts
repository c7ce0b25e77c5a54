import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import {
  CLIENT_KEEPALIVE_KEYS,
  CONNECTION_AGE_KEYS,
  ENFORCEMENT_KEYS,
  SERVER_KEEPALIVE_KEYS,
} from "../../src/keepalive/mod.ts";
import { clientParameters, serverParameters } from "@keepalive/grpc/session";
import type { Tool } from "../../src/cli/flag.ts";
import { flagsOf, inFlags } from "../../src/cli/flags.ts";
import { parseFlags } from "../../src/cli/parse.ts";
import type { Settings } from "../../src/cli/settings.ts";
import { UsageError } from "../../src/cli/usage_error.ts";

function settings<T extends Tool>(tool: T, ...args: string[]): Settings[T] {
  const request = parseFlags(tool, args);
  if (request.kind === "help") throw new Error("Expected settings, got help");
  return request.settings;
}

Deno.test("Every keepalive option of the library has a flag", () => {
  const optionsOf = (tool: Tool, owner: string) =>
    flagsOf(tool).map(({ option }) => option.split("."))
      .filter(([name, key]) => name === owner && key !== undefined)
      .map(([, key]) => key).toSorted();
  assertEquals(
    optionsOf("client", "keepalive"),
    CLIENT_KEEPALIVE_KEYS.toSorted(),
  );
  assertEquals(
    optionsOf("server", "keepalive"),
    [...SERVER_KEEPALIVE_KEYS, ...CONNECTION_AGE_KEYS].toSorted(),
  );
  assertEquals(optionsOf("server", "enforcement"), ENFORCEMENT_KEYS.toSorted());
});

Deno.test("The defaults are those of the keepalive example of gRPC", () => {
  assertEquals(settings("client"), {
    target: "localhost:50051",
    tls: false,
    systemCa: true,
    reconnect: false,
    reconnectPause: 1_000,
    call: { size: 32, count: 1, interval: 0, deadline: Infinity },
    json: false,
    keepalive: {
      time: 10_000,
      timeout: 1_000,
      minimumTime: 10_000,
      permitWithoutStream: true,
      maxPingsWithoutData: 0,
    },
  });
  assertEquals(settings("server"), {
    port: 50_051,
    shutdownGrace: 5_000,
    json: false,
    keepalive: {
      time: 5_000,
      timeout: 1_000,
      minimumTime: 1_000,
      maxConnectionIdle: 15_000,
      maxConnectionAge: 30_000,
      maxConnectionAgeJitter: 0.1,
      maxConnectionAgeGrace: 5_000,
    },
    enforcement: {
      minTime: 5_000,
      permitWithoutStream: true,
      maxPingStrikes: 2,
      advertise: true,
    },
  });
});

Deno.test("The library accepts the defaults without a warning", () => {
  const { keepalive } = settings("client");
  assertEquals(clientParameters({ keepalive }).warnings, []);
  const server = settings("server");
  assertEquals(
    serverParameters({
      keepalive: server.keepalive,
      enforcement: server.enforcement,
    }).warnings,
    [],
  );
});

Deno.test("Each kind of flag sets its option", () => {
  const client = settings(
    "client",
    "--target=[::1]:1234",
    "--keepalive-time",
    "30s",
    "--keepalive-timeout=infinity",
    "--max-pings-without-data=2",
    "--reconnect",
    "--tls",
    "--call=server-stream",
    "--size=100000",
    "--count=3",
    "--interval=50ms",
    "--deadline=1s",
  );
  assertEquals(client.target, "[::1]:1234");
  assertEquals(client.keepalive.time, 30_000);
  assertEquals(client.keepalive.timeout, Infinity);
  assertEquals(client.keepalive.maxPingsWithoutData, 2);
  assertEquals(client.reconnect, true);
  assertEquals(client.tls, true);
  assertEquals(client.call, {
    kind: "server-stream",
    size: 100_000,
    count: 3,
    interval: 50,
    deadline: 1_000,
  });
  const server = settings(
    "server",
    "--port=0",
    "--host=::",
    "--tolerance=10ms",
    "--max-ping-strikes=0",
    "--max-connection-age-grace=2h",
    "--max-connection-age-jitter=0.25",
  );
  assertEquals(server.keepalive.maxConnectionAgeJitter, 0.25);
  assertEquals(server.port, 0);
  assertEquals(server.hostname, "::");
  assertEquals(server.enforcement.tolerance, 10);
  assertEquals(server.enforcement.maxPingStrikes, 0);
  assertEquals(server.keepalive.maxConnectionAgeGrace, 7_200_000);
});

Deno.test("A boolean flag can be turned on and off in every spelling", () => {
  const spellings = [
    [[], true],
    [["--permit-without-stream"], true],
    [["--permit-without-stream=true"], true],
    [["--permit-without-stream", "true"], true],
    [["--permit-without-stream=false"], false],
    [["--permit-without-stream", "false"], false],
    [["--no-permit-without-stream"], false],
    [["--no-permit-without-stream", "--permit-without-stream"], true],
  ] as const;
  for (const [args, expected] of spellings) {
    const { keepalive } = settings("client", ...args);
    assertEquals(keepalive.permitWithoutStream, expected, args.join(" "));
  }
  const { enforcement, json } = settings(
    "server",
    "--no-enforcement-permit-without-stream",
    "--json",
  );
  assertEquals(enforcement.permitWithoutStream, false);
  assertEquals(json, true);
});

Deno.test("The -- that deno task leaves in front is skipped", () => {
  assertEquals(settings("server", "--", "--port", "0").port, 0);
});

Deno.test("A flag of the other tool is recognised as such", () => {
  const foreign = (tool: Tool, other: Tool) =>
    flagsOf(other).filter((flag) => flag[tool] === undefined);
  for (const [tool, other] of [["client", "server"], ["server", "client"]]) {
    for (const { name } of foreign(tool as Tool, other as Tool)) {
      for (const arg of [`--${name}`, `--no-${name}`, `--${name}=1`]) {
        assertThrows(
          () => parseFlags(tool as Tool, [arg]),
          UsageError,
          `--${name} is a flag of the ${other}, see deno task ${other} --help`,
        );
      }
    }
  }
});

Deno.test("What the library says about an option is said about its flag", () => {
  assertEquals(
    inFlags("client", "keepalive.time, keepalive.timeout; lower keepalive."),
    "--keepalive-time, --keepalive-timeout; lower keepalive.",
  );
  assertEquals(inFlags("server", "enforcement.minTime"), "--min-time");
});

Deno.test("The help names every flag, its default and no flag of the other tool", () => {
  for (const tool of ["client", "server"] as const) {
    const request = parseFlags(tool, ["--help"]);
    const help = stripVTControlCharacters(
      request.kind === "help" ? request.text : "",
    );
    assertStringIncludes(help, `Usage: deno task ${tool} [flags]`);
    for (const { name, kind } of flagsOf(tool)) {
      const term = kind === "boolean" ? `--[no-]${name} ` : `--${name} <`;
      assertStringIncludes(help, term);
    }
    const listed = help.split("\n").filter((line) => line.startsWith("  --"));
    assertEquals(listed.length, flagsOf(tool).length + 1);
    assertStringIncludes(help, "default: 1s");
  }
});
