import { assert, assertEquals } from "@std/assert";
import { ROOT } from "./source.ts";

interface Config {
  readonly exports: Record<string, string>;
  readonly tasks: Record<string, { readonly command: string }>;
}

const { exports, tasks }: Config = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);

/** The entrypoints whose types name those of a package, which `deno doc` takes for private. */
const WITH_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "./connect": ["ConnectRouter", "Interceptor", "Transport"],
  "./protobuf": [
    "DescFile",
    "DescMessage",
    "DescMethod",
    "DescService",
    "MessageInitShape",
    "MessageShape",
  ],
};

Deno.test("check:source lints the documentation of each entrypoint that has no package", () => {
  const linted = tasks["check:source"].command.match(/doc --lint ([^&]+)/)?.[1];
  const files = linted?.trim().split(" ").map((file) => `./${file}`);
  const expected = Object.entries(exports)
    .filter(([name]) => !(name in WITH_PACKAGES))
    .map(([, file]) => file);
  assertEquals(files?.sort(), expected.sort());
});

Deno.test("the documentation of all entrypoints is clean, but for the types of packages", async () => {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...Object.values(exports)],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const told = new TextDecoder().decode(stderr)
    // deno-lint-ignore no-control-regex
    .replaceAll(/\x1b\[[0-9;]*m/g, "");
  const errors = told.match(/^error\[.*$/gm) ?? [];
  const known = Object.values(WITH_PACKAGES).flat();
  const others = errors.filter((error) =>
    !known.some((name) => error.endsWith(`references private type '${name}'`))
  );
  assertEquals(others, []);
  assert(errors.length > 0, "it sees the types of packages");
});
