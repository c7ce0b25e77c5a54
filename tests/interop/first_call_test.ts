import { assert, assertEquals } from "@std/assert";
import { findNode, run } from "./tools.ts";

const ROOT = new URL("../../", import.meta.url);
const node = await findNode();

/** The blocks of code of the section, with their languages. */
function blocks(): { language: string; code: string }[] {
  const text = Deno.readTextFileSync(new URL("README.md", ROOT));
  const section = text.split("## From a .proto to the first call\n")[1]
    .split("\n## ")[0];
  return [...section.matchAll(/```(\w+)[^\n]*\n(.*?)```/gs)]
    .map(([, language, code]) => ({ language, code }));
}

/** A file to save says its name in the first line: `// server.ts`. */
function nameOf(code: string): string | undefined {
  return /^\/\/ (\S+)\n/.exec(code)?.[1];
}

/**
 * The package as the registry would give it, from this checkout: all else is as
 * the README has it, in an empty folder.
 */
async function install(folder: string): Promise<void> {
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    JSON.stringify({
      imports: {
        "@bufbuild/protobuf": "npm:@bufbuild/protobuf@^2.13.0",
        "@keepalive/grpc": "jsr:@keepalive/grpc@^0.1.0",
      },
      links: [decodeURIComponent(ROOT.pathname)],
    }),
  );
}

/** Starts a program; resolves when it has printed something. */
async function start(
  folder: string,
  [program, ...args]: readonly string[],
): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(program, {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert(value !== undefined, "the server says where it listens");
  reader.releaseLock();
  return child;
}

Deno.test({
  name:
    "the way of the README, from a .proto to the first call, in an empty folder",
  ignore: !node.ok,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const all = blocks();
      for (const { code } of all) {
        const name = nameOf(code);
        if (name !== undefined) {
          await Deno.writeTextFile(`${folder}/${name}`, code);
        }
      }
      const [setup, ...runs] = all
        .filter(({ language }) => language === "sh")
        .map(({ code }) => code.replaceAll(/\\\n\s*/g, "").trim());
      const [add, generate] = setup.split("\n");
      assert(add.startsWith("deno add jsr:@keepalive/grpc "), add);
      await install(folder);
      const generated = await run(["sh", "-c", generate], { cwd: folder });
      assert(generated.ok, generated.text);
      const [serverLine, clientLine] = runs.join("\n").split("\n")
        .map((line) => line.split("#")[0].trim().split(/\s+/));
      const deno = (words: string[]) => [Deno.execPath(), ...words.slice(1)];
      const server = await start(folder, deno(serverLine));
      try {
        const client = await run(deno(clientLine), {
          cwd: folder,
          env: { NO_COLOR: "1" },
        });
        assert(client.ok, client.text);
        const printed = client.text.split("\n")
          .filter((line) => /^(Hello|Deno)/.test(line));
        assertEquals(printed, ["Hello Deno", "Deno 1", "Deno 2", "Deno 3"]);
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
