import { assertEquals, assertMatch } from "@std/assert";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What an example prints, which must end by itself and without a complaint. */
async function linesOf(name: string): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `examples/${name}.ts`,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stderr)], [0, ""]);
  return decoder.decode(stdout).trimEnd().split("\n");
}

Deno.test("The example of keepalive makes its call", async () => {
  const [listening, ...lines] = await linesOf("keepalive");
  assertMatch(listening, /^Listening on port \d+$/);
  assertEquals(lines, ["It serves"]);
});

Deno.test("The example of an observer tells each kind of event", async () => {
  const lines = await linesOf("observer");
  const kinds = lines.map((line) => line.split(" ")[0]);
  assertEquals([...new Set(kinds)].sort(), [
    "call",
    "channel",
    "connection",
    "message",
  ]);
  assertEquals(lines.includes("connection  established"), true);
  assertEquals(lines.includes("call        call-ended"), true);
});
