/**
 * One trace across this project and another stack, in both directions.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Channel, createClient } from "../../../mod.ts";
import { Words as Basic } from "../../grpc/support/words.ts";
import {
  goPlugin,
  grpcJs,
  type Instrumented,
  otelgrpc,
  otherClient,
  otherServer,
  titled,
} from "./peer.ts";
import { makeCalls, serveWords } from "./scene.ts";
import { lineages, Tracers } from "./tracers.ts";

const KINDS = ["One", "Down", "Up", "Both"];

/** How each stack calls the spans of a call, from the caller on. */
const THEIRS = {
  [goPlugin.name]: {
    server: (method: string) => `server Recv.test.Words.${method}`,
    client: (method: string) =>
      `client Sent.test.Words.${method} > Attempt.test.Words.${method}`,
  },
  [otelgrpc.name]: {
    server: (method: string) => `server test.Words/${method}`,
    client: (method: string) => `client test.Words/${method}`,
  },
  [grpcJs.name]: {
    server: (method: string) => `server grpc.test.Words/${method}`,
    client: (method: string) => `client grpc.test.Words/${method}`,
  },
};

/** One call of each kind. */
async function callEach(target: string, tracers: Tracers): Promise<void> {
  await using channel = new Channel(target, { otel: true });
  const words = createClient(Basic, channel);
  const { around } = tracers;
  await around("One", () => words.one("a"));
  await around("Down", () => Array.fromAsync(words.down("a")));
  await around("Up", () => words.up(["a"]));
  await around("Both", () => Array.fromAsync(words.both(["a"])));
}

function assertTraced(found: readonly string[], expected: string): void {
  const count = found.filter((each) => each === expected).length;
  assertEquals(count, 1, `${expected} in\n${found.join("\n")}`);
}

for (const stack of [goPlugin, otelgrpc, grpcJs]) {
  const theirs = THEIRS[stack.name];

  test(stack, "continues the trace of this project's client", async () => {
    using tracers = new Tracers();
    const { spans } = await otherServer(
      stack,
      (target) => callEach(target, tracers),
    );
    const found = lineages([...tracers.spans, ...spans]);
    for (const method of KINDS) {
      const ours = `caller of ${method} > client test.Words/${method}`;
      assertTraced(found, `${ours} > ${theirs.server(method)}`);
    }
    assertEquals(found.length, 3 * KINDS.length, found.join("\n"));
  });

  test(stack, "has its trace continued by this project's server", async () => {
    using tracers = new Tracers();
    const server = serveWords({
      otel: true,
      interceptors: [async (call, proceed) => {
        await proceed();
        tracers.note(`after ${call.path.split("/").at(-1)}`);
      }],
    });
    const { port } = server.addr as Deno.NetAddr;
    const { spans } = await otherClient(stack, `127.0.0.1:${port}`);
    await server.shutdown();
    const found = lineages([...tracers.spans, ...spans]);
    for (const method of KINDS) {
      const client = `caller of ${method} > ${theirs.client(method)}`;
      const ours = `${client} > server test.Words/${method}`;
      assertTraced(found, ours);
      assertTraced(found, `${ours} > after ${method}`);
    }
    assert(!found.some((each) => each.includes("another trace")));
  });
}

test(otelgrpc, "has each attempt of a retry in the trace", async () => {
  using tracers = new Tracers();
  const { spans } = await otherServer(
    otelgrpc,
    (target) => makeCalls(target, undefined, { otel: true }, tracers.around),
  );
  const found = lineages([...tracers.spans, ...spans]);
  const call = "caller of Flaky > client test.Words/Flaky";
  const counts = ["client Attempt.test.Words.Flaky", "server test.Words/Flaky"]
    .map((name) => found.filter((each) => each === `${call} > ${name}`).length);
  assertEquals(counts, [3, 3], found.join("\n"));
});

function test(
  stack: Instrumented,
  what: string,
  fn: () => Promise<void>,
): void {
  Deno.test({ name: titled(stack, what), ignore: !stack.peer.available, fn });
}
