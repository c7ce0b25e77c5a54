import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  Channel,
  createClient,
  GrpcError,
  HealthDefinition,
  ServingStatus,
  Status,
} from "@keepalive/grpc";
import { CALL_KINDS, type CallSettings } from "../../src/cli/settings.ts";
import { echoCall } from "../../src/cli/client/echo_call.ts";
import { Tally } from "../../src/cli/client/tally.ts";
import { ToolProcess } from "../../src/cli/demo/tool_process.ts";
import { certificates } from "../harness/certificates.ts";
import { ENDLESS, LOCAL, targetOf, temporaryFolder } from "./support.ts";

const CALL: CallSettings = {
  size: 32,
  count: 1,
  interval: 0,
  deadline: 20_000,
};

Deno.test("The server answers each kind of call, with messages of each size", async () => {
  await using server = new ToolProcess("server", LOCAL);
  await using channel = new Channel(`127.0.0.1:${await server.port()}`);
  const { signal } = new AbortController();
  for (const kind of CALL_KINDS) {
    for (const size of [0, 32, 100_000]) {
      const settings = { ...CALL, size, count: 3 };
      const { code, codeName, messages, octets } = await echoCall(
        kind,
        settings,
        channel,
        new Tally(),
        signal,
      );
      const expected = kind === "unary" ? 1 : 3;
      assertEquals(
        { kind, size, code, codeName, messages, octets },
        {
          kind,
          size,
          code: 0,
          codeName: "OK",
          messages: expected,
          octets: expected * size,
        },
      );
    }
  }
});

Deno.test("The server tells its health and that of echo.Echo", async () => {
  await using server = new ToolProcess("server", LOCAL);
  await using channel = new Channel(`127.0.0.1:${await server.port()}`);
  const health = createClient(HealthDefinition, channel);
  for (const service of ["", "echo.Echo"]) {
    const { status } = await health.check({ service });
    assertEquals(status, ServingStatus.SERVING, service);
  }
});

Deno.test("A client tells of its calls and of all of them, closes and ends with 0", async () => {
  await using server = new ToolProcess("server", LOCAL);
  const target = await targetOf(server);
  await Promise.all(CALL_KINDS.map(async (kind) => {
    await using client = new ToolProcess("client", [
      target,
      `--call=${kind}`,
      "--count=3",
      "--interval=10ms",
    ]);
    assertEquals(await client.status, 0, kind);
    const calls = client.linesOf("call");
    assertEquals(calls.length, kind === "unary" ? 3 : 1);
    for (const { code, codeName, octets, messages } of calls) {
      assertEquals([code, codeName], [0, "OK"]);
      assertEquals(octets, messages * 32);
    }
    const [summary] = client.linesOf("summary");
    assertEquals(
      [summary.calls, summary.ok, summary.messages, summary.octets],
      [calls.length, calls.length, 3, 96],
    );
    const { ms, p50 = 0, p99 = 0, callsPerSecond, messagesPerSecond } = summary;
    assert(ms >= 20, `10 ms between the first, the second and the third`);
    assert(p50 > 0 && p99 >= p50);
    assertRate(callsPerSecond, calls.length, ms);
    assertRate(messagesPerSecond, 3, ms);
    assertEquals(
      client.lines.map(({ type }) => type).slice(-4),
      ["summary", "goaway-sent", "closed", "stopped"],
    );
  }));
});

function assertRate(rate: number, count: number, ms: number): void {
  assert(Math.abs(rate - count * 1_000 / ms) < 0.1, `${rate}`);
}

Deno.test("A single call needs no summary", async () => {
  await using server = new ToolProcess("server", LOCAL);
  await using client = new ToolProcess("client", [
    await targetOf(server),
    "--call=unary",
  ]);
  assertEquals(await client.status, 0);
  const [{ method, octets }] = client.linesOf("call");
  assertEquals([method, octets], ["/echo.Echo/Unary", 32]);
  assertEquals(client.linesOf("summary"), []);
});

