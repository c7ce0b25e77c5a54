import { CLOCK, type VirtualClock } from "../harness/virtual_clock.ts";
import { assert, assertEquals } from "@std/assert";
import type { Resolver, ResolverListener } from "../../mod.ts";
import { AddressSource } from "../../src/client/resolving/address_source.ts";
import { virtually, wait } from "./support/dials.ts";

/** What a resolver of the test's own does. */
interface Script {
  readonly start?: (listener: ResolverListener) => void;
  readonly refresh?: (listener: ResolverListener) => void;
}

/** A source over a scripted resolver, and what it told. */
class Asked {
  readonly told: string[] = [];
  readonly starts: number[] = [];
  readonly refreshes: number[] = [];
  readonly source: AddressSource;
  /** The resolver has found something. */
  readonly say = (addresses: string[]): void =>
    this.#listener?.onAddresses(addresses);
  #listener: ResolverListener | undefined;

  constructor(script: Script) {
    const resolver: Resolver = {
      start: (listener) => {
        this.starts.push(CLOCK.now());
        this.#listener = listener;
        script.start?.(listener);
      },
      refresh: () => {
        this.refreshes.push(CLOCK.now());
        script.refresh?.(this.#listener!);
      },
      stop: () => {},
    };
    this.source = new AddressSource(resolver, {
      parts: {
        setup: { clock: CLOCK, random: () => 0.5 },
        tracer: { target: "shop" },
      },
      onAddresses: (addresses) => this.told.push(addresses.join()),
      onError: ({ message }) => this.told.push(message),
    });
  }
}

function asked(
  name: string,
  script: () => Script,
  body: (asked: Asked, time: VirtualClock) => Promise<void>,
): void {
  Deno.test(
    name,
    virtually(async (time) => {
      const subject = new Asked(script());
      await body(subject, time);
      subject.source.stop();
    }),
  );
}

const NOTHING: Record<string, (listener: ResolverListener) => void> = {
  "no addresses": (listener) => listener.onAddresses([]),
  "bad addresses": (listener) => listener.onAddresses(["no port"]),
  "an error": (listener) => listener.onError(new Error("gone")),
};

for (const [what, say] of Object.entries(NOTHING)) {
  const scripts: Record<string, Script> = {
    "at once": { start: say, refresh: say },
    "later": {
      start: (listener) => void CLOCK.timer(0, () => say(listener)),
      refresh: (listener) => void CLOCK.timer(0, () => say(listener)),
    },
    "a hundred times": {
      start: (listener) => {
        for (let i = 0; i < 100; i++) say(listener);
      },
      refresh: (listener) => {
        for (let i = 0; i < 100; i++) say(listener);
      },
    },
  };
  for (const [when, script] of Object.entries(scripts)) {
    asked(
      `a resolver that has ${what}, ${when}, is asked again after 1 s, 1.6 s ... 120 s`,
      () => script,
      async ({ source, refreshes, told }, time) => {
        source.start();
        await wait(time, 10);
        assertEquals(refreshes, []);
        await wait(time, 600_000);
        const [first, second, third] = refreshes;
        assert(Math.abs(first - 1_000) < 10, `${refreshes}`);
        assert(Math.abs(second - first - 1_600) < 10, `${refreshes}`);
        assert(Math.abs(third - second - 2_560) < 10, `${refreshes}`);
        const last = refreshes.at(-1)! - refreshes.at(-2)!;
        assert(Math.abs(last - 120_000) < 10, `${refreshes}`);
        assert(told.every((each) => each.startsWith("Cannot resolve shop: ")));
      },
    );
  }
}

asked(
  "what is found ends the pauses",
  () => {
    let count = 0;
    return {
      start: (listener) => listener.onAddresses([]),
      refresh: (listener) => listener.onAddresses(++count === 3 ? ["a:1"] : []),
    };
  },
  async ({ source, refreshes, told }, time) => {
    source.start();
    await wait(time, 1_000_000);
    assertEquals(refreshes.length, 3);
    assertEquals(told.at(-1), "a:1");
  },
);

asked(
  "a resolver that cannot be started is started again, with the same pauses",
  () => ({
    start: () => {
      throw new Error("no registry");
    },
  }),
  async ({ source, starts, refreshes }, time) => {
    source.start();
    await wait(time, 6_000);
    assertEquals(starts.map(Math.round), [0, 1_000, 2_600, 5_160]);
    assertEquals(refreshes, []);
  },
);

asked(
  "losses have it look at once, and then ever more slowly, up to the next connection",
  () => ({ start: (listener) => listener.onAddresses(["a:1"]) }),
  async ({ source, refreshes }, time) => {
    source.start();
    for (let i = 0; i < 60_000; i += 100) {
      for (let k = 0; k < 20; k++) source.refresh();
      await wait(time, 100);
    }
    const gaps = refreshes.slice(1).map((at, i) => at - refreshes[i]);
    assertEquals([refreshes[0], gaps[0], gaps.at(-1)], [0, 100, 5_000]);
    assert(refreshes.length < 25, `${refreshes}`);
    await wait(time, 10_000);
    source.settled();
    const before = refreshes.length;
    source.refresh();
    assertEquals(refreshes.length, before + 1);
  },
);

asked(
  "an answer that comes while it is asked does not lead to the next question at once",
  () => {
    let count = 0;
    return {
      start: (listener) => listener.onAddresses(["a:1"]),
      refresh: (listener) => listener.onAddresses([`a:${++count % 9 + 1}`]),
    };
  },
  async ({ source, refreshes, told }, time) => {
    source.start();
    for (let i = 0; i < 5_000; i += 20) {
      source.refresh();
      await wait(time, 20);
    }
    assert(refreshes.length < 15, `${refreshes}`);
    assertEquals(told.length, refreshes.length + 1);
  },
);

asked(
  "a reset asks at once, whatever it waits for",
  () => ({ start: (listener) => listener.onAddresses([]) }),
  async ({ source, refreshes }, time) => {
    source.start();
    await wait(time, 5);
    source.resetBackoff();
    assertEquals(refreshes, [5]);
    await wait(time, 100_000);
    assertEquals(refreshes, [5]);
  },
);

asked(
  "lists that change a thousand times a second take effect ten times at once, and then as often in a second",
  () => ({ refresh: (listener) => listener.onAddresses(["last:1"]) }),
  async ({ source, told, say }, time) => {
    source.start();
    for (let i = 0; i < 1_000; i++) {
      say([i % 2 === 0 ? "a:1" : "b:1"]);
      await wait(time, 1);
    }
    source.refresh();
    await wait(time, 1_000);
    assert(told.length >= 15 && told.length <= 21, `${told.length}`);
    assertEquals(told.at(-1), "last:1");
  },
);

asked(
  "the same list again is no change",
  () => ({
    start: (listener) => {
      for (let i = 0; i < 1_000; i++) listener.onAddresses(["a:1", "b:1"]);
      listener.onAddresses(["c:1"]);
    },
  }),
  ({ source, told }) => {
    source.start();
    assertEquals(told, ["a:1,b:1", "c:1"]);
    return Promise.resolve();
  },
);

asked(
  "after a stop nothing is asked, and a start begins anew",
  () => ({ start: (listener) => listener.onAddresses([]) }),
  async ({ source, starts, refreshes, told }, time) => {
    source.start();
    source.stop();
    await wait(time, 1_000_000);
    assertEquals([starts.length, refreshes.length], [1, 0]);
    source.start();
    assertEquals([starts.length, told.length], [2, 2]);
  },
);
