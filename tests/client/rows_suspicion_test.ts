import { assert, assertEquals } from "@std/assert";
import { type ChannelOptions, type CloseReason, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, until } from "../grpc/support/words.ts";
import { Relay } from "../harness/relay.ts";
import { QUICK_BACKOFF } from "./support/scene.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

const TIME = 200;
const TIMEOUT = 2_400;

const KEEPALIVE = { time: TIME, timeout: TIMEOUT, minimumTime: 0 };

/** A channel to a server, through a relay that can hold back octets. */
class Path extends AsyncDisposableStack {
  readonly relay: Relay;
  readonly stage: Stage;

  constructor(options: ChannelOptions = {}) {
    super();
    const server = this.use(
      new Stage(echo, {
        server: { enforcement: { minTime: 1, permitWithoutStream: true } },
      }),
    );
    this.relay = this.use(new Relay(server.port));
    this.stage = this.use(
      new Stage({}, {
        target: this.relay.target,
        channel: { backoff: QUICK_BACKOFF, ...options },
      }),
    );
  }

  /** A stream that answers each word, once it is open. */
  async stream() {
    const { promise, resolve } = Promise.withResolvers<string>();
    const requests = async function* () {
      yield "first";
      yield await promise;
    };
    const responses = this.stage.words.both(requests());
    assertEquals((await responses.next()).value, "first");
    return { responses, last: resolve };
  }
}

Deno.test("Calls flow again before half the keepalive timeout is over without an answer; those on the old connection fail by time + timeout", async () => {
  await using path = new Path({ keepalive: KEEPALIVE });
  const { stage, relay } = path;
  const { responses, last } = await path.stream();
  relay.hold();
  const start = performance.now();
  const since = () => performance.now() - start;
  let failed = 0;
  const old = [() => stage.words.one("lost"), () => responses.next()]
    .map(async (call) => {
      const error = await assertStatus(call, Status.UNAVAILABLE);
      failed++;
      return error;
    });
  await stage.channel.waitFor("CONNECTING");
  const suspectedAt = since();
  assert(suspectedAt > TIMEOUT / 4, `suspected after ${suspectedAt} ms`);
  assert(/is suspect/.test(stage.channel.reason), stage.channel.reason);
  assertEquals(await stage.words.one("new"), "new");
  assertEquals(failed, 0, `flowed after ${since()} ms`);
  assertEquals(stage.clients.length, 2);
  for (const error of await Promise.all(old)) {
    assertEquals((error.cause as CloseReason).kind, "keepalive-timeout");
  }
  const failedAt = since();
  assert(
    failedAt > TIMEOUT && failedAt < TIME + TIMEOUT + PATIENCE,
    `failed after ${failedAt} ms`,
  );
  assertEquals(await stage.words.one("still"), "still");
  assertEquals(stage.clients.length, 2);
  last("");
});

Deno.test("A path that comes back before the timeout loses nothing: the old connection is kept, the spare one closed", async () => {
  await using path = new Path({ keepalive: KEEPALIVE });
  const { stage, relay } = path;
  const { responses, last } = await path.stream();
  const [old] = stage.clients;
  relay.hold();
  const waiting = stage.words.one("held back");
  await until(() => stage.clients.length === 2);
  await stage.channel.waitFor("READY");
  relay.release();
  assertEquals(await waiting, "held back");
  const [, spare] = stage.clients;
  const { kind, by } = await spare.closed;
  assertEquals([kind, by], ["local-close", "local"]);
  assertEquals(await stage.words.one("later"), "later");
  last("last");
  assertEquals(await Array.fromAsync(responses), ["last"]);
  assertEquals(stage.channel.state, "READY");
  assertEquals(old.state.kind, "open");
  assertEquals(stage.clients.length, 2);
});

Deno.test("A path that comes back while calls run on the spare connection loses nothing: the old one finishes its calls and retires", async () => {
  await using path = new Path({ keepalive: KEEPALIVE });
  const { stage, relay } = path;
  const first = await path.stream();
  const [old] = stage.clients;
  relay.hold();
  await until(() => stage.clients.length === 2);
  const second = await path.stream();
  relay.release();
  await until(() => old.state.kind === "draining");
  first.last("one");
  second.last("two");
  assertEquals(await Array.fromAsync(first.responses), ["one"]);
  assertEquals(await Array.fromAsync(second.responses), ["two"]);
  assertEquals((await old.closed).kind, "drained");
  assertEquals(await stage.words.one("later"), "later");
  assertEquals(stage.clients.length, 2);
});

Deno.test("A path that comes back before half the timeout raises no suspicion", async () => {
  await using path = new Path({ keepalive: KEEPALIVE });
  const { stage, relay } = path;
  const { responses, last } = await path.stream();
  relay.hold();
  await until(() => stage.clients[0].counters().keepAlivesSent === 1);
  relay.release();
  await until(() => stage.clients[0].counters().keepAlivesAcked === 1);
  await atLeast(TIMEOUT / 2);
  last("last");
  assertEquals(await Array.fromAsync(responses), ["last"]);
  assertEquals(stage.clients.length, 1);
});

Deno.test("A deadline that passes with nothing read sends the next call over a fresh connection", async () => {
  await using path = new Path();
  const { stage, relay } = path;
  assertEquals(await stage.words.one("before"), "before");
  relay.hold();
  await assertStatus(
    () => stage.words.one("lost", { deadline: 100 }),
    Status.DEADLINE_EXCEEDED,
  );
  const start = performance.now();
  assertEquals(await stage.words.one("next", { deadline: 60_000 }), "next");
  const took = performance.now() - start;
  assert(took < PATIENCE, `${took} ms`);
  assertEquals(stage.clients.length, 2);
});

Deno.test("A deadline that passes while other calls are answered casts no suspicion", async () => {
  let release = () => {};
  const held = new Promise<string>((resolve) => release = () => resolve(""));
  await using stage = new Stage({
    one: (word) => word === "slow" ? held : word,
  });
  assertEquals(await stage.words.one("before"), "before");
  // However busy the machine is: one answer comes while the slow call waits.
  for (let deadline = 150, isSlow = true; isSlow; deadline *= 2) {
    let isLate = false;
    const slow = assertStatus(
      () => stage.words.one("slow", { deadline }),
      Status.DEADLINE_EXCEEDED,
    ).finally(() => isLate = true);
    assertEquals(await stage.words.one("quick"), "quick");
    isSlow = isLate;
    await slow;
  }
  assertEquals(stage.channel.state, "READY");
  assertEquals(await stage.words.one("next"), "next");
  assertEquals(stage.clients.length, 1);
  release();
});
