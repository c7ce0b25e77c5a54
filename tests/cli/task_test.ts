import { assertEquals } from "@std/assert";
import { fromJson } from "../../src/cli/lines.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs a task until its first line, and asks it to stop. */
async function firstLine(task: string, flags: string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--cwd", ROOT.pathname, task, ...flags],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  child.kill("SIGTERM");
  while (!(await reader.read()).done);
  await child.status;
  return value.split("\n")[0];
}

Deno.test("A task starts its tool with all it may need, with and without --", async () => {
  const folder = Deno.makeTempDirSync();
  const calls: [flags: string[], address: RegExp][] = [
    [["--json", "--port", "0"], /^(\[::\]|0\.0\.0\.0):\d+$/],
    [["--", "--json", "--port", "0"], /^(\[::\]|0\.0\.0\.0):\d+$/],
    [["--json", "--unix", `${folder}/socket`], /^unix:/],
  ];
  for (const [flags, address] of calls) {
    const line = fromJson(await firstLine("server", flags));
    assertEquals(line.type, "listening");
    assertEquals(line.type === "listening" && address.test(line.address), true);
  }
  Deno.removeSync(folder);
});

Deno.test("The task of the client starts its tool", async () => {
  const line = fromJson(
    await firstLine("client", ["--json", "--target", "127.0.0.1:1"]),
  );
  assertEquals(line.type, "connecting");
});
