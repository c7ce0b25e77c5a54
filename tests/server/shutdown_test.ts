import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  Channel,
  GrpcError,
  implement,
  serve,
  type ServeOptions,
  type Server,
  Status,
  UnfinishedHandlerError,
} from "../../mod.ts";
import type { DrainNotice } from "../../src/transport/mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { aborted, echo, Stage, until, Words } from "../grpc/support/words.ts";
import { atLeast, breathe, PATIENCE } from "../harness/time.ts";

/** Notes when a promise settles. */
function noted(promise: Promise<unknown>): { done: boolean } {
  const note = { done: false };
  const done = () => note.done = true;
  promise.then(done, done);
  return note;
}

Deno.test("A shutdown waits for the calls that run, and takes no new ones", async () => {
  const go = Promise.withResolvers<void>();
  await using stage = new Stage({
    one: async (word) => {
      await go.promise;
      return word;
    },
    both: (words) => words,
  });
  const running = stage.words.one("running");
  const turn = Promise.withResolvers<string>();
  const requests = async function* () {
    yield "first";
    yield await turn.promise;
  };
  const stream = stage.words.both(requests());
  assertEquals((await stream.next()).value, "first");
  const shutdown = stage.server.shutdown();
  const note = noted(shutdown);
  await until(() => stage.clients[0].state.kind === "draining");
  await assertStatus(
    () => stage.words.one("new"),
    Status.UNAVAILABLE,
    /Connection refused/,
  );
  turn.resolve("second");
  assertEquals(await Array.fromAsync(stream), ["second"]);
  await breathe();
  assertEquals(note.done, false);
  go.resolve();
  assertEquals(await running, "running");
  await shutdown;
  await stage.server.finished;
});

Deno.test("Row 70: a shutdown waits for handlers whose client has cancelled and closed", async () => {
  const go = Promise.withResolvers<void>();
  let begun = false;
  let returned = false;
  await using stage = new Stage({
    async one(word) {
      begun = true;
      await go.promise;
      returned = true;
      return word;
    },
  });
  const abort = new AbortController();
  const call = assertStatus(
    () => stage.words.one("", { signal: abort.signal }),
    Status.CANCELLED,
  );
  await until(() => begun);
  abort.abort();
  await call;
  await stage.channel.close();
  await until(() => stage.server.listener.transports.size === 0);
  const shutdown = stage.server.shutdown();
  const notes = [noted(shutdown), noted(stage.server.finished)];
  await atLeast(30);
  assertEquals(notes, [{ done: false }, { done: false }]);
  go.resolve();
  await shutdown;
  assert(returned);
});

Deno.test("After its grace, a shutdown cuts off what still runs", async () => {
  const reasons: unknown[] = [];
  let begun = false;
  await using stage = new Stage({
    async one(_word, { signal }) {
      begun = true;
      return String(reasons.push(await aborted(signal)));
    },
  });
  const call = assertStatus(
    () => stage.words.one(""),
    Status.UNAVAILABLE,
    /received prior goaway: code: NO_ERROR, debug data: "graceful_stop"/,
  );
  await until(() => begun);
  const start = performance.now();
  await stage.server.shutdown({ grace: 60 });
  const took = performance.now() - start;
  assert(took >= 55 && took < PATIENCE, `${took} ms`);
  await call;
  assertEquals((reasons[0] as GrpcError).code, Status.CANCELLED);
});

Deno.test("A grace that is not needed is not waited for", async () => {
  await using stage = new Stage();
  assertEquals(await stage.words.one("w"), "w");
  const start = performance.now();
  await stage.server.shutdown({ grace: 60_000 });
  assert(performance.now() - start < PATIENCE);
});

Deno.test("A server without clients shuts down at once, twice", async () => {
  const server = serve({ hostname: "127.0.0.1", port: 0 }, []);
  await Promise.all([server.shutdown(), server.shutdown()]);
  await server.shutdown();
  await server.close();
  await server.finished;
});

Deno.test("A close cuts off everything at once", async () => {
  const reasons: unknown[] = [];
  await using stage = new Stage({
    async *down(_word, { signal }) {
      yield "first";
      reasons.push(await aborted(signal));
    },
  });
  const stream = stage.words.down("");
  assertEquals((await stream.next()).value, "first");
  const start = performance.now();
  await stage.server.close();
  assert(performance.now() - start < PATIENCE);
  await assertStatus(() => drain(stream), Status.UNAVAILABLE);
  await stage.server.finished;
  assertEquals((reasons[0] as GrpcError).code, Status.CANCELLED);
});

Deno.test("A server is closed as it goes out of scope", async () => {
  let finished: Promise<void>;
  {
    await using server = serve({ hostname: "127.0.0.1", port: 0 }, []);
    finished = server.finished;
  }
  await finished;
});

