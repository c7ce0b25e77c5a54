import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  Channel,
  createClient,
  GrpcError,
  HealthDefinition,
  ServingStatus,
  Status,
} from "@keepalive/grpc";
import {
  buildDescriptors,
  DESCRIPTORS,
  generate,
  GENERATED,
  runGenerator,
} from "../../examples/greeter/generate.ts";
import { Greeter } from "../../examples/greeter/greeter.ts";
import { certificates } from "../harness/certificates.ts";
import { GreeterServer, runGreeter } from "./greeter_process.ts";
import { linesOf, temporaryFolder } from "../cli/support.ts";

const missing = await whyNoGenerator();

async function whyNoGenerator(): Promise<string | undefined> {
  try {
    await runGenerator("buf", "--version");
  } catch (error) {
    const { message } = error as Error;
    const [why] = message.split("\n").filter((line) =>
      !line.startsWith("npm warn")
    );
    console.warn(`skipped: the generator of the greeter: ${why}`);
    return why;
  }
}

Deno.test({
  name: "The committed code is what the generator makes of helloworld.proto" +
    (missing === undefined ? "" : ` (skipped: ${missing})`),
  ignore: missing !== undefined,
  fn: async () => {
    assertEquals(await Deno.readTextFile(GENERATED), await generate());
    assertEquals(await Deno.readFile(DESCRIPTORS), await buildDescriptors());
  },
});

Deno.test("The messages of the greeter are those of Protocol Buffers", () => {
  const { requestSerialize, responseDeserialize } = Greeter.sayHello;
  const octets = [0x0a, 4, ...new TextEncoder().encode("Deno")];
  assertEquals([...requestSerialize({ name: "Deno" })], octets);
  assertEquals(responseDeserialize(Buffer.from(octets)), { message: "Deno" });
});

Deno.test("The greeter's client makes its calls, in the clear and over TLS", async () => {
  using folder = temporaryFolder();
  const { ca, server: identity } = await certificates();
  const [caFile, cert, key] = ["ca", "cert", "key"].map(folder.path);
  Deno.writeTextFileSync(caFile, ca);
  Deno.writeTextFileSync(cert, identity.cert);
  Deno.writeTextFileSync(key, identity.key);
  const ways = [
    { server: [], client: [] },
    { server: ["--cert", cert, "--key", key], client: ["--ca", caFile] },
  ];
  await Promise.all(ways.map(async (flags) => {
    await using server = await GreeterServer.start(...flags.server);
    const { status, stdout, stderr } = await runGreeter(
      "client",
      `--target=localhost:${server.port}`,
      "--patience=700",
      ...flags.client,
    );
    assertEquals([status, stderr], [0, ""]);
    const lines = linesOf(stdout);
    const stream = lines.splice(6, lines.length - 7);
    assertEquals(lines, [
      '(in "de")',
      "Hallo, Deno!",
      "Hello, Ada, Grace, and Deno!",
      "Hello, Ada!",
      "Hello, Grace!",
      "(refused: A name must not be empty)",
      "(that is enough)",
    ]);
    assert(stream.length > 0);
    assert(stream.every((line) => line === "Hello, Deno!"), stream.join());
  }));
});

Deno.test("A greeter that is stopped says goodbye to those who listen", async () => {
  await using server = await GreeterServer.start();
  await using channel = new Channel(`localhost:${server.port}`);
  const greetings = createClient(Greeter, channel).lotsOfReplies({
    name: "Ada",
  });
  const first = await greetings.next();
  assertEquals(first.value, { message: "Hello, Ada!" });
  const stopping = server.stop();
  const messages = (await Array.fromAsync(greetings)).map((reply) =>
    reply.message
  );
  assertEquals(messages.at(-1), "Goodbye, Ada!");
  const { status, stdout } = await stopping;
  assertEquals(status, 0);
  const [, notice, call, last] = linesOf(stdout);
  assertEquals(notice, "SIGTERM: no new calls, 10 s for running ones");
  assertMatch(call, /^\S+ \/helloworld\.Greeter\/LotsOfReplies \d+ ms: OK$/);
  assertEquals(last, "Stopped");
});

Deno.test("The greeter greets in the language of the metadata, if it knows it", async () => {
  await using server = await GreeterServer.start();
  await using channel = new Channel(`localhost:${server.port}`);
  const greeter = createClient(Greeter, channel);
  const spoken: [wanted: string, language: string, message: string][] = [
    ["fr", "fr", "Bonjour, Ada!"],
    ["en", "en", "Hello, Ada!"],
    ["tlh", "en", "Hello, Ada!"],
  ];
  for (const [wanted, language, message] of spoken) {
    let told: unknown;
    const reply = await greeter.sayHello({ name: "Ada" }, {
      metadata: { "accept-language": wanted },
      onHeaders: (headers) => told = headers.get("content-language"),
    });
    assertEquals([told, reply], [language, { message }]);
  }
});

