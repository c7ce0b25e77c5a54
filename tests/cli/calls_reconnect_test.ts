import { assert, assertEquals, assertGreater } from "@std/assert";
import { ToolProcess } from "../../src/cli/demo/tool_process.ts";
import { ENDLESS, LOCAL, targetOf } from "./support.ts";

Deno.test("A client makes its calls over one connection, unless it is to reconnect", async () => {
  await using server = new ToolProcess("server", [
    ...LOCAL,
    "--max-connection-age=300ms",
  ]);
  await using client = new ToolProcess("client", [
    await targetOf(server),
    "--call=unary",
    "--count=1000",
    "--interval=20ms",
  ]);
  assertEquals(await client.status, 1);
  assertEquals(client.linesOf("established").length, 1);
  const [{ calls, ok }] = client.linesOf("summary");
  assertEquals(calls, ok);
  const { message } = await client.waitFor("warning");
  assertEquals(
    message,
    `${1_000 - calls} calls were not made, see --reconnect`,
  );
});

Deno.test("A server that restarts costs a client that reconnects no call", async () => {
  await using first = new ToolProcess("server", LOCAL);
  const port = await first.port();
  await using client = new ToolProcess("client", [
    await targetOf(first),
    "--call=unary",
    "--count=1000000",
    "--interval=10ms",
    "--reconnect",
    "--reconnect-pause=50ms",
  ]);
  await client.waitFor("call", { count: 3 });
  await first.stop();
  await client.waitFor("dial-failed");
  const before = client.linesOf("call").length;
  await using second = new ToolProcess("server", [
    "--host=127.0.0.1",
    `--port=${port}`,
  ]);
  await second.waitFor("established");
  await client.waitFor("call", { count: before + 3 });
  assertEquals(await client.stop(), 0);
  const codes = new Set(client.linesOf("call").map(({ codeName }) => codeName));
  codes.delete("CANCELLED");
  assertEquals([...codes], ["OK"]);
});

Deno.test("A stream that lost its server is opened again by a client that reconnects", async () => {
  await using first = new ToolProcess("server", LOCAL);
  const port = await first.port();
  await using client = new ToolProcess("client", [
    await targetOf(first),
    "--call=server-stream",
    ...ENDLESS,
    "--reconnect",
    "--reconnect-pause=50ms",
  ]);
  await client.waitFor("established");
  first.signal("SIGKILL");
  await client.waitFor("call");
  await using second = new ToolProcess("server", [
    "--host=127.0.0.1",
    `--port=${port}`,
  ]);
  await second.waitFor("established");
  await client.waitFor("established", { count: 2 });
  await client.stop();
  const codes = client.linesOf("call").map(({ codeName }) => codeName);
  assertEquals(codes.at(0), "UNAVAILABLE");
  assertGreater(client.linesOf("reconnecting").length, 0);
});

Deno.test("A client that is stopped makes no further call", async () => {
  await using server = new ToolProcess("server", LOCAL);
  const target = await targetOf(server);
  await using waiting = new ToolProcess("client", [
    target,
    "--call=unary",
    ...ENDLESS,
  ]);
  await waiting.waitFor("call");
  assertEquals(await waiting.stop(), 0);
  assertEquals(waiting.linesOf("call").length, 1);
  await using running = new ToolProcess("client", [
    target,
    "--call=bidi",
    ...ENDLESS,
  ]);
  await running.waitFor("established");
  assertEquals(await running.stop(), 0);
  const codes = running.linesOf("call").map(({ codeName }) => codeName);
  assert(codes.every((code) => code === "CANCELLED"), codes.join());
});
