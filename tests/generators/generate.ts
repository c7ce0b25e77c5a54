/**
 * Generates `generated/` from `notes.proto`, with every generator that the README
 * names and npm has: `deno run -A tests/generators/generate.ts`.
 *
 * @module
 */

const PACKAGES = [
  "@bufbuild/buf@1.75.0",
  "@bufbuild/protoc-gen-es@2.13.0",
  "@grpc/proto-loader@0.8.0",
  "@protobuf-ts/plugin@2.11.1",
  "protoc-gen-ts@0.8.7",
  "ts-proto@2.18.0",
];

const HERE = new URL("./", import.meta.url);

/** Where the generated code stands. */
export const GENERATED: URL = new URL("generated/", HERE);

/** Generated code is neither checked for style nor formatted. */
const HEADER = "// deno-lint-ignore-file\n// deno-fmt-ignore-file\n";

/**
 * The code as the generators make it, by its path.
 *
 * @throws {Error} With what a generator has to say, if it fails.
 */
export async function generate(): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["notes.proto", "buf.gen.yaml"]) {
      await Deno.copyFile(new URL(name, HERE), `${folder}/${name}`);
    }
    await Deno.writeTextFile(`${folder}/package.json`, "{}");
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
    await run(folder, "npm", "install", ...quiet, ...PACKAGES);
    await run(folder, "npx", "buf", "generate", "--path", "notes.proto", ".");
    await run(folder, "npx", "proto-loader-gen-types", ...[
      "--grpcLib=@grpc/grpc-js",
      "--importFileExtension=.ts",
      "--outDir=proto_loader",
      "notes.proto",
    ]);
    await Deno.remove(`${folder}/node_modules`, { recursive: true });
    return new Map(await collect(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function collect(
  folder: string,
  prefix = "",
): Promise<[path: string, code: string][]> {
  const found: [string, string][] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await collect(path, `${prefix}${name}/`));
    else if (name.endsWith(".ts")) {
      const code = await Deno.readTextFile(path);
      found.push([prefix + name, HEADER + withExtensions(prefix, code)]);
    }
  }
  return found.sort(([one], [other]) => one < other ? -1 : 1);
}

/**
 * protobuf-ts leaves extensions out, and Deno wants them; its example has an
 * ellipsis, which is no code to check.
 */
function withExtensions(prefix: string, code: string): string {
  return prefix.startsWith("protobuf_ts/")
    ? code
      .replaceAll(/from "(\.\/[^"]+)"/g, 'from "$1.ts"')
      .replaceAll("```typescript", "```ts ignore")
    : code;
}

async function run(cwd: string, ...[program, ...args]: string[]) {
  const command = new Deno.Command(program, { args, cwd });
  const { success, stdout, stderr } = await command.output();
  if (success) return;
  const text = new TextDecoder();
  throw new Error(
    `${program} ${args[0]}: ${text.decode(stdout)}${text.decode(stderr)}`,
  );
}

if (import.meta.main) {
  for (const [path, code] of await generate()) {
    const file = new URL(path, GENERATED);
    await Deno.mkdir(new URL("./", file), { recursive: true });
    await Deno.writeTextFile(file, code);
  }
}
