import { assertEquals, assertMatch } from "@std/assert";
import { serve } from "../../mod.ts";
import { reflection } from "../../src/reflection/mod.ts";
import { greeter } from "../../examples/greeter/service.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;
const descriptors = Deno.readFileSync(
  new URL("../../examples/greeter/generated/helloworld.binpb", import.meta.url),
);

/** The command line with its pipes open, against a greeter. */
function start(...args: string[]) {
  const server = serve({ hostname: "127.0.0.1", port: 0 }, [
    greeter,
    reflection(descriptors),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-A", MAIN],
      ...args.map((arg) => arg.replace("TARGET", `127.0.0.1:${port}`)),
    ],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = child.stdin.getWriter();
  let said = "";
  return {
    child,
    write: (text: string) => writer.write(new TextEncoder().encode(text)),
    end: () => writer.close(),
    /** Everything that it has said, once that matches. */
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(said)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`It has only said ${said}`);
        said += value;
      }
      return said;
    },
    /** All that it says, and its exit status. */
    async finished(): Promise<[said: string, status: number]> {
      for (
        let next = await reader.read();
        !next.done;
        next = await reader.read()
      ) said += next.value;
      return [said, (await child.status).code];
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

Deno.test("call answers each message that is typed in, before the next", async () => {
  await using call = start(
    "call",
    "TARGET",
    "helloworld.Greeter/BidiHello",
    "-d",
    "@",
  );
  for (const name of ["a", "b"]) {
    await call.write(`{"name":"${name}"}\n`);
    await call.until(new RegExp(`Hello, ${name}!`));
  }
  await call.end();
  const [said, status] = await call.finished();
  assertEquals(said.match(/Hello/g)?.length, 2);
  assertEquals(status, 0);
});

Deno.test("A mistake in a later message ends the call, with status 2", async () => {
  await using call = start(
    "call",
    "TARGET",
    "helloworld.Greeter/BidiHello",
    "-d",
    "@",
  );
  await call.write('{"name":"a"}\n');
  await call.until(/Hello, a!/);
  await call.write("{nonsense}\n");
  const [, status] = await call.finished();
  assertEquals(status, 2);
  await call.end();
});

Deno.test("ping ends on Ctrl-C with its summary", async () => {
  await using ping = start("ping", "--interval=20ms", "TARGET");
  await ping.end();
  await ping.until(/PING 3 /);
  ping.child.kill("SIGINT");
  const [said, status] = await ping.finished();
  assertMatch(said, /^\d+ sent, \d+ answered, 0 % lost, in \d+ ms$/m);
  assertMatch(said, /^PING 1 to .*, call .* ms \(UNIMPLEMENTED\)$/m);
  assertEquals(status, 0);
});

Deno.test("health --watch ends where there is no health service", async () => {
  await using health = start("health", "--watch", "TARGET");
  await health.end();
  const [said, status] = await health.finished();
  assertEquals([said, status], ["", 76]);
});
