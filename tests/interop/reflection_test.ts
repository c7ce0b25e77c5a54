/**
 * Tools that people have, against a server that offers reflection: grpcurl, ghz
 * and grpc-health-probe of the Go proxy, buf of npm, and v1alpha as grpc-go's
 * stubs have it.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Health, serve, type Server } from "../../mod.ts";
import { Channelz } from "../../src/channelz/mod.ts";
import { reflection } from "../../src/reflection/mod.ts";
import { greeter } from "../../examples/greeter/service.ts";
import { prepareTool } from "./go_tools.ts";
import { peers } from "./peers/mod.ts";
import { run } from "./tools.ts";

const SERVICES = [
  "grpc.channelz.v1.Channelz",
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "helloworld.Greeter",
];

const descriptors = Deno.readFileSync(
  new URL("../../examples/greeter/generated/helloworld.binpb", import.meta.url),
);

/** A server with everything that tools ask for. */
function start(): Server {
  const { service: health } = new Health();
  const channelz = new Channelz();
  return serve({ hostname: "127.0.0.1", port: 0, observer: channelz }, [
    greeter,
    health,
    channelz.service,
    reflection(descriptors, health, channelz.service),
  ]);
}

function targetOf({ addr }: Server): string {
  return `127.0.0.1:${(addr as Deno.NetAddr).port}`;
}

async function testWithTool(
  tool: string,
  name: string,
  fn: (path: string, target: string) => Promise<void>,
): Promise<void> {
  const prepared = await prepareTool(tool);
  const [why] = prepared.text.split("\n");
  Deno.test({
    name: prepared.ok ? `${tool} ${name}` : `${tool} (skipped: ${why})`,
    ignore: !prepared.ok,
    fn: async () => {
      await using server = start();
      await fn(prepared.text, targetOf(server));
    },
  });
}

/** What a command prints, if it succeeds. */
async function output(...command: readonly string[]): Promise<string> {
  const { ok, text } = await run(command, { env: { NO_COLOR: "1" } });
  assert(ok, `${command.join(" ")}: ${text}`);
  return text.trim();
}

await testWithTool(
  "grpcurl",
  "lists, describes and calls",
  async (path, target) => {
    const grpcurl = (...args: string[]) => output(path, "-plaintext", ...args);
    assertEquals((await grpcurl(target, "list")).split("\n"), SERVICES);
    assertStringIncludes(
      await grpcurl(target, "describe", "helloworld.Greeter.SayHello"),
      "rpc SayHello ( .helloworld.HelloRequest ) returns ( .helloworld.HelloReply );",
    );
    for (const service of SERVICES) await grpcurl(target, "describe", service);
    assertStringIncludes(
      await grpcurl(target, "describe", "grpc.channelz.v1.SocketData"),
      "google.protobuf.Int64Value local_flow_control_window = 11;",
    );
    const call = async (data: string, method: string) =>
      JSON.parse(await grpcurl("-d", data, target, method));
    assertEquals(await call('{"name":"Deno"}', "helloworld.Greeter/SayHello"), {
      message: "Hello, Deno!",
    });
    assertEquals(await call("{}", "grpc.health.v1.Health/List"), {
      statuses: { "": { status: "SERVING" } },
    });
    const { server } = await call("{}", "grpc.channelz.v1.Channelz/GetServers");
    assertEquals(server.length, 1);
    const unknown = await run([
      ...[path, "-plaintext", target, "describe", "no.Such"],
    ]);
    assertEquals(unknown.ok, false);
    assertStringIncludes(unknown.text, "Symbol not found: no.Such");
  },
);

await testWithTool("ghz", "makes calls by reflection", async (path, target) => {
  const report = JSON.parse(
    await output(
      ...[path, "--insecure", "--call", "helloworld.Greeter.SayHello"],
      ...["-d", '{"name":"Deno"}', "-n", "500", "-c", "10", "-O", "json"],
      target,
    ),
  );
  assertEquals(report.statusCodeDistribution, { OK: 500 });
});

await testWithTool(
  "grpc-health-probe",
  "finds the server serving",
  async (path, target) => {
    assertStringIncludes(await output(path, "-addr", target), "SERVING");
    const unknown = await run([path, "-addr", target, "-service", "no.Such"]);
    assertEquals(unknown.ok, false);
  },
);

const BUF = ["npx", "--yes", "@bufbuild/buf@1.75.0"];
const buf = await run([...BUF, "--version"]);

Deno.test({
  name: buf.ok
    ? "buf curl calls by reflection"
    : "buf curl (skipped: buf is missing)",
  ignore: !buf.ok,
  fn: async () => {
    await using server = start();
    const url = `http://${targetOf(server)}`;
    const curl = [...BUF, "curl", "--protocol", "grpc"];
    const prior = "--http2-prior-knowledge";
    const answer = await output(
      ...[...curl, prior, "-d", '{"name":"Deno"}'],
      `${url}/helloworld.Greeter/SayHello`,
    );
    assertEquals(JSON.parse(answer), { message: "Hello, Deno!" });
    const methods = await output(...curl, prior, "--list-methods", url);
    assertStringIncludes(methods, "helloworld.Greeter/SayHello");
  },
});

const go = await peers.find(({ name }) => name === "grpc-go")!.prepare();

Deno.test({
  name: go.available
    ? "v1alpha answers the stubs of grpc-go"
    : `v1alpha asked by grpc-go (skipped: ${go.why.split("\n")[0]})`,
  ignore: !go.available,
  fn: async () => {
    assert(go.available);
    await using server = start();
    const symbol = "grpc.channelz.v1.Channelz.GetSocket";
    const line = await output(
      ...[...go.command, "reflection", "--target", targetOf(server)],
      ...["--symbol", symbol],
    );
    const { services, files, missing } = JSON.parse(line.split("\n")[0]);
    assertEquals(services, SERVICES);
    assertEquals(files, [
      "grpc/channelz/v1/channelz.proto",
      "google/protobuf/any.proto",
      "google/protobuf/duration.proto",
      "google/protobuf/timestamp.proto",
      "google/protobuf/wrappers.proto",
    ]);
    assertEquals(missing, 5);
  },
});
