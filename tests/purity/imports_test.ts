import { assert, assertEquals } from "@std/assert";
import { folderOf, FOLDERS, type Module, modules, read } from "./source.ts";

/** What Deno itself brings along, and who may name it. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  "transport/lookup.ts": ["node:dns/promises"],
  "transport/turn.ts": ["node:timers"],
  "transport/driver.ts": ["node:timers"],
  "transport/node_tls_client.ts": ["node:net", "node:tls"],
  "transport/node_tls_listener.ts": ["node:net", "node:tls"],
  "transport/node_tls_socket.ts": ["node:crypto", "node:net", "node:tls"],
  "grpc/gunzip.ts": ["node:zlib", "node:buffer"],
};

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
    const other = target(path, specifier);
    const apart = other === "connection" && own === "keepalive";
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
    .map((specifier) => `${path} imports ${specifier}`);
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
  for (const specifier of ["npm:x", "jsr:@std/x", "node:net", "@std/assert"]) {
    const module = read("frames/a.ts", `import "${specifier}";`);
    assertEquals(foreign(module).length, 1);
  }
});