Deno.test("A call that outlives its deadline has failed, and so has the client", async () => {
  await using server = new ToolProcess("server", LOCAL);
  const target = await targetOf(server);
  const streams = CALL_KINDS.filter((kind) => kind !== "unary");
  await Promise.all(streams.map(async (kind) => {
    await using client = new ToolProcess("client", [
      target,
      `--call=${kind}`,
      ...ENDLESS,
      "--deadline=200ms",
    ]);
    assertEquals(await client.status, 1, kind);
    const [{ code, codeName, ms }] = client.linesOf("call");
    assertEquals(code, Status.DEADLINE_EXCEEDED);
    assertEquals(codeName, "DEADLINE_EXCEEDED");
    assert(ms >= 199, `${kind} failed after ${ms} ms`);
  }));
});

Deno.test("A message that is too long for the server is a call that failed", async () => {
  await using server = new ToolProcess("server", LOCAL);
  await using client = new ToolProcess("client", [
    await targetOf(server),
    "--call=unary",
    "--size=4194305",
  ]);
  assertEquals(await client.status, 1);
  const [{ codeName, statusMessage }] = client.linesOf("call");
  assertEquals(codeName, "RESOURCE_EXHAUSTED");
  assertMatch(statusMessage ?? "", /larger than max \(4194305 vs\. 4194304\)/);
});

Deno.test("A call whose server is gone is UNAVAILABLE", async () => {
  await using server = new ToolProcess("server", LOCAL);
  await using client = new ToolProcess("client", [
    await targetOf(server),
    "--call=bidi",
    ...ENDLESS,
  ]);
  await client.waitFor("established");
  server.signal("SIGKILL");
  assertEquals(await client.status, 1);
  const [{ code, statusMessage }] = client.linesOf("call");
  assertEquals(code, Status.UNAVAILABLE);
  assert(statusMessage, "It says why");
});

Deno.test("A client that cannot connect makes no call and ends with 1", async () => {
  await using client = new ToolProcess("client", [
    "--target=127.0.0.1:1",
    "--call=unary",
  ]);
  assertEquals(await client.status, 1);
  assertEquals(
    client.lines.map(({ type }) => type),
    ["connecting", "dial-failed", "stopped"],
  );
});

Deno.test("Calls go over TLS and over a Unix socket", async () => {
  using folder = temporaryFolder();
  const { ca, server: identity } = await certificates();
  const [caFile, cert, key] = ["ca", "cert", "key"].map(folder.path);
  Deno.writeTextFileSync(caFile, ca);
  Deno.writeTextFileSync(cert, identity.cert);
  Deno.writeTextFileSync(key, identity.key);
  const socket = folder.path("socket");
  const options = { permissions: ["--allow-read", "--allow-write"] };
  const call = ["--call=bidi", "--count=3", "--size=100000"];

  await using secure = new ToolProcess(
    "server",
    [...LOCAL, "--tls-cert", cert, "--tls-key", key],
    options,
  );
  await using unix = new ToolProcess("server", ["--unix", socket], options);
  const target = `--target=localhost:${await secure.port()}`;
  await unix.waitFor("listening");
  for (
    const flags of [
      [target, "--ca", caFile],
      [target, "--ca", caFile, "--no-system-ca"],
      [`--target=unix:${socket}`],
    ]
  ) {
    await using client = new ToolProcess(
      "client",
      [...flags, ...call],
      options,
    );
    assertEquals(await client.status, 0, client.stderr);
    const [{ codeName, messages, octets }] = client.linesOf("call");
    assertEquals([codeName, messages, octets], ["OK", 3, 300_000]);
  }
});

Deno.test("What is no failure of a call is not reported as one", async () => {
  const channel = new Channel("127.0.0.1:1");
  const settings = { ...CALL, deadline: NaN };
  const { signal } = new AbortController();
  let thrown: unknown;
  try {
    await echoCall("unary", settings, channel, new Tally(), signal);
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof RangeError && !(thrown instanceof GrpcError));
  await channel.close();
});
