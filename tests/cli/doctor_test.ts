import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "../purity/source.ts";
import { linesOf, type Outcome, temporaryFolder } from "./support.ts";

/** Runs the doctor as its task does, without a terminal. */
async function doctor(...args: string[]): Promise<Outcome> {
  const program = new URL("src/cli/doctor.ts", ROOT).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", program, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    status: code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

Deno.test("deno task doctor lint says what is wrong, and its status tells it", async () => {
  const bad = await doctor(
    "lint",
    "--client-args",
    '{"Time":"10s"}',
    "--server",
    "grpc-go",
  );
  assertEquals([bad.status, bad.stderr], [1, ""]);
  const [verdict] = linesOf(bad.stdout);
  assertEquals(
    verdict,
    "error   1 error: The server ends connections with too_many_pings.",
  );
  const good = await doctor("lint", "--path", "aws-nlb");
  assertEquals([good.status, good.stderr], [0, ""]);
  const longest = Math.max(...linesOf(good.stdout).map((line) => line.length));
  assert(longest <= 80, good.stdout);
});

Deno.test("deno task doctor lint --json prints one object, --report writes a page", async () => {
  using folder = temporaryFolder();
  const page = folder.path("report.html");
  const options = folder.path("client.json");
  Deno.writeTextFileSync(options, '{"grpc.keepalive_time_ms":20000}');
  const { status, stdout } = await doctor(
    "lint",
    "--json",
    `--client-args=@${options}`,
    `--report=${page}`,
    "--server=grpc-core",
    '--path=[{"layer":4,"idle":"1h"}]',
    "--deadline=30s",
  );
  assertEquals([status, linesOf(stdout).length], [1, 1]);
  const diagnosis = JSON.parse(stdout);
  assertEquals(Object.keys(diagnosis), [
    "subject",
    "severity",
    "verdict",
    "facts",
    "findings",
  ]);
  assertEquals(diagnosis.severity, "error");
  assertEquals(diagnosis.findings[0].id, "too-many-pings");
  const [{ end, option, value }] = diagnosis.findings[0].advice;
  assertEquals([end, option, value], [
    "client",
    "grpc.keepalive_time_ms",
    315_000,
  ]);
  const html = Deno.readTextFileSync(page);
  assertMatch(html, /^<!doctype html>/);
  assert(html.includes(diagnosis.verdict));
});

const MISTAKES: readonly [args: string, answer: RegExp][] = [
  ["lnt", /Unknown "lnt", expected one of .*presets/],
  ["lint --pth x", /Unknown option '--pth' \(Did you mean --path\?\)/],
  ["lint nginx", /Unexpected "nginx", expected flags only/],
  ["lint --path=ngnx", /--path: unknown preset "ngnx", did you mean "nginx"\?/],
  ["lint --path=sing-box", /--path: sing-box has no limit by default/],
  ["lint --path=[{", /--path: expected JSON/],
  ["lint --client=go", /--client: expected .*"grpc-go".* received "go"/],
  ["lint --client-args={", /--client-args: expected JSON/],
  ["lint --client-args=[]", /--client-args: expected an object in JSON/],
  ["lint --client-args=@/nowhere", /--client-args: No such file/],
  ['lint --server-args={"MinTim":1}', /"MinTim", did you mean "MinTime"\?/],
  ["lint --rtt=soon", /--rtt: expected a duration such as .* "soon"/],
  ["lint --rtt=0", /--rtt: expected milliseconds above 0/],
  ["lint --report=/nowhere/x.html", /--report: No such file/],
  ["presets --jsn", /Unknown option '--jsn' \(Did you mean --json\?\)/],
];

for (const [args, answer] of MISTAKES) {
  Deno.test(`deno task doctor ${args} is answered with one line and status 2`, async () => {
    const { status, stdout, stderr } = await doctor(...args.split(" "));
    const isLate = args.includes("--report");
    assertEquals([status, linesOf(stderr).length], [2, 1], stderr);
    assertEquals(stdout === "", !isLate, stdout);
    assertMatch(stderr, /^doctor: /);
    assertMatch(stderr, answer);
  });
}

Deno.test("deno task doctor presets lists them, as JSON one a line", async () => {
  const { status, stdout } = await doctor("presets", "--json");
  const presets = linesOf(stdout).map((line) => JSON.parse(line));
  assertEquals(status, 0);
  assert(presets.length >= 38);
  assertEquals(presets[0].name, "aws-alb");
});

for (const page of ["README.md", ".github/DOCTOR.md"]) {
  Deno.test(`the output in ${page} is what deno task doctor prints`, async () => {
    const text = Deno.readTextFileSync(new URL(page, ROOT));
    const [, command, output] = text.match(
      /\$ deno task doctor (lint [^\n]*)\n([^`]*)```/,
    ) ?? [];
    const args = [...command.matchAll(/'([^']*)'|\S+/g)]
      .map(([whole, quoted]) => quoted ?? whole);
    const { stdout } = await doctor(...args);
    // A line "…" stands for those that are left out.
    const parts = output.trimEnd().split(/^…$/m).map(RegExp.escape);
    assertMatch(stdout.trimEnd(), new RegExp(`^${parts.join("[^]*")}$`));
  });
}
