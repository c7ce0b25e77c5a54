/**
 * Generates the code of the greeter from `helloworld.proto`. Needs npm, which
 * brings the generator along. See `deno task generate`.
 *
 * @module
 */

/** The compiler, and its plugin for TypeScript; `buf.gen.yaml` names both. */
const PACKAGES = ["@bufbuild/buf@1.75.0", "ts-proto@2.18.0"];

/** Generated code is neither checked for style nor formatted. */
const HEADER = "// deno-lint-ignore-file\n// deno-fmt-ignore-file\n";

const FOLDER = new URL("./", import.meta.url);

/** The file that is generated. */
export const GENERATED: URL = new URL("generated/helloworld.ts", FOLDER);

/**
 * The code as the generator makes it.
 *
 * @throws {Error} With what the generator has to say, if it fails.
 */
export async function generate(): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await runGenerator("buf", "generate", "--output", folder);
    const code = await Deno.readTextFile(`${folder}/generated/helloworld.ts`);
    return HEADER + code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The descriptors of the greeter, for reflection. */
export const DESCRIPTORS: URL = new URL("generated/helloworld.binpb", FOLDER);

/**
 * The descriptors as the compiler makes them, with all that they import.
 *
 * @throws {Error} With what the compiler has to say, if it fails.
 */
export async function buildDescriptors(): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/helloworld.binpb`;
    await runGenerator(
      ...["buf", "build", "--exclude-source-info", "--output", path],
    );
    return await Deno.readFile(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Runs a command of the generator, which npm installs if need be.
 *
 * @throws {Error} With what the command has to say, if it fails.
 */
export async function runGenerator(...command: string[]): Promise<void> {
  const packages = PACKAGES.map((name) => `--package=${name}`);
  const { success, stderr } = await new Deno.Command("npx", {
    args: ["--yes", ...packages, "--", ...command],
    cwd: FOLDER,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}

if (import.meta.main) {
  await Deno.mkdir(new URL("./", GENERATED), { recursive: true });
  await Deno.writeTextFile(GENERATED, await generate());
  await Deno.writeFile(DESCRIPTORS, await buildDescriptors());
}