Deno.test("Handlers are told when their connection begins to retire, and why", async () => {
  const notices: DrainNotice[] = [];
  await using stage = new Stage({
    async *down(_word, { draining }) {
      yield "first";
      notices.push(await aborted(draining) as DrainNotice);
      yield "last";
    },
  });
  const stream = stage.words.down("");
  await stream.next();
  const shutdown = stage.server.shutdown();
  assertEquals(await Array.fromAsync(stream), ["last"]);
  assertEquals(notices, [{ reason: "graceful_stop", closeAt: Infinity }]);
  await shutdown;
});

Deno.test("A stream that heeds the retiring of an old connection ends without an error", async () => {
  const notices: DrainNotice[] = [];
  let now = () => 0;
  await using stage = new Stage({
    async *down(_word, { draining }) {
      yield "first";
      notices.push(await aborted(draining) as DrainNotice);
      yield String(now());
    },
  }, {
    server: {
      keepalive: { maxConnectionAge: 60, maxConnectionAgeGrace: 5_000 },
    },
  });
  now = () => performance.now();
  const words = await Array.fromAsync(stage.words.down(""));
  assertEquals(words.length, 2);
  const [{ reason, closeAt }] = notices;
  assertEquals(reason, "max_age");
  const left = closeAt - Number(words[1]);
  assert(left > 4_000 && left <= 5_000, `${left} ms are left`);
});

Deno.test("Handlers are told when the grace of a shutdown will be over", async () => {
  const notices: DrainNotice[] = [];
  const ended: unknown[] = [];
  await using stage = new Stage({
    async *down(_word, { draining, signal }) {
      yield "first";
      notices.push(await aborted(draining) as DrainNotice);
      ended.push(await aborted(signal));
    },
  });
  const stream = stage.words.down("");
  await stream.next();
  const rest = drain(stream).catch(() => {});
  const before = performance.now();
  await stage.server.shutdown({ grace: 100 });
  const elapsed = performance.now() - before;
  assert(elapsed >= 99 && elapsed < PATIENCE, `${elapsed} ms`);
  const [{ reason, closeAt }] = notices;
  assertEquals(reason, "graceful_stop");
  const latest = before + 100 + elapsed;
  assert(closeAt >= before + 99 && closeAt < latest, `${closeAt}`);
  assertEquals(ended.length, 1);
  await rest;
});

Deno.test("A handler that asks late learns of the retiring, too", async () => {
  const late = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  let begun = false;
  await using stage = new Stage({
    async one(word, call) {
      begun = true;
      await late.promise;
      seen.push(call.draining.aborted, call.draining.reason);
      return word;
    },
  });
  const call = stage.words.one("w");
  await until(() => begun);
  const shutdown = stage.server.shutdown();
  await until(() => stage.clients[0].state.kind === "draining");
  late.resolve();
  assertEquals(await call, "w");
  assertEquals(seen, [true, { reason: "graceful_stop", closeAt: Infinity }]);
  await shutdown;
});

Deno.test("A server refuses options that it cannot use", async () => {
  const service = implement(Words, echo);
  const refused = (options: unknown, message: string) =>
    assertThrows(
      () => serve(options as ServeOptions, [service]),
      Error,
      message,
    );
  refused({ prot: 1 }, 'Cannot use the serve options: unknown key "prot"');
  refused({ interceptor: [] }, 'did you mean "interceptors"?');
  refused({ onStream: () => {} }, 'unknown key "onStream"');
  refused({ compression: "br" }, "Cannot use compression");
  refused({ maxConcurrentStreams: -1 }, "Cannot use maxConcurrentStreams");
  refused({ port: -1 }, "Cannot use port");
  assertThrows(
    () =>
      serve({ port: 0 }, [service, implement(Words, { one: (word) => word })]),
    TypeError,
    "Cannot serve /test.Words/One: it is implemented twice",
  );
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, []);
  await assertRejects(
    () => server.shutdown({ grace: -1 }),
    RangeError,
    "Cannot use grace",
  );
});

