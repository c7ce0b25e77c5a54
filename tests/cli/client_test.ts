import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { ToolProcess } from "../../src/cli/demo/tool_process.ts";

const HOST = ["--host", "127.0.0.1"];

Deno.test("A client that is stopped says GOAWAY and ends well", async () => {
  await using server = new ToolProcess("server", [...HOST, "--port=0"]);
  const target = `127.0.0.1:${await server.port()}`;
  await using client = new ToolProcess("client", ["--target", target]);
  await client.waitFor("established");
  assertEquals(await client.stop(), 0);
  const [closed] = client.linesOf("closed");
  assertEquals([closed.kind, closed.by], ["local-close", "local"]);
  const goaway = await server.waitFor("goaway-received");
  assertEquals(goaway.debug, "client transport shutdown");
});

Deno.test("A client that cannot connect says why, with status 1", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = `127.0.0.1:${closed.addr.port}`;
  closed.close();
  await using client = new ToolProcess("client", ["--target", target]);
  assertEquals(await client.status, 1);
  assertEquals(
    client.lines.map(({ type }) => type),
    ["connecting", "dial-failed", "stopped"],
  );
  const [{ message }] = client.linesOf("dial-failed");
  assertMatch(message, /^Cannot connect to 127\.0\.0\.1:\d+: Connection ref/);
});

Deno.test("A client whose connection is lost ends with status 1", async () => {
  await using server = new ToolProcess("server", [...HOST, "--port=0"]);
  const target = `127.0.0.1:${await server.port()}`;
  await using client = new ToolProcess("client", ["--target", target]);
  await client.waitFor("established");
  server.signal("SIGKILL");
  assertEquals(await client.status, 1);
  assertEquals(client.linesOf("closed").length, 1);
});

Deno.test("A client that is to reconnect does so when the server is back", async () => {
  await using first = new ToolProcess("server", [...HOST, "--port=0"]);
  const port = await first.port();
  await using client = new ToolProcess("client", [
    `--target=127.0.0.1:${port}`,
    "--reconnect",
    "--reconnect-pause=50ms",
  ]);
  await client.waitFor("established");
  await first.stop();
  await client.waitFor("dial-failed");
  await using second = new ToolProcess("server", [...HOST, `--port=${port}`]);
  await second.waitFor("established");
  await client.waitFor("established", { count: 2 });
  assertEquals(await client.stop(), 0);
  assertGreater(client.linesOf("reconnecting").length, 1);
  assertEquals(client.linesOf("closed").length, 2);
});

Deno.test("A client that waits to reconnect stops at once", async () => {
  await using client = new ToolProcess("client", [
    "--target=127.0.0.1:1",
    "--reconnect",
    "--reconnect-pause=1h",
  ]);
  await client.waitFor("reconnecting");
  assertEquals(await client.stop(), 0);
});

Deno.test("A time that is raised is told in terms of the flags", async () => {
  await using client = new ToolProcess("client", [
    "--target=127.0.0.1:1",
    "--keepalive-time=1s",
  ]);
  const { message } = await client.waitFor("warning");
  assertMatch(message, /--keepalive-time is 1000 ms; lower --minimum-time/);
  assertEquals(await client.status, 1);
  assertEquals(client.linesOf("warning").length, 1);
});

Deno.test("A client that reconnects sends PINGs half as often after too_many_pings", async () => {
  await using server = new ToolProcess("server", [
    ...HOST,
    "--port=0",
    "--min-time=1h",
    "--advertise=false",
    "--enforcement-permit-without-stream",
  ]);
  await using client = new ToolProcess("client", [
    `--target=127.0.0.1:${await server.port()}`,
    "--keepalive-time=100ms",
    "--minimum-time=0ms",
    "--permit-without-stream",
    "--reconnect",
    "--reconnect-pause=10ms",
  ]);
  await client.waitFor("closed", { count: 2 });
  const established = client.linesOf("established").map(({ at }) => at);
  const waits = established.slice(0, 2).map((since) => {
    const ping = client.linesOf("ping-sent").find(({ at }) => at > since);
    return ping!.at - since;
  });
  assertGreater(waits[0], 99);
  assertGreater(waits[1], 199);
  const [first] = client.linesOf("goaway-received");
  assertEquals(first.debug, "too_many_pings");
  assertEquals(await client.stop(), 0);
});
