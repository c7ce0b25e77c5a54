import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Health, implement, serve, ServingStatus } from "../../mod.ts";
import { reflection } from "../../src/reflection/mod.ts";
import { greeter } from "../../examples/greeter/service.ts";
import { linesOf, runProgram, temporaryFolder } from "./support.ts";

const descriptors = Deno.readFileSync(
  new URL("../../examples/greeter/generated/helloworld.binpb", import.meta.url),
);
const HELLO = "helloworld.Greeter/SayHello";

/** A server with a greeter, its health, and reflection. */
function start() {
  const health = new Health({ "helloworld.Greeter": ServingStatus.SERVING });
  const server = serve({ hostname: "127.0.0.1", port: 0 }, [
    greeter,
    health.service,
    reflection(descriptors, health.service),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  return {
    health,
    target: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

Deno.test("ping tells each round trip and a summary, and is never one PING too many", async () => {
  await using server = start();
  const { status, stdout, stderr } = await runProgram(
    ...["ping", "--count=8", "--interval=10ms", server.target],
  );
  assertEquals(stderr, "");
  assertEquals(
    stdout.match(/^PING \d+ to .*: .* ms, call .* \(OK\)$/gm)?.length,
    8,
  );
  assertMatch(stdout, /^8 sent, 8 answered, 0 % lost, in \d+ ms$/m);
  assertMatch(stdout, /^rtt p50\/p90\/p99 [\d.]+\/[\d.]+\/[\d.]+ ms$/m);
  assertEquals(status, 0);
});

Deno.test("ping with --json has one object a line; nobody there is status 1", async () => {
  const { status, stdout } = await runProgram(
    ...["ping", "--count=2", "--interval=10ms", "--json", "127.0.0.1:1"],
  );
  const lines = linesOf(stdout).map((line) => JSON.parse(line));
  assertEquals(lines.map(({ kind }) => kind), ["lost", "lost", "summary"]);
  assertMatch(lines[0].why, /Cannot connect to 127\.0\.0\.1:1/);
  assertEquals([lines[2].sent, lines[2].answered], [2, 0]);
  assertEquals(status, 1);
});

Deno.test("list, describe and call work by reflection", async () => {
  await using server = start();
  const list = await runProgram("list", server.target);
  assertEquals(linesOf(list.stdout), [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "helloworld.Greeter",
  ]);
  const described = await runProgram("describe", server.target, HELLO);
  assertStringIncludes(
    described.stdout,
    "rpc SayHello ( .helloworld.HelloRequest ) returns ( .helloworld.HelloReply );",
  );
  const called = await runProgram(
    ...["call", server.target, HELLO, "-d", '{"name":"Deno"}'],
  );
  assertEquals(called.stderr, "");
  assertEquals(JSON.parse(called.stdout), { message: "Hello, Deno!" });
});

Deno.test("call takes descriptors out of a .proto and a descriptor set", async () => {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [greeter]);
  const target = `127.0.0.1:${(server.addr as Deno.NetAddr).port}`;
  const folder = new URL("../../examples/greeter/", import.meta.url).pathname;
  const call = ["call", target, HELLO, "-d", '{"name":"Deno"}'];
  for (
    const flags of [
      ["--proto", `${folder}helloworld.proto`],
      ["--proto", "helloworld.proto", "--import-path", folder],
      ["--descriptor-set", `${folder}generated/helloworld.binpb`],
    ]
  ) {
    const { status, stdout, stderr } = await runProgram(...call, ...flags);
    assertEquals([stderr, status], ["", 0]);
    assertEquals(JSON.parse(stdout), { message: "Hello, Deno!" });
  }
  const { status, stderr } = await runProgram(...call);
  assertMatch(stderr, /no reflection: name its \.proto with --proto/);
  assertEquals(status, 1);
});

Deno.test("health of a server without that service says so, and what to do", async () => {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [greeter]);
  const { port } = server.addr as Deno.NetAddr;
  const { status, stderr } = await runProgram("health", `127.0.0.1:${port}`);
  assertMatch(stderr, /^UNIMPLEMENTED: unknown method .*Health\/Check$/m);
  assertMatch(stderr, /has no health service: .* new Health\(\)\.service$/m);
  assertEquals(status, 76);
});

Deno.test("health tells the status, and has an exit status for each", async () => {
  await using server = start();
  const ask = async (...args: string[]) => {
    const { status, stdout } = await runProgram(
      "health",
      server.target,
      ...args,
    );
    return [stdout.trim(), status];
  };
  assertEquals(await ask(), ["SERVING", 0]);
  server.health.set("helloworld.Greeter", ServingStatus.NOT_SERVING);
  assertEquals(await ask("helloworld.Greeter"), ["NOT_SERVING", 1]);
  assertEquals(await ask("no.Such"), ["", 69]);
});

Deno.test("The tools are subcommands, with their flags and under their own name", async () => {
  for (const tool of ["server", "client", "watch"]) {
    const { status, stdout } = await runProgram(tool, "--help");
    assertStringIncludes(stdout, `Usage: keepalive ${tool} [flags]`);
    assertEquals(status, 0);
  }
  const lint = await runProgram("doctor", "lint", "--help");
  assertStringIncludes(lint.stdout, "keepalive doctor lint --client grpc-js");
  const { status, stderr } = await runProgram("client", "--min-time", "1s");
  assertMatch(stderr, /flag of the server, see keepalive server --help/);
  assertEquals(status, 2);
});

const MISTAKES: readonly [args: string, answer: RegExp][] = [
  ["pnig", /no subcommand "pnig", did you mean "ping"\?/],
  ["zzzzz", /expected one of ping, call, list/],
  ["ping", /Missing required argument 'target', see --help/],
  ["ping --cuont 1 x:1", /Unknown option '--cuont' \(Did you mean --count\?\)/],
  ["ping a:1 b:2", /Unexpected "b:2", see --help/],
  ["ping --count 0 a:1", /--count: expected at least 1/],
  ["ping --interval 1ms a:1", /--interval: expected a duration from 10ms/],
  ["ping nowhere", /expected host:port/],
  ["ping --cert /nowhere.pem a:1", /--cert: No such file/],
  ["ping --no-system-ca a:1", /--no-system-ca: it goes with --ca/],
  ["ping --tls unix:/x", /--tls: unix:\/x is a Unix socket/],
  ["ping --insecure a:1", /--insecure: a program cannot turn off Deno's check/],
  ["ping --keepalive-timeout 0 a:1", /--keepalive-timeout/],
  ["call a:1", /Missing required argument 'method'/],
  ["call a:1 b.C/D -H nonsense", /--header: expected "name: value"/],
  ["call a:1 b.C/D -H grpc-status:1", /--header: .* belongs to the protocol/],
  ["call a:1 b.C/D -H x-bin:%", /--header: expected Base64, received "%"/],
  ["call a:1 b.C/D --import-path .", /--import-path: it goes with --proto/],
  [
    "call a:1 b.C/D --proto /nowhere.proto",
    /there is no file \/nowhere\.proto/,
  ],
  ["call a:1 b.C/D --descriptor-set /nowhere", /--descriptor-set .*: No such/],
  ["list", /Expected a target such as localhost:50051, or --proto/],
  ["completion tcsh", /"tcsh": expected one of bash, zsh, fish, powershell/],
];

Deno.test("Each mistake is answered with one line, which knows the neighbour, and status 2", async () => {
  for (const [args, answer] of MISTAKES) {
    const { status, stderr } = await runProgram(...args.split(" "));
    assertEquals(linesOf(stderr).length, 1, stderr);
    assertMatch(stderr, /^keepalive: /);
    assertMatch(stderr, answer);
    assertEquals(status, 2, args);
  }
});

/** The console session of a page: each command, and what it prints. */
function sessionOf(page: string): [command: string, output: string][] {
  const text = Deno.readTextFileSync(
    new URL(`../../${page}`, import.meta.url),
  );
  const [, block] = /```console\n(\$ keepalive[\s\S]*?)```/.exec(text)!;
  return block.split(/^\$ keepalive /m).slice(1).map((part) => {
    const [command, ...lines] = part.split("\n");
    return [command, lines.join("\n")];
  });
}

const SESSIONS = { "README.md": 3, ".github/COMMAND-LINE.md": 5 };

for (const [page, count] of Object.entries(SESSIONS)) {
  Deno.test(`the output in ${page} is what the command line prints`, async () => {
    await using server = start();
    const ran = sessionOf(page)
      .filter(([command]) => !command.startsWith("ping"));
    assertEquals(ran.length, count);
    for (const [command, output] of ran) {
      const args = command.match(/'[^']*'|\S+/g)!
        .map((word) => word.replaceAll("'", ""))
        .map((word) => word === "localhost:50051" ? server.target : word);
      const { stdout, stderr } = await runProgram(...args);
      assertEquals(stdout + stderr, output);
    }
  });
}

Deno.test("ping loads no Protocol Buffers, and no parser of them", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "src/cli/ping/run_ping.ts"],
    cwd: new URL("../../", import.meta.url),
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = modules.map(({ specifier }: { specifier: string }) =>
    specifier
  );
  assertEquals(loaded.length > 100, true);
  const heavy = /bufbuild|protobufjs|src\/(protobuf|connect|doctor)\//;
  assertEquals(loaded.filter((each: string) => heavy.test(each)), []);
});

Deno.test("call with --json has headers, messages and the status as lines", async () => {
  await using server = start();
  const call = ["call", "--json", server.target];
  const streamed = await runProgram(
    ...call,
    ...["helloworld.Greeter/LotsOfReplies", "-d", '{"name":""}'],
  );
  const [last] = linesOf(streamed.stdout).slice(-1);
  assertEquals(JSON.parse(last).status.name, "INVALID_ARGUMENT");
  assertEquals(streamed.status, 67);
  const { stdout, status } = await runProgram(
    ...call,
    ...["helloworld.Greeter/BidiHello", "-d", '{"name":"a"}{"name":"b"}'],
  );
  assertEquals(linesOf(stdout).map((line) => JSON.parse(line)), [
    { headers: { "content-language": ["en"] } },
    { message: { message: "Hello, a!" } },
    { message: { message: "Hello, b!" } },
    { status: { code: 0, name: "OK", trailers: {} } },
  ]);
  assertEquals(status, 0);
});

Deno.test("A request that is no message is told, with the nearest field, whatever the call", async () => {
  await using server = start();
  for (const method of ["SayHello", "BidiHello", "LotsOfGreetings"]) {
    const { status, stderr } = await runProgram(
      ...["call", server.target, `helloworld.Greeter/${method}`],
      ...["-d", '{"nmae":"a"}'],
    );
    assertEquals(
      stderr,
      'keepalive: Message 1 is no helloworld.HelloRequest: helloworld.HelloRequest has no field "nmae", did you mean "name"?\n',
    );
    assertEquals(status, 2);
  }
  const two = await runProgram(
    ...["call", server.target, HELLO, "-d", "{} {}"],
  );
  assertMatch(two.stderr, /SayHello takes one message, received more/);
  assertEquals(two.status, 2);
});

Deno.test("A deadline ends a call with status 68, a server that is not there with 78", async () => {
  await using server = start();
  const watch = ["grpc.health.v1.Health/Watch", "--deadline=50ms"];
  const late = await runProgram("call", server.target, ...watch);
  assertMatch(late.stderr, /^DEADLINE_EXCEEDED: /);
  assertEquals(late.status, 68);
  const nobody = await runProgram("call", "127.0.0.1:1", ...watch);
  assertMatch(nobody.stderr, /^UNAVAILABLE: .*Connection refused/);
  assertEquals(nobody.status, 78);
});

/** Octets of a `Timestamp` of a year that is none, and of no message at all. */
const BAD_TIMES: readonly [octets: number[], answer: RegExp, status: number][] =
  [
    [
      [8, 255, 255, 255, 255, 255, 255, 127],
      /^keepalive: A response has no form in JSON: .*Timestamp/,
      1,
    ],
    [[255, 255], /^INTERNAL: /, 77],
  ];

Deno.test("A response that is none ends a call with a line", async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(
    folder.path("t.proto"),
    `syntax = "proto3"; import "google/protobuf/timestamp.proto";
    message Q {} service T { rpc Get(Q) returns (google.protobuf.Timestamp); }`,
  );
  for (const [octets, answer, expected] of BAD_TIMES) {
    const get = {
      path: "/T/Get",
      requestStream: false,
      responseStream: false,
      requestSerialize: () => new Uint8Array(),
      requestDeserialize: () => ({}),
      responseSerialize: () => new Uint8Array(octets),
      responseDeserialize: () => ({}),
    } as const;
    await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
      implement({ get }, { get: () => ({}) }),
    ]);
    const { port } = server.addr as Deno.NetAddr;
    const { status, stderr } = await runProgram(
      ...["call", `127.0.0.1:${port}`, "T/Get"],
      ...["--proto", folder.path("t.proto")],
    );
    assertEquals(linesOf(stderr).length, 1, stderr);
    assertMatch(stderr, answer);
    assertEquals(status, expected);
  }
});

Deno.test("What a peer says moves no cursor", async () => {
  const health = new Health();
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
    greeter,
    health.service,
    reflection(descriptors, health.service),
  ]);
  const target = `127.0.0.1:${(server.addr as Deno.NetAddr).port}`;
  const { stdout } = await runProgram(
    ...["call", target, HELLO, "-d", '{"name":"\\u001b[2J\\u202e"}'],
  );
  assertStringIncludes(stdout, "Hello, \\u001b[2J\\u202e!");
  assertEquals(JSON.parse(stdout).message, "Hello, \x1b[2J\u202e!");
});
