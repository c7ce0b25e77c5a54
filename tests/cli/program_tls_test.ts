import { assertEquals, assertMatch } from "@std/assert";
import { Health, serve } from "../../mod.ts";
import { certificates } from "../harness/certificates.ts";
import { runProgram, temporaryFolder } from "./support.ts";

/** A server with TLS that wants a certificate of its clients. */
async function start(folder: { path(name: string): string }) {
  const all = await certificates();
  const file = (name: string, content: string) => {
    Deno.writeTextFileSync(folder.path(name), content);
    return folder.path(name);
  };
  const server = serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { ...all.server, clientCaCerts: [all.ca] },
  }, [new Health().service]);
  return {
    ca: ["--ca", file("ca", all.ca)],
    client: [
      ...["--cert", file("cert", all.client.cert)],
      ...["--key", file("key", all.client.key)],
    ],
    port: (server.addr as Deno.NetAddr).port,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

Deno.test("TLS: an authority of one's own, a certificate of the client, a name", async () => {
  using folder = temporaryFolder();
  await using server = await start(folder);
  const target = `localhost:${server.port}`;
  const health = (...args: string[]) => runProgram("health", ...args);

  const good = await health(target, ...server.ca, ...server.client);
  assertEquals([good.stdout, good.status], ["SERVING\n", 0]);
  const own = [...server.ca, "--no-system-ca", ...server.client];
  assertEquals((await health(target, ...own)).status, 0);

  const stranger = await health(target, "--tls", ...server.client);
  assertMatch(stranger.stderr, /^UNAVAILABLE: .*certificate/i);
  assertMatch(stranger.stderr, /; give the one that does with --ca$/m);
  assertEquals(stranger.status, 78);

  const other = ["--server-name", "elsewhere.example"];
  const named = await health(target, ...server.ca, ...server.client, ...other);
  assertMatch(named.stderr, /^UNAVAILABLE: .*(name|certificate)/i);
  assertMatch(named.stderr, /; give that with --server-name$/m);
  assertEquals(named.status, 78);

  const half = await health(target, ...server.ca, ...server.client.slice(0, 2));
  assertMatch(half.stderr, /--cert: --key is missing/);
  assertEquals(half.status, 2);
});