Deno.test("The greeter refuses no name and too many names", async () => {
  await using server = await GreeterServer.start();
  await using channel = new Channel(`localhost:${server.port}`);
  const greeter = createClient(Greeter, channel);
  const name = "Ada";
  const names = (count: number) => Array(count).fill({ name });
  const refusals: [status: number, call: () => Promise<unknown>][] = [
    [Status.INVALID_ARGUMENT, () => greeter.sayHello({ name: "" })],
    [Status.INVALID_ARGUMENT, () => greeter.lotsOfGreetings([])],
    [Status.RESOURCE_EXHAUSTED, () => greeter.lotsOfGreetings(names(101))],
  ];
  for (const [status, call] of refusals) {
    assertEquals((await assertRejects(call, GrpcError)).code, status);
  }
  await greeter.lotsOfGreetings(names(100));
  const { stdout } = await server.stop();
  assertMatch(stdout, /SayHello \d+ ms: INVALID_ARGUMENT: A name must not be/);
});

Deno.test("The greeter tells its health", async () => {
  await using server = await GreeterServer.start();
  await using channel = new Channel(`localhost:${server.port}`);
  const health = createClient(HealthDefinition, channel);
  const { status } = await health.check({ service: "helloworld.Greeter" });
  assertEquals(status, ServingStatus.SERVING);
});

Deno.test("A greeter's client without a server says so in one line, with status 1", async () => {
  const { status, stdout, stderr } = await runGreeter(
    "client",
    "--target=127.0.0.1:1",
  );
  assertEquals([status, stdout], [1, ""]);
  assertEquals(linesOf(stderr).length, 1, stderr);
  assertMatch(stderr, /^The call failed with UNAVAILABLE: Cannot connect to/);
});

Deno.test("Flags that the greeter cannot use are answered with one line and status 2", async () => {
  using folder = temporaryFolder();
  const { ca, server, client } = await certificates();
  const [caFile, cert, key] = ["ca", "cert", "key"].map(folder.path);
  Deno.writeTextFileSync(caFile, ca);
  Deno.writeTextFileSync(cert, server.cert);
  Deno.writeTextFileSync(key, client.key);
  using taken = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const mistakes: [role: "server" | "client", flags: string, answer: RegExp][] =
    [
      ["server", `--cert=${cert}`, /--cert and --key go together/],
      ["server", `--key=${key}`, /--cert and --key go together/],
      ["server", "--cert=/nope", /Cannot use --cert: No such file/],
      ["server", "--key=/nope", /Cannot use --key: No such file/],
      ["server", `--cert=${cert} --key=${key} --port=0`, /tls\.key/],
      ["server", "--port=x", /--port: expected a port from 0 to 65535, .* "x"/],
      ["server", "--port=65536", /--port: expected a port from 0 to 65535/],
      ["server", `--port=${taken.addr.port}`, /--port \d+: Address already in/],
      ["server", "--prot=1", /Unknown option '--prot=1' \(Did you mean --port/],
      ["client", "--nmae=Ada", /Unknown option '--nmae=Ada'/],
      ["client", "--target=foo", /target "foo": expected host:port/],
      ["client", "--target=", /target "": expected host:port/],
      ["client", "--ca=/nope", /Cannot use --ca: No such file/],
      ["client", "--ca=deno.json", /--ca: expected a file in PEM/],
      ["client", `--ca=${key}`, /tls\.caCerts/],
      ["client", "--patience=x", /--patience: expected a whole number, .* "x"/],
      ["client", "--language=\u00e4", /metadata key "accept-language"/],
      ["client", "foo", /Unexpected "foo", expected flags only/],
    ];
  for (const [role, flags, answer] of mistakes) {
    const { status, stdout, stderr } = await runGreeter(
      role,
      ...flags.split(" "),
    );
    assertEquals(linesOf(stderr).length, 1, stderr);
    assertMatch(stderr, new RegExp(`^greeter:${role}: `));
    assertMatch(stderr, answer);
    assertEquals([status, stdout], [2, ""], flags);
  }
});

Deno.test("The greeter's help is no mistake", async () => {
  for (const role of ["server", "client"] as const) {
    const { status, stdout, stderr } = await runGreeter(role, "--help");
    assertEquals([status, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`^Usage: deno task greeter:${role}`));
  }
});
