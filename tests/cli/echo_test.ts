import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Channel,
  type Client,
  createClient,
  GrpcError,
  type MetadataInit,
  serve,
  Status,
} from "@keepalive/grpc";
import { Echo, INTERVAL, REPEAT } from "../../src/cli/echo/echo.ts";
import { echo } from "../../src/cli/echo/service.ts";

async function withEcho(
  test: (client: Client<typeof Echo>) => Promise<void>,
): Promise<void> {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [echo]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`);
  await test(createClient(Echo, channel));
}

const HELLO = new TextEncoder().encode("hello");
const WORLD = new TextEncoder().encode("world");

async function repeated(
  client: Client<typeof Echo>,
  metadata?: MetadataInit,
): Promise<Uint8Array[]> {
  return await Array.fromAsync(
    client.serverStream(HELLO, metadata && { metadata }),
  );
}

Deno.test("An echo says what it heard", () =>
  withEcho(async (client) => {
    assertEquals(await client.unary(HELLO), HELLO);
    const both = [HELLO, WORLD];
    assertEquals(await Array.fromAsync(client.bidi(both)), both);
  }));

Deno.test("An echo repeats a request ten times, or as often as it is told", () =>
  withEcho(async (client) => {
    assertEquals(await repeated(client), Array(10).fill(HELLO));
    assertEquals(await repeated(client, { [REPEAT]: "3" }), [
      HELLO,
      HELLO,
      HELLO,
    ]);
    assertEquals(await repeated(client, { [REPEAT]: "0" }), []);
  }));

Deno.test("An echo waits between responses if it is told to", () =>
  withEcho(async (client) => {
    const began = performance.now();
    await repeated(client, { [REPEAT]: "3", [INTERVAL]: "30" });
    const took = performance.now() - began;
    assert(took >= 59, `${took} ms for two pauses of 30 ms`);
  }));

Deno.test("An echo refuses numbers that are none", () =>
  withEcho(async (client) => {
    const wrong = ["", "-1", "1.5", "1e3", "ten", "1000000000"];
    for (const key of [REPEAT, INTERVAL]) {
      for (const value of wrong) {
        const error = await assertRejects(
          () => repeated(client, { [key]: value }),
          GrpcError,
          `Cannot use ${key}: expected a whole number`,
        );
        assertEquals(error.code, Status.INVALID_ARGUMENT, value);
      }
    }
  }));

Deno.test("An echo answers a stream with its last request", () =>
  withEcho(async (client) => {
    assertEquals(await client.clientStream([HELLO, WORLD]), WORLD);
    assertEquals(await client.clientStream([]), new Uint8Array(0));
  }));
