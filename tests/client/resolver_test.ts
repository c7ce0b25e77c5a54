import { CLOCK, type VirtualClock } from "../harness/virtual_clock.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { fixedResolver } from "../../src/client/resolving/resolver.ts";
import {
  type PollingOptions,
  pollingResolver,
  type Resolver,
  type ResolverListener,
} from "../../src/client/mod.ts";
import { inVirtualTime } from "../transport/support/virtual_transport.ts";
import { refusedAs } from "../harness/refused.ts";

interface Lookup {
  readonly at: number;
  readonly signal: AbortSignal;
  readonly resolve: (addresses: readonly string[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A resolver whose lookups the test answers, and all that it told. */
class Polled implements ResolverListener {
  readonly lookups: Lookup[] = [];
  readonly told: (readonly string[] | string)[] = [];
  readonly resolver: Resolver;
  readonly #time: VirtualClock;

  constructor(time: VirtualClock, options?: PollingOptions) {
    this.#time = time;
    this.resolver = pollingResolver((signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<
        readonly string[]
      >();
      const at = time.now();
      this.lookups.push({ at, signal, resolve, reject });
      return promise;
    }, options);
  }

  onAddresses(addresses: readonly string[]): void {
    this.told.push(addresses);
  }

  onError(error: Error): void {
    this.told.push(error.message);
  }

  get lookedAt(): number[] {
    return this.lookups.map(({ at }) => at);
  }

  /** The last lookup finds something. */
  async find(...addresses: string[]): Promise<void> {
    this.lookups.at(-1)!.resolve(addresses);
    await this.#time.settle();
  }

  /** The last lookup fails. */
  async fail(error: unknown): Promise<void> {
    this.lookups.at(-1)!.reject(error);
    await this.#time.settle();
  }
}

/** A test with a resolver that has been started. */
function polling(
  name: string,
  body: (polled: Polled, time: VirtualClock) => Promise<void>,
  options?: PollingOptions,
): void {
  Deno.test(
    name,
    inVirtualTime(async (time) => {
      const polled = new Polled(time, options);
      polled.resolver.start(polled, CLOCK);
      await body(polled, time);
    }),
  );
}

polling(
  "a polling resolver looks at the start, and not again by itself",
  async (polled, time) => {
    assertEquals(polled.lookedAt, [0]);
    await polled.find("a:1", "b:1");
    await time.advance(1_000_000);
    assertEquals(polled.told, [["a:1", "b:1"]]);
    assertEquals(polled.lookedAt, [0]);
  },
);

polling(
  "refreshes within 30 s of a lookup are put off, and done once",
  async (polled, time) => {
    await polled.find("a:1");
    for (let i = 0; i < 5; i++) {
      await time.advance(1_000);
      polled.resolver.refresh();
    }
    await time.advance(24_999);
    assertEquals(polled.lookedAt, [0]);
    await time.advance(1);
    assertEquals(polled.lookedAt, [0, 30_000]);
    await polled.find("b:1");
    await time.advance(100_000);
    assertEquals(polled.lookedAt, [0, 30_000]);
    assertEquals(polled.told, [["a:1"], ["b:1"]]);
  },
);

polling("a refresh later than that is done at once", async (polled, time) => {
  await polled.find("a:1");
  await time.advance(30_000);
  polled.resolver.refresh();
  assertEquals(polled.lookedAt, [0, 30_000]);
});

polling("the interval is an option", async (polled, time) => {
  await polled.find("a:1");
  polled.resolver.refresh();
  await time.advance(49);
  assertEquals(polled.lookedAt, [0]);
  await time.advance(1);
  assertEquals(polled.lookedAt, [0, 50]);
}, { minInterval: 50 });

const LONG = 2 ** 32;

polling(
  "an interval of more than setTimeout can wait for is kept",
  async (polled, time) => {
    await polled.find("a:1");
    polled.resolver.refresh();
    await time.advance(LONG - 1);
    assertEquals(polled.lookedAt, [0]);
    await time.advance(1);
    assertEquals(polled.lookedAt, [0, LONG]);
  },
  { minInterval: LONG },
);

polling(
  "a lookup that failed is told and repeated after a second, by itself, until one succeeds",
  async (polled, time) => {
    await polled.fail(new Error("no answer"));
    await time.advance(999);
    assertEquals(polled.lookedAt, [0]);
    await time.advance(1);
    await polled.fail(new Error("still none"));
    await time.advance(1_000);
    await polled.find("a:1");
    await time.advance(1_000_000);
    assertEquals(polled.lookedAt, [0, 1_000, 2_000]);
    assertEquals(polled.told, ["no answer", "still none", ["a:1"]]);
  },
);

polling("the pause after a failure is an option", async (polled, time) => {
  await polled.fail(new Error("no answer"));
  polled.resolver.refresh();
  await time.advance(6);
  assertEquals(polled.lookedAt, [0]);
  await time.advance(1);
  assertEquals(polled.lookedAt, [0, 7]);
}, { retryInterval: 7 });

polling("what a lookup throws becomes an Error", async (polled) => {
  await polled.fail("plain text");
  assertEquals(polled.told, ["plain text"]);
});

polling(
  "lookups do not overlap: a refresh meanwhile is done after the answer",
  async (polled, time) => {
    polled.resolver.refresh();
    await time.advance(100_000);
    polled.resolver.refresh();
    assertEquals(polled.lookedAt, [0]);
    await polled.find("a:1");
    await time.advance(30_000);
    assertEquals(polled.lookedAt, [0, 130_000]);
  },
);

polling(
  "stop aborts the lookup, and what it finds is told to nobody",
  async (polled, time) => {
    const { signal } = polled.lookups[0];
    assertEquals(signal.aborted, false);
    polled.resolver.stop();
    assertEquals(signal.aborted, true);
    await polled.find("a:1");
    polled.resolver.refresh();
    await time.advance(1_000_000);
    assertEquals([polled.told, polled.lookedAt], [[], [0]]);
  },
);

polling(
  "stop hides the failure of the lookup, and ends the retries",
  async (polled, time) => {
    polled.resolver.stop();
    await polled.fail(new Error("aborted"));
    await time.advance(1_000_000);
    assertEquals([polled.told, polled.lookedAt], [[], [0]]);
  },
);

polling("stop forgets a refresh that was put off", async (polled, time) => {
  await polled.find("a:1");
  polled.resolver.refresh();
  polled.resolver.stop();
  await time.advance(1_000_000);
  assertEquals(polled.lookedAt, [0]);
});

polling(
  "a resolver that is started again looks at once, and tells only what that finds",
  async (polled, time) => {
    polled.resolver.stop();
    await time.advance(10);
    polled.resolver.start(polled, CLOCK);
    assertEquals(polled.lookedAt, [0, 10]);
    polled.lookups[0].resolve(["old:1"]);
    await polled.find("new:1");
    assertEquals(polled.told, [["new:1"]]);
    polled.resolver.refresh();
    await time.advance(30_000);
    assertEquals(polled.lookedAt, [0, 10, 30_010]);
  },
);

Deno.test(
  "a listener that starts the resolver again makes no lookups overlap",
  inVirtualTime(async (time) => {
    const polled = new Polled(time);
    const restart: ResolverListener = {
      onAddresses: () => {
        polled.resolver.stop();
        polled.resolver.start(polled, CLOCK);
      },
      onError: () => {},
    };
    polled.resolver.start(restart, CLOCK);
    await polled.find("a:1");
    polled.resolver.refresh();
    await time.advance(100_000);
    assertEquals(polled.lookedAt, [0, 0]);
  }),
);

const REFUSED: [PollingOptions, string][] = [
  [{ minInterval: -1 }, "minInterval"],
  [{ minInterval: NaN }, "minInterval"],
  [{ minInterval: Infinity }, "minInterval"],
  [{ minInterval: "5" as unknown as number }, "minInterval"],
  [{ retryInterval: 0 }, "retryInterval"],
  [{ retryInterval: -1 }, "retryInterval"],
  [{ retryInterval: NaN }, "retryInterval"],
  [{ retryInterval: Infinity }, "retryInterval"],
];

for (const [options, message] of REFUSED) {
  Deno.test(`the polling options refuse ${Deno.inspect(options)}`, () => {
    const make = () => pollingResolver(() => Promise.resolve([]), options);
    const [value] = Object.values(options);
    assertThrows(make, refusedAs(value, "number"), `Cannot use ${message}`);
  });
}

Deno.test("the polling options refuse an unknown key", () => {
  const options = { interval: 5 } as PollingOptions;
  const make = () => pollingResolver(() => Promise.resolve([]), options);
  assertThrows(make, TypeError, 'unknown key "interval"');
});

Deno.test("a fixed resolver tells its addresses at each start, and no more", () => {
  const told: (readonly string[])[] = [];
  const listener: ResolverListener = {
    onAddresses: (addresses) => told.push(addresses),
    onError: (error) => {
      throw error;
    },
  };
  const resolver = fixedResolver(["a:1", "b:1"]);
  resolver.start(listener);
  resolver.refresh();
  resolver.stop();
  assertEquals(told, [["a:1", "b:1"]]);
  resolver.start(listener);
  assertEquals(told.length, 2);
});
