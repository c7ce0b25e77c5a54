import { assertEquals, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** The section of the page that is run, as somebody new to it would. */
function blocks(): { language: string; code: string }[] {
  const page = Deno.readTextFileSync(new URL(".github/TLS.md", ROOT));
  const section = page.split("## Certificates for development\n")[1]
    .split("\n## ")[0];
  return [...section.matchAll(/```(\w+)[^\n]*\n(.*?)```/gs)]
    .map(([, language, code]) => ({ language, code }));
}

/** A port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function shell(cwd: string, line: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", line],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(success, true, `${line}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Starts the server; resolves when it has said where it listens. */
async function start(cwd: string, args: string[]): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assertStringIncludes(new TextDecoder().decode(value), "listening on");
  reader.releaseLock();
  return child;
}

async function hasOpenssl3(): Promise<boolean> {
  try {
    const command = new Deno.Command("openssl", { args: ["version"] });
    const { stdout } = await command.output();
    return /^OpenSSL ([3-9]|\d\d)/.test(new TextDecoder().decode(stdout));
  } catch {
    return false;
  }
}

const isThere = await hasOpenssl3();

Deno.test({
  name: isThere
    ? "the page on TLS: two commands make certificates, with which a server and a client run"
    : "the page on TLS (skipped: there is no openssl 3)",
  ignore: !isThere,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const port = String(freePort());
      const imports = { "@keepalive/grpc": new URL("mod.ts", ROOT).href };
      await Deno.writeTextFile(
        `${folder}/deno.json`,
        JSON.stringify({ imports }),
      );
      const all = blocks();
      for (const { code } of all) {
        const name = /^\/\/ (\S+)\n/.exec(code)?.[1];
        if (name === undefined) continue;
        const here = code.replaceAll("50443", port);
        await Deno.writeTextFile(`${folder}/${name}`, here);
      }
      const [make, run] = all.filter(({ language }) => language === "sh");
      await shell(folder, make.code);
      const [serve, call] = run.code.trim().split("\n")
        .map((line) => line.split("#")[0].trim().split(" ").slice(1));
      const server = await start(folder, serve);
      try {
        const asked = await shell(folder, [Deno.execPath(), ...call].join(" "));
        assertEquals(asked, "{ status: 1 }\n");
      } finally {
        server.kill();
        await server.stdout.cancel();
        await server.status;
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
