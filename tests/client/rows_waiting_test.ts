import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Channel,
  type ConnectivityState,
  createClient,
  DialError,
  implement,
  serve,
  type Server,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, until, Words } from "../grpc/support/words.ts";
import { QUICK_BACKOFF, Scene } from "./support/scene.ts";
import { PATIENCE } from "../harness/time.ts";

/** A port of the loopback interface that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function serveWords(port: number): Server {
  return serve({ hostname: "127.0.0.1", port }, [implement(Words, echo)]);
}

Deno.test("A call that waits for ready outlasts failures, and is made when the server comes up", async () => {
  const port = freePort();
  await using channel = new Channel(`127.0.0.1:${port}`, {
    backoff: { ...QUICK_BACKOFF, maxBackoff: 100 },
  });
  const words = createClient(Words, channel);
  const one = words.one("a", { waitForReady: true });
  const up = words.up(["b", "c"], { waitForReady: true });
  await channel.waitFor("TRANSIENT_FAILURE");
  const attempts = new Set<number>();
  await until(() => {
    const { nextAttemptAt } = channel;
    if (nextAttemptAt !== undefined) attempts.add(nextAttemptAt.getTime());
    return attempts.size > 2;
  });
  await using _server = serveWords(port);
  assertEquals(await Promise.all([one, up]), ["a", "b c"]);
  assertEquals(channel.state, "READY");
});

Deno.test("A call fails fast in TRANSIENT_FAILURE, with the error of the attempt as its cause", async () => {
  const target = `127.0.0.1:${freePort()}`;
  await using channel = new Channel(target, {
    backoff: { initialBackoff: 60_000, jitter: 0 },
  });
  const words = createClient(Words, channel);
  const dialError = await assertRejects(() => channel.connect(), DialError);
  assertEquals([dialError.target, dialError.phase], [target, "connect"]);
  const start = performance.now();
  const calls = [
    () => words.one("a"),
    () => words.up(["a"]),
    () => words.down("a").next(),
    () => words.both(["a"]).next(),
  ];
  for (const call of calls) {
    const { cause, statusMessage: details } = await assertStatus(
      call,
      Status.UNAVAILABLE,
    );
    assertEquals(cause, dialError);
    assertEquals(details, dialError.message);
  }
  const took = performance.now() - start;
  assert(took < PATIENCE, `${took} ms`);
});

Deno.test("A call that waits for ready until its deadline says what it waited for", async () => {
  const target = `127.0.0.1:${freePort()}`;
  await using channel = new Channel(target, { backoff: QUICK_BACKOFF });
  const words = createClient(Words, channel);
  const error = await assertStatus(
    () => words.one("a", { waitForReady: true, deadline: 200 }),
    Status.DEADLINE_EXCEEDED,
    /^Deadline exceeded after 200 ms while waiting for a connection, last error: Cannot connect to 127\.0\.0\.1:\d+: .*refused/,
  );
  assert(error.cause instanceof DialError);
  await assertStatus(
    () => words.one("a", { waitForReady: true, deadline: 0 }),
    Status.DEADLINE_EXCEEDED,
  );
});

Deno.test("waitForReady is a matter of the service config, too, and a call can refuse it", async () => {
  const port = freePort();
  await using channel = new Channel(`127.0.0.1:${port}`, {
    backoff: QUICK_BACKOFF,
    serviceConfig: {
      methodConfig: [{ name: [{ service: "test.Words" }], waitForReady: true }],
    },
  });
  const words = createClient(Words, channel);
  const call = words.one("a");
  await channel.waitFor("TRANSIENT_FAILURE");
  await assertStatus(
    () => words.one("a", { waitForReady: false }),
    Status.UNAVAILABLE,
  );
  await using _server = serveWords(port);
  assertEquals(await call, "a");
});

Deno.test("A reset of the backoff connects at once", async () => {
  const port = freePort();
  await using channel = new Channel(`127.0.0.1:${port}`, {
    backoff: { initialBackoff: 60_000, jitter: 0 },
  });
  await assertRejects(() => channel.connect(), DialError);
  await using _server = serveWords(port);
  const ready = channel.ready();
  assertEquals(channel.state, "TRANSIENT_FAILURE");
  assert(channel.nextAttemptAt! > new Date(Date.now() + PATIENCE));
  const start = performance.now();
  channel.resetBackoff();
  await ready;
  const took = performance.now() - start;
  assert(took < PATIENCE, `${took} ms`);
});

Deno.test("The changes of the state are told in order, from the present one to SHUTDOWN", async () => {
  const scene = new Scene();
  const { channel } = scene;
  const told: ConnectivityState[] = [];
  const following = (async () => {
    for await (const { state, reason } of channel.changes()) {
      told.push(state);
      assert(reason.length > 0, state);
    }
  })();
  const first = await scene.connected();
  first.peer[Symbol.dispose]();
  await channel.waitFor("IDLE");
  await scene.connected();
  channel.enterIdle();
  await scene[Symbol.asyncDispose]();
  await following;
  assertEquals(told, [
    ...["IDLE", "CONNECTING", "READY", "IDLE"] as const,
    ...["CONNECTING", "READY", "IDLE", "SHUTDOWN"] as const,
  ]);
  assertEquals(await Array.fromAsync(channel.changes()), [
    { state: "SHUTDOWN", reason: "the channel is closed" },
  ]);
});

Deno.test("A name is looked up: dns:///localhost:port, and localhost:port", async () => {
  await using stage = new Stage();
  for (const prefix of ["dns:///", "dns:", ""]) {
    await using channel = new Channel(`${prefix}localhost:${stage.port}`);
    assertEquals(await channel.unary(Words.one, "a"), "a");
    assertEquals(channel.peers, [stage.target]);
  }
});

Deno.test("A name that nobody knows fails calls, or has them wait", async () => {
  await using channel = new Channel("dns:///nobody.invalid:1");
  const words = createClient(Words, channel);
  await assertStatus(() => words.one("a"), Status.UNAVAILABLE, /invalid/);
  await assertStatus(
    () => words.one("a", { waitForReady: true, deadline: 50 }),
    Status.DEADLINE_EXCEEDED,
    /while waiting for name resolution, last error: .*invalid/,
  );
});

Deno.test("A Unix socket is reached as unix:path, and again when the server is back", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/words.sock`;
  const listen = () => serve({ path }, [implement(Words, echo)]);
  try {
    const channel = new Channel(`unix:${path}`, { backoff: QUICK_BACKOFF });
    const words = createClient(Words, channel);
    for (const word of ["a", "b"]) {
      const server = listen();
      assertEquals(await words.one(word, { waitForReady: true }), word);
      await server.close();
      await until(() => channel.state !== "READY");
      await Deno.remove(path).catch(() => {});
    }
    await channel.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
