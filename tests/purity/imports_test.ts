import { assert, assertEquals } from "@std/assert";
import {
  CLI,
  folderOf,
  FOLDERS,
  type Module,
  modules,
  read,
  ROOT,
} from "./source.ts";

/** What Deno itself brings along, and who may name it. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  "transport/network/lookup.ts": ["node:dns/promises"],
  "runtime/turn.ts": ["node:timers"],
  "transport/turning.ts": ["node:timers"],
  "transport/network/node_tls_client.ts": ["node:net", "node:tls"],
  "transport/network/node_tls_listener.ts": ["node:net", "node:tls"],
  "transport/network/tunnel.ts": ["node:net"],
  "transport/network/node_tls_socket.ts": [
    "node:crypto",
    "node:net",
    "node:tls",
  ],
  "grpc/messages/gunzip.ts": ["node:zlib", "node:buffer"],
  "cli/demo/restart.ts": ["node:timers/promises"],
  "cli/pause.ts": ["node:timers/promises"],
  "cli/client/tally.ts": ["node:perf_hooks"],
  "cli/ping/statistics.ts": ["node:perf_hooks"],
};

/** The rooms that may use packages; nothing else in `src` imports them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  [CLI]: [
    "@bomb.sh/tab/commander",
    "@bufbuild/protobuf",
    "@bufbuild/protobuf/codegenv2",
    "@bufbuild/protobuf/reflect",
    "@bufbuild/protobuf/wire",
    "@bufbuild/protobuf/wkt",
    "commander",
    "leven",
    "picocolors",
    "protobufjs",
  ],
  protobuf: ["@bufbuild/protobuf", "@bufbuild/protobuf/wkt"],
  connect: ["@bufbuild/protobuf", "@connectrpc/connect"],
};

const { exports }: { exports: Record<string, string> } = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);

/**
 * How text of others is made harmless, and how times are put into words, for
 * people who write programs as for the command line: there must be one way, and
 * it is no promise to anybody else.
 */
const SHARED: readonly string[] = ["./src/page/mod.ts", "./src/options/mod.ts"];

/**
 * Whether an import of the command line leads to an entrypoint that is
 * published. Not by its name: `deno publish` makes that an import of whatever
 * version is the newest then.
 */
function isPublished(path: string, specifier: string): boolean {
  const { pathname } = new URL(specifier, new URL(`src/${path}`, "file:///"));
  return folderOf(path) === CLI && specifier.startsWith("../") &&
    [...Object.values(exports), ...SHARED].includes(`.${pathname}`);
}

/** A room with packages is an entrypoint of its own, for whoever asks for it. */
function isAside(own: string, other: string): boolean {
  return own !== other && other !== CLI && other in PACKAGES &&
    !(own in PACKAGES);
}

/** The folder that a relative specifier leads to, from a path below `src`. */
function target(path: string, specifier: string): string {
  const base = new URL(path, "file:///src/");
  const { pathname } = new URL(specifier, base);
  return pathname.startsWith("/src/")
    ? folderOf(pathname.slice("/src/".length))
    : "";
}

/** The imports of a module that do not point downwards or stay within. */
function upwards({ path, imports }: Module): string[] {
  const own = folderOf(path);
  return imports.filter((specifier) => {
    if (isPublished(path, specifier)) return false;
    const other = target(path, specifier);
    const apart = own === CLI ? other !== CLI : other === CLI ||
      (other === "connection" && own === "keepalive") || isAside(own, other);
    return !FOLDERS.includes(other) || apart ||
      FOLDERS.indexOf(other) > FOLDERS.indexOf(own);
  }).filter((specifier) => !BUILT_IN[path]?.includes(specifier)).map((
    specifier,
  ) => `${path} imports ${specifier}`);
}

