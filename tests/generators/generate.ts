/**
 * Generates `generated/` from `notes.proto`, with every generator that the table
 * of generators names: `deno run -A tests/generators/generate.ts`.
 *
 * npm has all of them but the compiler of grpc-tools, which that package downloads
 * when it is installed. So its code is made by the `grpc_tools_node_protoc` that is
 * on the path (`npm install --global grpc-tools`), and otherwise stays what it is.
 *
 * @module
 */

const PACKAGES = [
  "@bufbuild/buf@1.75.0",
  "@bufbuild/protoc-gen-es@2.13.0",
  "@grpc/proto-loader@0.8.0",
  "@protobuf-ts/plugin@2.11.1",
  "grpc_tools_node_protoc_ts@5.3.3",
  "protoc-gen-ts@0.8.7",
  "ts-proto@2.18.0",
];

const HERE = new URL("./", import.meta.url);

/** Where the generated code stands. */
export const GENERATED: URL = new URL("generated/", HERE);

const TYPES = '// @ts-types="npm:@types/google-protobuf@^3.15.12"\n';

/** Generated code is neither checked for style nor formatted. */
const HEADER = "// deno-lint-ignore-file\n// deno-fmt-ignore-file\n";

/** What the code of grpc-tools is made by. */
export const GRPC_TOOLS = "grpc_tools_node_protoc";

/**
 * The code as the generators of npm make it, by its path.
 *
 * @throws {Error} With what a generator has to say, if it fails.
 */
export async function generate(): Promise<Map<string, string>> {
  return await inFolder(async (folder) => {
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
    return await collect(folder, ".ts");
  });
}

/**
 * The code as `grpc_tools_node_protoc` makes it, by its path.
 *
 * @throws {Error} With what it has to say, if it fails.
 */
export async function generateWithGrpcTools(): Promise<Map<string, string>> {
  return await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/grpc_tools`);
    await run(folder, GRPC_TOOLS, "--proto_path=.", ...[
      "--js_out=import_style=commonjs,binary:grpc_tools",
      "--grpc_out=grpc_js:grpc_tools",
      "notes.proto",
    ]);
    return await collect(folder, ".js");
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["notes.proto", "buf.gen.yaml"]) {
      await Deno.copyFile(new URL(name, HERE), `${folder}/${name}`);
    }
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The files of a folder, and of its folders, with one extension, in order. */
async function collect(
  folder: string,
  extension: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const paths = await pathsIn(folder);
  for (const path of paths.filter((path) => path.endsWith(extension)).sort()) {
    const code = await Deno.readTextFile(`${folder}/${path}`);
    found.set(path, HEADER + asDenoReadsIt(path, code));
  }
  return found;
}

async function pathsIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) found.push(name);
    else {
      const inside = await pathsIn(`${folder}/${name}`);
      found.push(...inside.map((path) => `${name}/${path}`));
    }
  }
  return found;
}

/**
 * protobuf-ts and grpc_tools_node_protoc_ts leave extensions out, and Deno wants
 * them. An ellipsis in an example of the former is no code to check, and the latter
 * expects what package has the types of google-protobuf to be known.
 */
function asDenoReadsIt(path: string, code: string): string {
  if (path.startsWith("protobuf_ts/")) {
    return code
      .replaceAll(/from "(\.\/[^"]+)"/g, 'from "$1.ts"')
      .replaceAll("```typescript", "```ts ignore");
  }
  // "noImplicitOverride" is more than protoc-gen-ts bears.
  if (path.startsWith("protoc_gen_ts/")) return `// @ts-nocheck\n${code}`;
  if (path.startsWith("grpc_tools/")) {
    return code
      .replaceAll(/from "(\.\/[^"]+)"/g, 'from "$1.d.ts"')
      .replace(/^(?=import .* from "google-protobuf")/m, TYPES);
  }
  return code;
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
  const { success } = await new Deno.Command("which", {
    args: [GRPC_TOOLS],
    stdout: "null",
  }).output();
  const fromTools = success ? await generateWithGrpcTools() : [];
  for (const [path, code] of [...await generate(), ...fromTools]) {
    const file = new URL(path, GENERATED);
    await Deno.mkdir(new URL("./", file), { recursive: true });
    await Deno.writeTextFile(file, code);
  }
}
