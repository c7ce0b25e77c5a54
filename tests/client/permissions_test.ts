import { assertEquals, assertStringIncludes } from "@std/assert";
import { implement, serve, type ServeOptions } from "../../mod.ts";
import { echo, Words } from "../grpc/support/words.ts";
import { makeCertificates } from "../harness/certificates.ts";

const certificates = await makeCertificates();

/** What a call says in a process that may connect to a list of hosts alone. */
async function said(
  allowed: string,
  target: string,
  options: object = {},
  ...more: string[]
): Promise<string> {
  const program = new URL("permissions_program.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--allow-net=${allowed}`,
      program,
      target,
      JSON.stringify(options),
      ...more,
    ],
  }).output();
  const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
  return text(stdout) + text(stderr);
}

function server(options: object = {}) {
  const all = { hostname: "127.0.0.1", port: 0, ...options } as ServeOptions;
  return serve(all, [implement(Words, echo)]);
}

const CHANNELS: Record<string, [scheme: string, options: object]> = {
  "a channel": ["", {}],
  "a channel to dns:///": ["dns:///", {}],
  "a channel with round_robin": ["", { loadBalancing: "round_robin" }],
};

for (const [what, [scheme, options]] of Object.entries(CHANNELS)) {
  for (const withPort of [false, true]) {
    const permission = withPort ? "host:port" : "host";
    Deno.test(`--allow-net=${permission} suffices for ${what}`, async () => {
      await using running = server();
      const { port } = running.addr as Deno.NetAddr;
      const target = `localhost:${port}`;
      const allowed = withPort ? target : "localhost";
      assertEquals(await said(allowed, scheme + target, options), "word\n");
    });
  }
}

for (
  const [kind, own] of [
    ["TLS", {}],
    ["a client's certificate", certificates.client],
  ] as const
) {
  Deno.test(`--allow-net=host suffices with ${kind}, whose name is checked`, async () => {
    await using running = server({ tls: certificates.server });
    const { port } = running.addr as Deno.NetAddr;
    const tls = { caCerts: [certificates.ca], ...own };
    const target = `localhost:${port}`;
    assertEquals(await said("localhost", target, { tls }), "word\n");
  });
}

Deno.test("the permission for another host is none", async () => {
  await using running = server();
  const { port } = running.addr as Deno.NetAddr;
  const text = await said("other.test", `localhost:${port}`);
  assertStringIncludes(text, "UNAVAILABLE: Requires net access to");
});

for (const options of [{}, { loadBalancing: "round_robin" }]) {
  const how = JSON.stringify(options);
  Deno.test(`without it, a call that waits for ready fails at once, too ${how}`, async () => {
    await using running = server();
    const { port } = running.addr as Deno.NetAddr;
    const target = `localhost:${port}`;
    const text = await said("other.test", target, options, "patient");
    assertStringIncludes(text, "UNAVAILABLE: Requires net access to");
  });
}
