import { assertEquals } from "@std/assert";
import { RequestHeads } from "../../src/client/calls/request_head.ts";
import { ROOT } from "./source.ts";

Deno.test("The user agent tells the version of the package", async () => {
  const { version } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const heads = new RequestHeads("http", "localhost:50051");
  const method = { path: "/test.Words/One" };
  const head = heads.of(
    { method, metadata: { size: 0 }, options: {} } as never,
    Infinity,
    0,
  );
  assertEquals(
    new Map(head.map(([name, value]) => [name, value])).get("user-agent"),
    `grpc-deno-keepalive/${version}`,
  );
});
