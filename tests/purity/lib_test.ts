import { assertEquals, assertStringIncludes } from "@std/assert";
import { modules, PURE_FOLDERS, ROOT } from "./source.ts";

const decoder = new TextDecoder();

/** Type-checks files where only ECMAScript is known. */
async function check(
  files: readonly string[],
): Promise<{ success: boolean; output: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const config = `${folder}/deno.json`;
    await Deno.writeTextFile(
      config,
      JSON.stringify({
        compilerOptions: { lib: ["esnext"], noImplicitOverride: true },
      }),
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", "--config", config, ...files],
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    return { success, output: decoder.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the pure folders type-check with nothing but ECMAScript", async () => {
  const files = modules(PURE_FOLDERS).map(({ path }) =>
    new URL(`src/${path}`, ROOT).href
  );
  const { success, output } = await check(files);
  assertEquals(success, true, output);
});

Deno.test("that check would find Deno, timers, clocks and text encoders", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  const names = [
    "Deno",
    "setTimeout",
    "performance",
    "console",
    "TextEncoder",
    "queueMicrotask",
  ];
  try {
    await Deno.writeTextFile(
      file,
      names.map((name, i) => `export const v${i}: unknown = ${name};`)
        .join("\n"),
    );
    const { success, output } = await check([file]);
    assertEquals(success, false);
    for (const name of names) {
      assertStringIncludes(output, `Cannot find name '${name}'`);
    }
  } finally {
    await Deno.remove(file);
  }
});
