import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Channel,
  type ChannelOptions,
  pollingResolver,
  type Resolver,
  type ResolverListener,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, until, Words } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";

/** A channel to a server, through a resolver of the test's own. */
class Guided extends AsyncDisposableStack {
  readonly stage: Stage;
  readonly channel: Channel;

  constructor(
    resolver: (target: string) => Resolver,
    options: ChannelOptions = {},
  ) {
    super();
    this.stage = this.use(new Stage(echo));
    this.channel = this.use(
      new Channel("test:///words", {
        resolver: resolver(this.stage.target),
        ...options,
      }),
    );
  }

  /** Makes a call, which may wait for its server. */
  ask(): Promise<string> {
    const options = { waitForReady: true, deadline: 3_000 };
    return this.channel.unary(Words.one, "w", options);
  }
}

function resolverOf(parts: Partial<Resolver>): Resolver {
  return { start() {}, refresh() {}, stop() {}, ...parts };
}

Deno.test("A name without addresses is looked up again until it has some", async () => {
  let lookups = 0;
  await using guided = new Guided((target) =>
    pollingResolver(
      () => Promise.resolve(++lookups < 3 ? [] : [target]),
      { retryInterval: 20 },
    )
  );
  await assertStatus(
    () => guided.channel.unary(Words.one, ""),
    Status.UNAVAILABLE,
    "Cannot resolve test:///words: it has no addresses",
  );
  assertEquals(await guided.ask(), "w");
  assertEquals(lookups, 3);
});

Deno.test("A resolver that cannot start is started again, and calls fail or wait meanwhile", async () => {
  let starts = 0;
  await using guided = new Guided((target) =>
    resolverOf({
      start(listener) {
        if (++starts === 1) throw new Error("no registry");
        listener.onAddresses([target]);
      },
    })
  );
  for (let i = 0; i < 2; i++) {
    await assertStatus(
      () => guided.channel.unary(Words.one, ""),
      Status.UNAVAILABLE,
      "Cannot resolve test:///words: no registry",
    );
  }
  assertEquals(await guided.ask(), "w");
  assertEquals(starts, 2);
});

Deno.test("What a resolver throws as it looks again or stops is reported, and disturbs no call", async () => {
  const errors = await reported(async () => {
    const guided = new Guided((target) =>
      resolverOf({
        start: (listener) => listener.onAddresses(["127.0.0.1:1", target]),
        refresh() {
          throw new Error("refresh failed");
        },
        stop() {
          throw new Error("stop failed");
        },
      })
    );
    assertEquals(await guided.ask(), "w");
    await guided.channel.close();
    assertEquals(guided.channel.state, "SHUTDOWN");
    await guided.disposeAsync();
  });
  const messages = new Set(errors.map((error) => (error as Error).message));
  assertEquals(messages, new Set(["refresh failed", "stop failed"]));
});

Deno.test("What a resolver says amiss is an error of its name, and what it says later counts", async () => {
  for (
    const [say, details] of [
      [(it) => it.onAddresses([]), "it has no addresses"],
      [
        (it) => it.onAddresses(["no port"]),
        /expected host:port/,
      ],
      [
        (it) => it.onAddresses([5] as never),
        /expected a string, received number/,
      ],
      [(it) => it.onAddresses("a:1" as never), /expected a list/],
      [(it) => it.onAddresses(null as never), /expected a list/],
      [(it) => it.onError(undefined as never), "undefined"],
      [(it) => it.onError(new Error("gone")), "gone"],
    ] as [(listener: ResolverListener) => void, string | RegExp][]
  ) {
    let told: ResolverListener | undefined;
    await using guided = new Guided(() =>
      resolverOf({ start: (listener) => say(told = listener) })
    );
    const error = await assertStatus(
      () => guided.channel.unary(Words.one, ""),
      Status.UNAVAILABLE,
      /^Cannot resolve test:\/\/\/words: /,
    );
    const { message } = error.cause as Error;
    assert(
      typeof details === "string"
        ? message.endsWith(details)
        : details.test(message),
      message,
    );
    told!.onAddresses([guided.stage.target]);
    assertEquals(await guided.ask(), "w");
    say(told!);
    assertEquals(await guided.ask(), "w");
  }
});

Deno.test("A resolver that was not started is not stopped, and one that was is once", async () => {
  let stops = 0;
  const resolver = (target: string) =>
    resolverOf({
      start: (listener) => listener.onAddresses([target]),
      stop: () => void stops++,
    });
  await using unused = new Guided(resolver);
  await unused.channel.close();
  assertEquals(stops, 0);
  await using used = new Guided(resolver);
  assertEquals(await used.ask(), "w");
  await used.channel.close();
  await used.channel.close();
  assertEquals(stops, 1);
});

