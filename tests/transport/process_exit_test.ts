import { assertEquals } from "@std/assert";
import { TestServer } from "./support/test_server.ts";
import { atLeast } from "../harness/time.ts";

const MODULE = new URL("../../src/transport/public.ts", import.meta.url).href;

/** Milliseconds in which a process that has nothing to do would have ended. */
const LONG = 500;

/** A process that dials a server, runs a statement, and has nothing to do. */
function dialInProcess(target: string, statement: string): Deno.ChildProcess {
  const code = `
    import { dial } from ${JSON.stringify(MODULE)};
    const transport = await dial(${JSON.stringify(target)}, {
      keepalive: {
        time: 100,
        timeout: 5_000,
        minimumTime: 0,
        permitWithoutStream: true,
      },
    });
    ${statement}
    console.log(transport.state.kind, transport.keepalive.kind);
  `;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", "--no-config", code],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

Deno.test("keepalive holds no process open whose transport is unref'd", async () => {
  await using server = new TestServer({ enforcement: { maxPingStrikes: 0 } });
  const child = dialInProcess(server.target, "transport.unref();");
  const { code, stdout } = await child.output();
  assertEquals(new TextDecoder().decode(stdout), "open waiting\n");
  assertEquals(code, 0);
  assertEquals((await server.closes.take()).kind, "end-of-stream");
});

for (const statement of ["", "transport.unref(); transport.ref();"]) {
  Deno.test(`an open transport holds its process open ("${statement}")`, async () => {
    await using server = new TestServer({
      enforcement: { maxPingStrikes: 0 },
    });
    const child = dialInProcess(server.target, statement);
    const output = child.output();
    const accepted = await server.transports.take();
    await atLeast(LONG);
    assertEquals(accepted.state.kind, "open");
    await accepted.close();
    assertEquals((await output).code, 0);
  });
}
