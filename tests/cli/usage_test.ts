import { assertEquals, assertMatch } from "@std/assert";
import { linesOf, run, temporaryFolder } from "./support.ts";
import { certificates } from "../harness/certificates.ts";

const MISTAKES: readonly [
  tool: "server" | "client" | "demo",
  flags: string,
  answer: RegExp,
][] = [
  ["server", "--prot 1", /Unknown option '--prot' \(Did you mean --port\?\)/],
  ["client", "--zzz", /Unknown option '--zzz', see --help/],
  ["client", "localhost:1", /Unexpected "localhost:1", expected flags only/],
  ["server", "--port", /'--port <port>' argument missing/],
  ["server", "--port 65536", /--port: expected a port from 0 to 65535/],
  ["server", "--max-connection-age-jitter 2", /expected a number from 0 to 1/],
  ["server", "--port -1", /--port: expected a port from 0 to 65535/],
  ["client", "--keepalive-time 10", /a duration such as .* received "10"/],
  ["client", "--keepalive-time -1s", /a duration such as .* received "-1s"/],
  ["client", "--keepalive-timeout 0", /--keepalive-timeout: expected .* 0/],
  ["server", "--tolerance infinity", /--tolerance: expected .* Infinity/],
  ["server", "--max-ping-strikes 1.5", /expected a whole number/],
  ["client", "--permit-without-stream=x", /expected true or false/],
  ["client", "--target nowhere", /expected host:port/],
  ["client", "--target=", /--target: expected a value/],
  ["client", "--tls --target unix:/x", /Cannot use --tls/],
  [
    "client",
    "--call ping",
    /--call: expected one of unary, .* received "ping"/,
  ],
  ["client", "--call", /'--call <kind>' argument missing/],
  ["client", "--call unary --size -1", /--size: expected a number of octets/],
  ["client", "--call unary --size 268435457", /--size: .* up to 268435456/],
  ["client", "--call bidi --count 1.5", /--count: expected a whole number/],
  ["client", "--call bidi --interval 1", /--interval: expected a duration/],
  ["client", "--call unary --deadline -1s", /--deadline: expected a duration/],
  ["client", "--count 2", /Cannot use --count: it goes with --call/],
  ["server", "--call unary", /--call is a flag of the client/],
  ["client", "--min-time 1s", /--min-time is a flag of the server/],
  ["server", "--no-reconnect", /--reconnect is a flag of the client/],
  ["client", "--ca /nowhere.pem", /--ca: No such file/],
  ["client", "--no-system-ca", /--system-ca: it goes with --ca/],
  ["server", "--tls-cert /nowhere --tls-key /nowhere", /--tls-cert: No such/],
  ["server", "--unix /x --port 1", /--unix: it goes without --port/],
  ["demo", "--jsn", /Unknown option '--jsn' \(Did you mean --json\?\)/],
];

Deno.test("A mistake in the flags is answered with one line and status 2", async () => {
  for (const [tool, flags, answer] of MISTAKES) {
    const { status, stderr } = await run(tool, flags.split(" "));
    const lines = linesOf(stderr);
    assertEquals(lines.length, 1, stderr);
    assertMatch(lines[0], new RegExp(`^${tool}: `));
    assertMatch(lines[0], answer);
    assertEquals(status, 2, flags);
  }
});

Deno.test("A certificate without its key, or of no use, is answered likewise", async () => {
  using folder = temporaryFolder();
  const { server, elsewhere } = await certificates();
  const [cert, key, note] = ["cert", "key", "note"].map(folder.path);
  Deno.writeTextFileSync(cert, server.cert);
  Deno.writeTextFileSync(key, elsewhere.key);
  Deno.writeTextFileSync(note, "no PEM at all");
  const mistakes: [flags: string[], answer: RegExp][] = [
    [["--tls-cert", cert], /--tls-cert: --tls-key is missing/],
    [["--tls-key", key], /--tls-key: --tls-cert is missing/],
    [["--tls-cert", note, "--tls-key", key], /--tls-cert: .* in PEM/],
    [
      ["--tls-cert", cert, "--tls-key", key],
      /--tls-cert and --tls-key: the key/,
    ],
  ];
  for (const [flags, answer] of mistakes) {
    const { status, stderr } = await run("server", ["--port", "0", ...flags]);
    assertEquals(linesOf(stderr).length, 1, stderr);
    assertMatch(stderr, answer);
    assertEquals(status, 2, stderr);
  }
});

Deno.test("A server that cannot listen says so in one line, with status 1", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { status, stderr } = await run("server", [
    "--host=127.0.0.1",
    `--port=${taken.addr.port}`,
  ]);
  assertEquals(linesOf(stderr).length, 1, stderr);
  assertMatch(stderr, /^server: Cannot listen on 127\.0\.0\.1:\d+: Address/);
  assertEquals(status, 1);
});

Deno.test("The help is no mistake", async () => {
  const { status, stdout, stderr } = await run("client", ["--help"]);
  assertEquals(status, 0);
  assertEquals(stderr, "");
  assertMatch(stdout, /^Usage: deno task client/);
});
