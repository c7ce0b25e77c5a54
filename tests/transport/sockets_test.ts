import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { dial, listen } from "../../src/transport/mod.ts";
import { DialError } from "../../mod.ts";
import { TestServer } from "./support/test_server.ts";

/** A path for a socket, in a folder that is removed afterwards. */
async function withPath(
  body: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "keepalive" });
  try {
    await body(`${folder}/s.sock`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test("both ends talk over TCP, and know each other's address", async () => {
  await using server = new TestServer();
  await using client = await dial(server.target);
  const accepted = await server.transports.take();
  assertEquals(client.state.kind, "open");
  assertEquals(accepted.state.kind, "open");
  assert(await client.ping() >= 0);
  assert(await accepted.ping() >= 0);
  assertEquals(client.peer, server.target);
  assertEquals(client.remoteAddr, accepted.localAddr);
  assertEquals(client.localAddr, accepted.remoteAddr);
});

Deno.test("the port of a listener that asked for 0 is in addr", async () => {
  await using server = new TestServer();
  assert(server.port > 0);
});

Deno.test("a name is resolved", async () => {
  await using server = new TestServer({ hostname: "localhost" });
  await using client = await dial(`localhost:${server.port}`);
  assert(await client.ping() >= 0);
});

Deno.test({
  name: "both ends talk over IPv6",
  ignore: !hasIpv6(),
  fn: async () => {
    await using server = new TestServer({ hostname: "::1" });
    await using client = await dial(`[::1]:${server.port}`);
    assert(await client.ping() >= 0);
    assertEquals(client.peer, `[::1]:${server.port}`);
  },
});

Deno.test("both ends talk over a Unix socket", () =>
  withPath(async (path) => {
    await using server = new TestServer({ path });
    await using client = await dial(`unix:${path}`);
    const accepted = await server.transports.take();
    assert(await client.ping() >= 0);
    assert(await accepted.ping() >= 0);
    assertEquals(server.listener.addr, { transport: "unix", path });
    assertEquals(client.peer, `unix:${path}`);
  }));

for (const end of ["close", "shutdown"] as const) {
  Deno.test(`${end} of a listener removes its Unix socket`, () =>
    withPath(async (path) => {
      const { listener } = new TestServer({ path });
      assert(await exists(path));
      await listener[end]();
      assertEquals(await exists(path), false);
    }));
}

Deno.test("a Unix socket that is taken is refused, and stays", () =>
  withPath(async (path) => {
    await using _first = new TestServer({ path });
    const { message } = assertThrows(
      () => new TestServer({ path }),
      Deno.errors.AddrInUse,
      `Cannot listen on unix:${path}: Address already in use`,
    );
    assert(
      message.endsWith("is a server running there? If not, remove the file"),
    );
    await using client = await dial(`unix:${path}`);
    assert(await client.ping() >= 0);
  }));

Deno.test("closing does not mind a Unix socket that was removed", () =>
  withPath(async (path) => {
    const { listener } = new TestServer({ path });
    await Deno.remove(path);
    await listener.close();
  }));

Deno.test("a TCP port that is taken is refused", async () => {
  await using server = new TestServer();
  const { message } = assertThrows(
    () => new TestServer({ port: server.port }),
    Deno.errors.AddrInUse,
    `Cannot listen on 127.0.0.1:${server.port}: Address already in use`,
  );
  assert(
    message.endsWith(
      "is another server running there? Port 0 takes a free one",
    ),
  );
});

Deno.test("an address that is not of this machine is refused, and named", () => {
  const error = assertThrows(
    () => new TestServer({ hostname: "203.0.113.1", port: 50_051 }),
    Deno.errors.AddrNotAvailable,
    "Cannot listen on 203.0.113.1:50051: ",
  );
  assert(error.cause instanceof Deno.errors.AddrNotAvailable);
});

Deno.test("a path does not go with what is for TCP", () => {
  const path = "/tmp/never.sock";
  const tls = { cert: "", key: "" };
  for (const other of [{ port: 1 }, { tls }, { hostname: "localhost" }]) {
    assertThrows(
      () => listen({ path, ...other }),
      TypeError,
      "Cannot listen: path is for a Unix socket, and goes without",
    );
  }
});

Deno.test("TLS to a Unix socket is refused, not left out", () =>
  withPath(async (path) => {
    await using _server = new TestServer({ path });
    const error = await assertRejects(
      () => dial(`unix:${path}`, { tls: true }),
      TypeError,
    );
    assertStringIncludes(error.message, "TLS");
  }));

Deno.test("nobody listens: DialError in phase connect, with the cause", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await assertRejects(
    () => dial(`127.0.0.1:${port}`),
    DialError,
    `Cannot connect to 127.0.0.1:${port}: Connection refused`,
  );
  assertEquals(error.phase, "connect");
  assertEquals(error.target, `127.0.0.1:${port}`);
  assert(error.cause instanceof Deno.errors.ConnectionRefused);
  assertStringIncludes(
    error.message,
    "; nothing listens there: is the server running, is this its port, and does it listen on this address?",
  );
});

Deno.test("no such Unix socket: DialError in phase connect", () =>
  withPath(async (path) => {
    const error = await assertRejects(() => dial(`unix:${path}`), DialError);
    assertEquals(error.phase, "connect");
    assertEquals(error.target, `unix:${path}`);
    assert(error.cause instanceof Deno.errors.NotFound);
    assertStringIncludes(
      error.message,
      "; there is no such socket: is the server running, and is this its path?",
    );
  }));

Deno.test({
  name: "a missing permission is told as it is",
  permissions: { net: ["localhost"] },
  fn: async () => {
    await assertRejects(
      () => dial("127.0.0.1:1"),
      Deno.errors.NotCapable,
    );
  },
});
