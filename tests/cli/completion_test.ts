import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { linesOf, runProgram, temporaryFolder } from "./support.ts";

const MAIN = decodeURIComponent(
  new URL("../../src/cli/main.ts", import.meta.url).pathname,
);

async function complete(...words: string[]): Promise<string[]> {
  const { stdout } = await runProgram("complete", "--", ...words);
  return linesOf(stdout).map((line) => line.split("\t")[0]);
}

Deno.test("The completions of bash ask the program, which knows subcommands and flags", async () => {
  const { stdout: script } = await runProgram("completion", "bash");
  assertStringIncludes(script, "keepalive complete -- ");
  assertEquals(await complete("he"), ["health", ":4"]);
  assertEquals(await complete("call", "--impo"), ["--import-path", ":4"]);
  assertEquals(await complete("doctor", "pr"), ["probe", "presets", ":4"]);
});

Deno.test("bash may read its completions again, and still has its own readonly", async () => {
  const { stdout: script } = await runProgram("completion", "bash");
  const again = "; type readonly; complete -p keepalive";
  const bash = new Deno.Command("bash", {
    args: ["-c", 'eval "$1"; eval "$1"' + again, "bash", script],
  });
  const { stdout, stderr } = await bash.output();
  const text = new TextDecoder();
  assertEquals(text.decode(stderr), "");
  assertEquals(linesOf(text.decode(stdout)), [
    "readonly is a shell builtin",
    "complete -o default -F __keepalive_complete keepalive",
  ]);
});

Deno.test("names of files are left to the shell, behind flags that want some", async () => {
  assertEquals(await complete("call", "--proto", "./gre"), [":0"]);
  assertEquals(await complete("doctor", "probe", "--ca", ""), [":0"]);
  assertEquals(await complete("server", "--unix", "/"), [":0"]);
  assertEquals(await complete("call", "--deadline", ""), [":4"]);
});

/** A folder with the program in it, as it is installed, and a file to name. */
async function install(shell: string) {
  const folder = temporaryFolder();
  const program = [Deno.execPath(), "run", "--quiet", "-A", MAIN];
  await Deno.writeTextFile(
    folder.path("keepalive"),
    `#!/bin/sh\nexec ${program.map((word) => `'${word}'`).join(" ")} "$@"\n`,
    { mode: 0o755 },
  );
  await Deno.writeTextFile(folder.path("greeter.proto"), "");
  const { stdout } = await runProgram("completion", shell);
  await Deno.writeTextFile(folder.path("script"), stdout);
  return folder;
}

/** How long a shell may take for all lines, in ms; then its terminal ends. */
const LONGEST = 60_000;

/** A shell in a terminal, which `script` of util-linux makes. */
class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #shown = "";

  constructor(folder: string, shell: string) {
    this.#child = new Deno.Command("script", {
      args: ["-qfec", shell, "/dev/null"],
      cwd: folder,
      env: { PATH: `${folder}:${Deno.env.get("PATH")}`, TERM: "xterm" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(LONGEST),
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  async type(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /** Waits until a text has been shown; what comes behind it is for the next. */
  async shows(text: string): Promise<void> {
    while (!this.#shown.includes(text)) {
      const { done, value } = await this.#reader.read();
      assert(!done, `expected "${text}", received ${this.#shown}`);
      this.#shown += value;
    }
    const [, rest] = this.#shown.split(text, 2);
    this.#shown = rest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended, since it took too long.
    }
    await this.#writer.close().catch(() => {});
    await this.#reader.cancel();
    await this.#child.status;
  }
}

/** How each shell is started, and what it reads first. */
const SHELLS: Readonly<Record<string, readonly [string, string]>> = {
  bash: ["bash --norc --noprofile -i", "source ./script"],
  fish: ["fish --no-config", "source ./script"],
  zsh: [
    "zsh -f -i",
    "autoload -Uz compinit; compinit -u -D; source ./script",
  ],
};

/** What is typed before the key is pressed, and what must appear then. */
const LINES: readonly [typed: string, shown: string][] = [
  ["keepalive he", "keepalive health"],
  ["keepalive call --impo", "keepalive call --import-path"],
  ["keepalive call --proto ./gre", "--proto ./greeter.proto"],
];

async function isThere(program: string): Promise<boolean> {
  const { success } = await new Deno.Command("which", {
    args: [program],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

for (const [shell, [command, setup]] of Object.entries(SHELLS)) {
  const there = await isThere(shell) && await isThere("script");
  Deno.test({
    name: there
      ? `${shell} completes subcommands, flags and files at the press of a key`
      : `${shell} (skipped: it is not installed, or "script" is not)`,
    ignore: !there,
    async fn() {
      using folder = await install(shell);
      await using terminal = new Terminal(folder.path("."), command);
      await terminal.type(`${setup}; echo re''ady\n`);
      await terminal.shows("ready");
      for (const [typed, shown] of LINES) {
        await terminal.type(`${typed}\t`);
        await terminal.shows(shown);
        await terminal.type("\x15");
      }
    },
  });
}
