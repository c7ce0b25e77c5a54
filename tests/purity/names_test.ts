import { assert, assertEquals } from "@std/assert";
import {
  CLI,
  FOLDERS,
  type Module,
  modules,
  PURE_FOLDERS,
  read,
} from "./source.ts";

/** Deno, timers, clocks, promises, the console and chance. */
const IMPURE: readonly string[] = [
  "Deno",
  "globalThis",
  "setTimeout",
  "setInterval",
  "clearTimeout",
  "clearInterval",
  "queueMicrotask",
  "performance",
  "Date",
  "Temporal",
  "Promise",
  "console",
  "crypto",
  "Math.random",
];

function impurities({ path, names, waits }: Module): string[] {
  const found = IMPURE
    .filter((name) => names.has(name))
    .map((name) => `${path} names ${name}`);
  return waits ? [...found, `${path} waits for a promise`] : found;
}

Deno.test("no pure folder names Deno, a timer, a clock, a promise, the console or chance", () => {
  const pure = modules(PURE_FOLDERS);
  assert(pure.some(({ names }) => names.has("Math.min")));
  assertEquals(pure.flatMap(impurities), []);
});

Deno.test("what is recorded is recorded without a clock, a timer or a promise of its own", () => {
  assertEquals(modules(["recorder"]).flatMap(impurities), []);
});

Deno.test("the scan of names finds each of them, in code only", () => {
  for (const name of IMPURE) {
    const offence = read("frames/a.ts", `export const a: unknown = ${name};`);
    assertEquals(impurities(offence), [`frames/a.ts names ${name}`]);
  }
  const type = read("frames/a.ts", "export type A = Promise<Date>;");
  assertEquals(impurities(type).length, 2);
  const harmless = read(
    "frames/a.ts",
    `/** Deno, Date */ export const a: string = "performance"; // console`,
  );
  assertEquals(impurities(harmless), []);
});

Deno.test("the scan of names finds what waits", () => {
  for (
    const source of [
      "export async function a(): A {}",
      "export const a: A = async () => {};",
      "await a;",
      "export class A { async a(): A {} }",
    ]
  ) {
    assertEquals(impurities(read("frames/a.ts", source)), [
      "frames/a.ts waits for a promise",
    ]);
  }
});

/** What users import; the command line beside it is a program. */
const LIBRARY = FOLDERS.filter((folder) => folder !== CLI);

/** What only one place in `src` does, for all others. */
const ONE_PLACE: Readonly<Record<string, readonly string[]>> = {
  "runtime/system_clock.ts": [
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "Date.now",
    "performance.now",
    "Deno.refTimer",
    "Deno.unrefTimer",
  ],
  "runtime/on_abort.ts": ["addEventListener", "removeEventListener"],
};

/** The check of a signal asks what it has; it does not listen. */
const CHECKS_ONLY = "options/options.ts";

function misplaced({ path, names }: Module): string[] {
  return Object.entries(ONE_PLACE)
    .filter(([place]) => ![place, CHECKS_ONLY].includes(path))
    .flatMap(([, single]) => single.filter((name) => names.has(name)))
    .map((name) => `${path} names ${name}`);
}

Deno.test("timers and clocks are those of one module, and so is the listening to signals", () => {
  assertEquals(modules(LIBRARY).flatMap(misplaced), []);
  for (const [place, names] of Object.entries(ONE_PLACE)) {
    for (const name of names) {
      const source = name === "addEventListener"
        ? `signal.${name}("abort", f);`
        : `export const a: unknown = ${name};`;
      assertEquals(misplaced(read("a/a.ts", source)), [`a/a.ts names ${name}`]);
      assertEquals(misplaced(read(place, source)), []);
    }
  }
});

/** Whatever connects, listens, or asks for names. */
const SOCKETS: readonly string[] = [
  "Deno.connect",
  "Deno.connectTls",
  "Deno.startTls",
  "Deno.listen",
  "Deno.listenTls",
  "Deno.resolveDns",
  "WebSocket",
  "fetch",
];

const SOCKET_MODULES = /^node:(net|tls|dns|http)/;

function sockets({ path, names, imports }: Module): string[] {
  if (path.startsWith("transport/network/")) return [];
  return [
    ...SOCKETS.filter((name) => names.has(name)),
    ...imports.filter((specifier) => SOCKET_MODULES.test(specifier)),
  ].map((name) => `${path} names ${name}`);
}

Deno.test("sockets and names of hosts are those of the network", () => {
  assertEquals(modules(LIBRARY).flatMap(sockets), []);
  for (const name of SOCKETS) {
    const source = `export const a: unknown = ${name};`;
    assertEquals(sockets(read("a/a.ts", source)), [`a/a.ts names ${name}`]);
  }
  for (const name of ["node:net", "node:tls", "node:dns/promises"]) {
    const source = `import { a } from "${name}";`;
    assertEquals(sockets(read("a/a.ts", source)), [`a/a.ts names ${name}`]);
  }
});
