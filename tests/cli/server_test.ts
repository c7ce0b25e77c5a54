import { assert, assertEquals, assertMatch } from "@std/assert";
import { ToolProcess } from "../../src/cli/demo/tool_process.ts";
import { certificates } from "../harness/certificates.ts";
import { temporaryFolder } from "./support.ts";
import { atLeast } from "../harness/time.ts";

const LOCAL = ["--host", "127.0.0.1", "--port", "0"];

Deno.test("A server on port 0 says which port it has", async () => {
  await using server = new ToolProcess("server", LOCAL);
  const { port, address } = await server.waitFor("listening");
  assertEquals(address, `127.0.0.1:${port}`);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: port ?? 0 });
  assertEquals(conn.remoteAddr.port, port);
});

Deno.test("A server that is stopped says GOAWAY to its client, and both end well", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await using server = new ToolProcess("server", LOCAL);
    const target = `127.0.0.1:${await server.port()}`;
    await using client = new ToolProcess("client", ["--target", target]);
    await client.waitFor("established");
    server.signal(signal);
    const goaway = await client.waitFor("goaway-received");
    assertEquals(goaway.codeName, "NO_ERROR");
    assertEquals(goaway.debug, "graceful_stop");
    assertEquals(await client.status, 0);
    assertEquals(await server.status, 0);
    assertEquals(server.linesOf("stopping")[0].signal, signal);
    assertEquals(server.linesOf("closed")[0].kind, "drained");
    assertEquals(server.lines.at(-1)?.type, "stopped");
  }
});

Deno.test("A second signal ends a drain that does not end by itself", async () => {
  await using server = new ToolProcess("server", [
    ...LOCAL,
    "--shutdown-grace=infinity",
    "--keepalive-time=infinity",
  ]);
  const port = await server.port();
  using silent = await Deno.connect({ hostname: "127.0.0.1", port });
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
  await silent.write(new TextEncoder().encode(preface));
  await server.waitFor("established");
  server.signal("SIGTERM");
  await server.waitFor("goaway-sent");
  // Signals within a quarter of a second count as one.
  await atLeast(300);
  server.signal("SIGTERM");
  await server.waitFor("closing");
  assertEquals(await server.status, 0);
  assertEquals(server.linesOf("closed")[0].kind, "local-close");
});

Deno.test("Each line of a server is an object with a time and a type", async () => {
  await using server = new ToolProcess("server", [
    ...LOCAL,
    "--max-connection-idle=200ms",
  ]);
  const target = `127.0.0.1:${await server.port()}`;
  await using client = new ToolProcess("client", ["--target", target]);
  assertEquals(await client.status, 0);
  await server.stop();
  let last = 0;
  for (const line of server.lines) {
    assert(line.at >= last, JSON.stringify(line));
    last = line.at;
    const isAboutConnection = !["listening", "stopping", "stopped"].includes(
      line.type,
    );
    assertEquals(line.connection, isAboutConnection ? 1 : undefined);
    if (isAboutConnection) assertMatch(line.peer ?? "", /^127\.0\.0\.1:\d+$/);
  }
  const [draining] = server.linesOf("draining");
  assertEquals([draining.reason, draining.closeAt], ["max_idle", Infinity]);
  const [closed] = server.linesOf("closed");
  assertEquals(
    [closed.kind, closed.by, closed.code, closed.codeName, closed.debug],
    ["drained", "local", 0, "NO_ERROR", "max_idle"],
  );
  assertEquals(closed.message, "the connection was drained: max_idle");
});

Deno.test("A connection over TLS is made with the right authority only", async () => {
  using folder = temporaryFolder();
  const { ca, server: identity } = await certificates();
  const [caFile, cert, key] = ["ca", "cert", "key"].map(folder.path);
  Deno.writeTextFileSync(caFile, ca);
  Deno.writeTextFileSync(cert, identity.cert);
  Deno.writeTextFileSync(key, identity.key);
  const options = { permissions: ["--allow-read"] };
  await using server = new ToolProcess(
    "server",
    [...LOCAL, "--tls-cert", cert, "--tls-key", key],
    options,
  );
  const target = `localhost:${await server.port()}`;
  await using trusting = new ToolProcess(
    "client",
    ["--target", target, "--ca", caFile],
    options,
  );
  await trusting.waitFor("established");
  assertEquals(await trusting.stop(), 0);
  await using doubting = new ToolProcess("client", [
    "--target",
    target,
    "--tls",
  ]);
  const { message } = await doubting.waitFor("dial-failed");
  assertMatch(message, /invalid peer certificate: UnknownIssuer/);
  assertEquals(await doubting.status, 1);
  await server.waitFor("accept-failed");
});

Deno.test("A connection over a Unix socket is made, and the socket removed", async () => {
  using folder = temporaryFolder();
  const path = folder.path("socket");
  const options = { permissions: ["--allow-read", "--allow-write"] };
  await using server = new ToolProcess("server", ["--unix", path], options);
  const { address, port } = await server.waitFor("listening");
  assertEquals([address, port], [`unix:${path}`, undefined]);
  await using client = new ToolProcess(
    "client",
    ["--target", `unix:${path}`],
    options,
  );
  await client.waitFor("established");
  assertEquals((await server.waitFor("established")).peer, "unix");
  await server.stop();
  assertEquals(await client.status, 0);
  assertEquals([...Deno.readDirSync(folder.path("."))], []);
});