Deno.test("A resolver that speaks after it was stopped is not heard", async () => {
  let told: ResolverListener | undefined;
  await using guided = new Guided((target) =>
    resolverOf({
      start: (listener) => (told = listener).onAddresses([target]),
    })
  );
  assertEquals(await guided.ask(), "w");
  const stale = told!;
  guided.channel.enterIdle();
  stale.onAddresses(["127.0.0.1:1"]);
  stale.onError(new Error("stale"));
  assertEquals(guided.channel.state, "IDLE");
  assertEquals(await guided.ask(), "w");
  stale.onAddresses(["127.0.0.1:1"]);
  assertEquals(await guided.ask(), "w");
});

Deno.test("A resolver serves one channel, and the second one says so", async () => {
  await using stage = new Stage(echo);
  const resolver = pollingResolver(() => Promise.resolve([stage.target]));
  await using first = new Channel("a", { resolver });
  await using second = new Channel("b", { resolver });
  assertEquals(await first.unary(Words.one, "w"), "w");
  await assertStatus(
    () => second.unary(Words.one, ""),
    Status.UNAVAILABLE,
    "Cannot resolve b: Cannot start a resolver twice: it serves one channel, make one for each",
  );
  assertEquals(await first.unary(Words.one, "w"), "w");
});

Deno.test("With round_robin, a failure keeps its reason when the address that worked is gone", async () => {
  let told: ResolverListener | undefined;
  await using guided = new Guided((target) =>
    resolverOf({
      start: (listener) =>
        (told = listener).onAddresses(["127.0.0.1:1", target]),
    }), {
    loadBalancing: "round_robin",
    backoff: { initialBackoff: 60_000 },
  });
  assertEquals(await guided.ask(), "w");
  told!.onAddresses(["127.0.0.1:1"]);
  await until(() => guided.channel.state === "TRANSIENT_FAILURE");
  await assertStatus(
    () => guided.channel.unary(Words.one, ""),
    Status.UNAVAILABLE,
    /^Cannot connect to 127.0.0.1:1: /,
  );
});

Deno.test("What is no resolver, interceptor, callback or signal is refused at once", async () => {
  const refused = (options: unknown, message: string) =>
    assertThrows(
      () => new Channel("h:1", options as ChannelOptions),
      TypeError,
      message,
    );
  refused({ resolver: {} }, "the functions start, refresh, stop");
  refused({ interceptors: 5 }, "interceptors: expected an array of functions");
  refused({ interceptors: [5] }, "interceptors[0]: expected a function");
  refused({ onEvent: 5 }, "Cannot use onEvent: expected a function");
  refused({ clock: {} }, "the functions now, wall, timer");
  refused({ network: {} }, "the functions connect, listen, resolve");
  refused({ random: 5 }, "Cannot use random: expected a function");
  refused({ keepalive: null }, "expected an object, received null");
  refused({ authority: "a b" }, "expected printable ASCII without spaces");
  await using stage = new Stage(echo);
  const { channel } = stage;
  for (
    const [call, message] of [
      [() => channel.waitFor("READY", { signal: 5 as never }), "AbortSignal"],
      [() => channel.ready({ signal: 5 as never }), "AbortSignal"],
      [() => channel.ready({ sginal: 5 } as never), 'did you mean "signal"'],
      [() => channel.unary(Words.one, "", { signal: 5 as never }), "Signal"],
      [() => channel.unary(Words.one, "", { onHeaders: 5 as never }), "onHea"],
      [() => channel.unary(Words.one, "", { onTrailers: 5 as never }), "onTr"],
      [() => channel.unary(undefined as never, ""), "expected a definition"],
      [() => channel.unary({} as never, ""), "expected a definition"],
    ] as [() => Promise<unknown>, string][]
  ) {
    const error = await call().then(() => undefined, (error) => error);
    assert(error instanceof TypeError, message);
    assert(error.message.includes(message), error.message);
  }
  assertEquals(channel.state, "IDLE");
});

Deno.test("A resolver that answers at once, with addresses that all fail, is not asked in a loop", async () => {
  let count = 0;
  let told: ResolverListener | undefined;
  const say = () => told!.onAddresses([`127.0.0.1:${++count % 2 + 1}`]);
  await using guided = new Guided(() =>
    resolverOf({
      start(listener) {
        told = listener;
        say();
      },
      refresh: say,
    })
  );
  const options = { waitForReady: true, deadline: 500 };
  await assertStatus(
    () => guided.channel.unary(Words.one, "", options),
    Status.DEADLINE_EXCEEDED,
    /last error: Cannot connect to 127.0.0.1/,
  );
  assert(count > 1 && count < 10, `${count}`);
});

Deno.test("A resolver without addresses that answers at once fails the call, and nothing else", async () => {
  let count = 0;
  let told: ResolverListener | undefined;
  const say = () => {
    count++;
    told!.onAddresses([]);
  };
  const errors = await reported(async () => {
    await using guided = new Guided(() =>
      resolverOf({
        start(listener) {
          told = listener;
          say();
        },
        refresh: say,
      })
    );
    await assertStatus(
      () => guided.channel.unary(Words.one, ""),
      Status.UNAVAILABLE,
      "Cannot resolve test:///words: it has no addresses",
    );
  });
  assertEquals([count, errors], [1, []]);
});
