import { StateFinder } from "./state_finder.ts";

/** The folders of `src`, lowest first: imports point only downwards. */
export const FOLDERS: readonly string[] = [
  "invariants",
  "options",
  "collections",
  "frames",
  "hpack",
  "memory",
  "connection",
  "keepalive",
  "session",
  "runtime",
  "proto",
  "transport",
  "grpc",
  "recorder",
  "page",
  "metrics",
  "tracing",
  "otel",
  "client",
  "server",
  "observe",
  "testing",
  "protobuf",
  "doctor",
  "connect",
  "channelz",
  "reflection",
  "cli",
];

/**
 * The command line: it stands on what is published, as its users do, may use
 * packages, and nothing in `src` stands on it.
 */
export const CLI = "cli";

/** The folders that know neither Deno nor time. */
export const PURE_FOLDERS: readonly string[] = FOLDERS.slice(
  0,
  FOLDERS.indexOf("session") + 1,
);

/** The root of the project. */
export const ROOT = new URL("../../", import.meta.url);

/** What a module says, as far as purity is concerned. */
export interface Module {
  /** Its path below `src`, such as `frames/ping.ts`. */
  readonly path: string;
  /** The specifiers that it imports or re-exports from. */
  readonly imports: readonly string[];
  /** Every identifier in its code, not in comments and texts; `a.b` too. */
  readonly names: ReadonlySet<string>;
  /** Whether it has an async function or awaits something. */
  readonly waits: boolean;
  /** What it declares for the whole process and can change. */
  readonly state: readonly string[];
}

/** The entries of a folder, those of its subfolders included, as paths. */
export function* walk(folder: URL, prefix = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${prefix}${name}`;
    if (!isDirectory) yield path;
    else yield* walk(new URL(`${name}/`, folder), `${path}/`);
  }
}

/** Reads the modules of `src`, or of some of its folders. */
export function modules(folders?: readonly string[]): Module[] {
  const src = new URL("src/", ROOT);
  return [...walk(src)]
    .filter((path) => path.endsWith(".ts"))
    .filter((path) => folders?.includes(folderOf(path)) ?? true)
    .sort()
    .map((path) => read(path, Deno.readTextFileSync(new URL(path, src))));
}

/** The folder of a path below `src`; empty for one that lies in none. */
export function folderOf(path: string): string {
  return path.includes("/") ? path.split("/", 1)[0] : "";
}

/** Reads one module. */
export function read(path: string, source: string): Module {
  const imports: string[] = [];
  const names = new Set<string>();
  let waits = false;
  const state = new StateFinder();
  const from = (node: { source: unknown }) => {
    const { value } = (node.source ?? {}) as { value?: unknown };
    imports.push(typeof value === "string" ? value : "(not a literal)");
  };
  const note = (node: { async: boolean }) => waits ||= node.async;
  const visitor: Deno.lint.LintVisitor = {
    ...state.visitor,
    Identifier: ({ name }) => names.add(name),
    MemberExpression: ({ object, property }) => {
      if (object.type !== "Identifier" || property.type !== "Identifier") {
        return;
      }
      names.add(`${object.name}.${property.name}`);
    },
    ImportDeclaration: from,
    ExportAllDeclaration: from,
    ExportNamedDeclaration: (node) => node.source && from(node),
    ImportExpression: from,
    TSImportType: () => imports.push("(not a declaration)"),
    FunctionDeclaration: note,
    FunctionExpression: note,
    ArrowFunctionExpression: note,
    AwaitExpression: () => waits = true,
  };
  Deno.lint.runPlugin(
    { name: "purity", rules: { read: { create: () => visitor } } },
    path,
    source,
  );
  return { path, imports, names, waits, state: state.found };
}