function foreign({ path, imports }: Module): string[] {
  return imports
    .filter((specifier) => !BUILT_IN[path]?.includes(specifier))
    .filter((specifier) => !/^\.\.?\//.test(specifier))
    .filter((specifier) => !PACKAGES[folderOf(path)]?.includes(specifier))
    .map((specifier) => `${path} imports ${specifier}`);
}

/** The path below `src` of an import; empty for one from elsewhere. */
function resolve(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return "";
  const { pathname } = new URL(specifier, new URL(path, "file:///src/"));
  return pathname.startsWith("/src/") ? pathname.slice("/src/".length) : "";
}

/** The imports that enter a folder by another way than its `mod.ts`. */
function past({ path, imports }: Module): string[] {
  const own = path.split("/").slice(0, -1);
  return imports.filter((specifier) => {
    if (isPublished(path, specifier)) return false;
    const other = resolve(path, specifier).split("/");
    const shared = own.findIndex((folder, i) => folder !== other[i]);
    const entered = other.slice(shared < 0 ? own.length : shared);
    return entered.length > 2 ||
      (entered.length === 2 && entered[1] !== "mod.ts");
  }).map((specifier) => `${path} imports ${specifier}`);
}

/** One circle of imports for each module that closes one. */
function circles(all: readonly Module[]): string[] {
  const byPath = new Map(all.map((module) => [module.path, module]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const since = way.indexOf(path);
    if (since >= 0) found.push([...way.slice(since), path].join(" > "));
    if (since >= 0 || done.has(path)) return;
    for (const specifier of byPath.get(path)?.imports ?? []) {
      visit(resolve(path, specifier), [...way, path]);
    }
    done.add(path);
  };
  for (const { path } of all) visit(path, []);
  return found;
}

Deno.test("every module of src lies in a known folder", () => {
  const strays = modules().filter(({ path }) =>
    !FOLDERS.includes(folderOf(path))
  );
  assertEquals(strays.map(({ path }) => path), []);
});

Deno.test("the imports of src point only downwards", () => {
  const all = modules();
  assert(all.some(({ imports }) => imports.length > 0));
  assertEquals(all.flatMap(upwards), []);
});

Deno.test("no import reaches past the mod.ts of a folder", () => {
  const all = modules();
  assertEquals(all.flatMap(past), []);
  const offences = (path: string, specifier: string) =>
    past(read(path, `import { x } from "${specifier}";`)).length;
  assertEquals(offences("session/a.ts", "../connection/connection.ts"), 1);
  assertEquals(offences("session/a.ts", "../connection/streams/mod.ts"), 1);
  assertEquals(offences("session/a.ts", "../connection/mod.ts"), 0);
  assertEquals(offences("connection/a.ts", "./streams/stream.ts"), 1);
  assertEquals(offences("connection/a.ts", "./streams/mod.ts"), 0);
  assertEquals(offences("connection/streams/a.ts", "../role.ts"), 0);
  assertEquals(offences("connection/streams/a.ts", "../headers/mod.ts"), 0);
});

Deno.test("no modules of src import each other in a circle", () => {
  assertEquals(circles(modules()), []);
  const found = circles([
    read("a/a.ts", `import "./b.ts";`),
    read("a/b.ts", `export type { C } from "../c/c.ts";`),
    read("c/c.ts", `import "../a/a.ts";`),
    read("c/d.ts", `import "../a/a.ts";`),
  ]);
  assertEquals(found, ["a/a.ts > a/b.ts > c/c.ts > a/a.ts"]);
});

Deno.test("src imports its own modules, some of Deno's, and nothing else", () => {
  assertEquals(modules().flatMap(foreign), []);
});

Deno.test("the scan of imports sees each way to import", () => {
  const seen = read(
    "frames/ping.ts",
    `import "./a.ts";
    import type { B } from "./b.ts";
    export * from "./c.ts";
    export { d } from "./d.ts";
    export const own = 1;
    const e = () => import("./e.ts");
    type F = import("./f.ts").F;
    /** import { g } from "./g.ts"; */`,
  );
  assertEquals(seen.imports, [
    "./a.ts",
    "./b.ts",
    "./c.ts",
    "./d.ts",
    "./e.ts",
    "(not a declaration)",
  ]);
});

Deno.test("the scan of imports finds an offence", () => {
  const offences = (path: string, specifier: string) =>
    upwards(read(path, `import { x } from "${specifier}";`)).length;
  assertEquals(offences("session/a.ts", "../keepalive/mod.ts"), 0);
  assertEquals(offences("session/a.ts", "./b.ts"), 0);
  assertEquals(offences("session/a.ts", "../transport/mod.ts"), 1);
  assertEquals(offences("keepalive/a.ts", "../connection/mod.ts"), 1);
  assertEquals(offences("connection/a.ts", "../keepalive/mod.ts"), 1);
  assertEquals(offences("frames/a.ts", "../../mod.ts"), 1);
  assertEquals(offences("server/a.ts", "../cli/mod.ts"), 1);
  assertEquals(offences("cli/a.ts", "../server/mod.ts"), 1);
  assertEquals(offences("cli/a.ts", "./demo/mod.ts"), 0);
  assertEquals(offences("cli/a.ts", "../../mod.ts"), 0);
  assertEquals(offences("cli/demo/a.ts", "../../session/public.ts"), 0);
  assertEquals(offences("cli/a.ts", "../session/mod.ts"), 1);
  for (const specifier of ["npm:x", "jsr:@std/x", "node:net", "@std/assert"]) {
    const module = read("frames/a.ts", `import "${specifier}";`);
    assertEquals(foreign(module).length, 1);
  }
  const imported = (specifier: string) =>
    foreign(read("cli/a.ts", `import "${specifier}";`)).length;
  assertEquals(imported("commander"), 0);
  assertEquals(imported("@keepalive/grpc/session"), 1);
  assertEquals(imported("npm:commander"), 1);
  assertEquals(imported("node:net"), 1);
  const ofMessages = read("protobuf/a.ts", `import "@bufbuild/protobuf";`);
  assertEquals(foreign(ofMessages), []);
  assertEquals(foreign({ ...ofMessages, path: "client/a.ts" }).length, 1);
  assertEquals(offences("protobuf/a.ts", "../client/mod.ts"), 0);
  assertEquals(offences("observe/a.ts", "../protobuf/mod.ts"), 1);
  assertEquals(offences("client/a.ts", "../protobuf/mod.ts"), 1);
});