Deno.test("A server on a Unix socket says so to its handlers", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/words`;
  const server = serve({ path }, [
    implement(Words, { one: (_word, call) => `${call.path} ${call.peer}` }),
  ]);
  const channel = new Channel(`unix:${path}`);
  const word = await channel.unary(Words.one, "");
  assertEquals(word.startsWith("/test.Words/One unix"), true, word);
  await channel.close();
  await server.shutdown();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("A handler knows its path and its peer", async () => {
  await using stage = new Stage({
    one: (_word, call) => `${call.path} ${call.peer}`,
  });
  const word = await stage.words.one("");
  assertEquals(/^\/test\.Words\/One 127\.0\.0\.1:\d+$/.test(word), true, word);
});

Deno.test("A grace of 0 cuts off at once what still runs", async () => {
  const go = Promise.withResolvers<void>();
  let begun = false;
  await using stage = new Stage({
    one: async (word) => {
      begun = true;
      await go.promise;
      return word;
    },
  });
  const call = assertRejects(() => stage.words.one("w"));
  await until(() => begun);
  const shutdown = stage.server.shutdown({ grace: 0 });
  await call;
  go.resolve();
  await shutdown;
});

/** A handler that ignores its signal, and what the server hears of it. */
async function stubborn(): Promise<{
  server: Server;
  told: [error: unknown, path: string][];
  release: () => void;
  call: Promise<unknown>;
  channel: Channel;
}> {
  const told: [unknown, string][] = [];
  const entered = Promise.withResolvers<void>();
  const never = Promise.withResolvers<string>();
  const server = serve({
    hostname: "127.0.0.1",
    port: 0,
    onHandlerError: (error, { path }) => told.push([error, path]),
  }, [implement(Words, {
    one: async () => {
      entered.resolve();
      return await never.promise;
    },
  })]);
  const { port } = server.addr as Deno.NetAddr;
  const channel = new Channel(`127.0.0.1:${port}`);
  const call = channel.unary(Words.one, "w").catch((error) => error);
  await entered.promise;
  return { server, told, release: () => never.resolve(""), call, channel };
}

function assertNamed(told: [error: unknown, path: string][]): void {
  assertEquals(told.length, 1);
  const [[error, path]] = told;
  assert(error instanceof UnfinishedHandlerError);
  assertEquals([path, error.path], ["/test.Words/One", "/test.Words/One"]);
  assert(error.runningFor > 0 && error.runningFor < 60_000);
  assert(error.message.startsWith("The handler of /test.Words/One still runs"));
}

Deno.test("A shutdown ends with its grace although a handler ignores its signal, and names it", async () => {
  const { server, told, release, call, channel } = await stubborn();
  await server.shutdown({ grace: 50 });
  await server.finished;
  assertNamed(told);
  assert(await call instanceof GrpcError);
  release();
  await channel.close();
});

Deno.test("So does one whose client has gone before", async () => {
  const { server, told, release, channel } = await stubborn();
  await channel.close();
  await server.shutdown({ grace: 50 });
  await server.finished;
  assertNamed(told);
  release();
});

Deno.test("A close is final although a handler ignores its signal, and names it", async () => {
  const { server, told, release, channel } = await stubborn();
  await server.close();
  await server.finished;
  assertNamed(told);
  release();
  await channel.close();
});

Deno.test("A close ends a shutdown that waits without a grace", async () => {
  const { server, told, release, channel } = await stubborn();
  const shutdown = server.shutdown();
  const note = noted(shutdown);
  await channel.close();
  await breathe();
  assertEquals(note.done, false);
  await server.close();
  await shutdown;
  assertNamed(told);
  release();
});

Deno.test("A handler that heeds its signal is waited for, and named by nobody", async () => {
  const told: unknown[] = [];
  const cleaned: string[] = [];
  await using stage = new Stage({
    one: async (word, { signal }) => {
      await aborted(signal);
      await atLeast(20);
      cleaned.push(word);
      return word;
    },
  }, { server: { onHandlerError: (error) => told.push(error) } });
  const call = stage.words.one("w").catch(() => {});
  await until(() => stage.accepted.length > 0 && stage.server !== undefined);
  await until(() => stage.accepted[0].activeStreams === 1);
  await stage.server.shutdown({ grace: 20 });
  assertEquals([cleaned, told], [["w"], []]);
  await call;
});

Deno.test("A handler that ends within the grace costs no time after it", async () => {
  const { server, told, release, call, channel } = await stubborn();
  const shutdown = server.shutdown({ grace: 60_000 });
  release();
  await shutdown;
  assertEquals([told, await call], [[], ""]);
  await channel.close();
});

Deno.test("A process that only waits for such a handler ends", async () => {
  const module = new URL("../../mod.ts", import.meta.url).href;
  const program = `
    import { Channel, implement, serve } from "${module}";
    const same = (octets) => octets;
    const codec = { requestSerialize: same, requestDeserialize: same,
      responseSerialize: same, responseDeserialize: same };
    const Stuck = { wait: { path: "/t.Stuck/Wait", requestStream: false,
      responseStream: false, ...codec } };
    const begun = Promise.withResolvers();
    const server = serve({ hostname: "127.0.0.1", port: 0 }, [
      implement(Stuck, { wait() {
        begun.resolve();
        return new Promise(() => {});
      } }),
    ]);
    const channel = new Channel("127.0.0.1:" + server.addr.port);
    const call = channel.unary(Stuck.wait, new Uint8Array(0)).catch(() => {});
    await begun.promise;
    await channel.close();
    await call;
    server.shutdown({ grace: 50 });
    await server.finished;
    console.log("finished");
  `;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-net",
      `data:text/javascript,${encodeURIComponent(program)}`,
    ],
  }).output();
  const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);
  assertEquals([decode(stdout).trim(), code], ["finished", 0], decode(stderr));
  assertStringIncludes(
    decode(stderr),
    "The handler of /t.Stuck/Wait still runs",
  );
});
