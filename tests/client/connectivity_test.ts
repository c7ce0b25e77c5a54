import { assert, assertEquals, assertRejects } from "@std/assert";
import { deadline } from "@std/async";
import { Connectivity } from "../../src/client/connections/connectivity.ts";
import type { ConnectivityState } from "../../src/grpc/mod.ts";

const SOON = 1_000;

/** A signal that knows how many listeners it has. */
function countedSignal(): {
  signal: AbortSignal;
  abort: (why: Error) => void;
  listeners: () => number;
} {
  const { signal, abort } = abortable();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (
    ...given: Parameters<typeof removeEventListener>
  ) => {
    listeners--;
    removeEventListener.apply(signal, given);
  };
  return { signal, abort, listeners: () => listeners };
}

function abortable(): { signal: AbortSignal; abort: (why: Error) => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: (why) => controller.abort(why),
  };
}

/** Whether a promise is settled after the microtasks that are due. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => void (settled = true);
  promise.then(settle, settle);
  for (let i = 0; i < 20; i++) await undefined;
  return settled;
}

/** Reads all that an iteration tells. */
async function statesOf(
  changes: AsyncIterable<{ readonly state: ConnectivityState }>,
): Promise<ConnectivityState[]> {
  const states: ConnectivityState[] = [];
  for await (const { state } of changes) states.push(state);
  return states;
}

Deno.test("a channel is IDLE at first, and holds its last state and reason", () => {
  const connectivity = new Connectivity();
  assertEquals(connectivity.current, { state: "IDLE", reason: "not used yet" });
  connectivity.set("CONNECTING", "a call");
  assertEquals(connectivity.state, "CONNECTING");
  assertEquals(connectivity.current, { state: "CONNECTING", reason: "a call" });
});

Deno.test("waitFor resolves at once for the present state, and later for another", async () => {
  const connectivity = new Connectivity();
  await deadline(connectivity.waitFor("IDLE"), SOON);
  const ready = connectivity.waitFor("READY");
  connectivity.set("CONNECTING", "");
  assertEquals(await isSettled(ready), false);
  connectivity.set("READY", "");
  await deadline(ready, SOON);
});

Deno.test("waitFor resolves even if the state is over when its promise is read", async () => {
  const connectivity = new Connectivity();
  const ready = connectivity.waitFor("READY");
  connectivity.set("READY", "");
  connectivity.set("IDLE", "");
  await deadline(ready, SOON);
});

Deno.test("waitFor rejects with the reason of a signal that is aborted before, and keeps no listener", async () => {
  const { signal, abort, listeners } = countedSignal();
  const why = new Error("too late");
  abort(why);
  const waiting = new Connectivity().waitFor("READY", signal);
  assertEquals(await waiting.catch((error) => error), why);
  assertEquals(listeners(), 0);
});

Deno.test("waitFor rejects with the reason of a signal that is aborted later, and keeps no listener", async () => {
  const { signal, abort, listeners } = countedSignal();
  const why = new Error("too late");
  const waiting = new Connectivity().waitFor("READY", signal);
  assertEquals([await isSettled(waiting), listeners()], [false, 1]);
  abort(why);
  assertEquals(await waiting.catch((error) => error), why);
  assertEquals(listeners(), 0);
});

Deno.test("waitFor leaves no listener on its signal when it resolves or the channel closes", async () => {
  const connectivity = new Connectivity();
  const { signal, listeners } = countedSignal();
  await connectivity.waitFor("IDLE", signal);
  assertEquals(listeners(), 0);
  const ready = connectivity.waitFor("READY", signal);
  assertEquals(listeners(), 1);
  connectivity.set("SHUTDOWN", "closed");
  await assertRejects(() => ready, TypeError);
  assertEquals(listeners(), 0);
});

Deno.test("waitFor rejects when the channel closes or is closed, unless it waits for that", async () => {
  const connectivity = new Connectivity();
  const ready = connectivity.waitFor("READY");
  const shutdown = connectivity.waitFor("SHUTDOWN");
  connectivity.set("SHUTDOWN", "closed");
  await assertRejects(() => ready, TypeError, "Cannot wait for READY");
  await deadline(shutdown, SOON);
  await deadline(connectivity.waitFor("SHUTDOWN"), SOON);
  await assertRejects(() => connectivity.waitFor("IDLE"), TypeError, "closed");
});

Deno.test("nothing follows SHUTDOWN", () => {
  const connectivity = new Connectivity();
  connectivity.set("SHUTDOWN", "closed");
  connectivity.set("READY", "late");
  assertEquals(connectivity.current, { state: "SHUTDOWN", reason: "closed" });
});

Deno.test("changes yields the present state and later ones in order, and ends after SHUTDOWN", async () => {
  const connectivity = new Connectivity();
  connectivity.set("CONNECTING", "");
  const states = statesOf(connectivity.changes());
  for (const state of ["READY", "IDLE", "SHUTDOWN"] as const) {
    await undefined;
    connectivity.set(state, "");
  }
  assertEquals(await deadline(states, SOON), [
    "CONNECTING",
    "READY",
    "IDLE",
    "SHUTDOWN",
  ]);
});

Deno.test("changes of a closed channel tells SHUTDOWN, and ends", async () => {
  const connectivity = new Connectivity();
  connectivity.set("SHUTDOWN", "closed");
  const states = statesOf(connectivity.changes());
  assertEquals(await deadline(states, SOON), ["SHUTDOWN"]);
});

Deno.test("a slow reader of changes misses none", async () => {
  const connectivity = new Connectivity();
  const changes = connectivity.changes();
  assertEquals((await changes.next()).value?.state, "IDLE");
  const told: ConnectivityState[] = [];
  for (let i = 0; i < 100; i++) {
    const state = i % 2 === 0 ? "CONNECTING" : "TRANSIENT_FAILURE";
    connectivity.set(state, "");
    told.push(state);
  }
  connectivity.set("SHUTDOWN", "");
  assertEquals(await statesOf(changes), [...told, "SHUTDOWN"]);
});

Deno.test("who is more than a thousand changes behind misses the oldest only", async () => {
  const connectivity = new Connectivity();
  const changes = connectivity.changes();
  await changes.next();
  for (let i = 1; i <= 1_001; i++) {
    connectivity.set(i % 2 === 0 ? "CONNECTING" : "READY", `number ${i}`);
  }
  assertEquals((await changes.next()).value?.reason, "number 2");
  await changes.return();
});

Deno.test("a state that is set twice is told once, with its first reason; the present reason is the last one", async () => {
  const connectivity = new Connectivity();
  const changes = connectivity.changes();
  await changes.next();
  connectivity.set("READY", "first");
  connectivity.set("READY", "second");
  assertEquals(connectivity.current, { state: "READY", reason: "second" });
  connectivity.set("SHUTDOWN", "closed");
  const reasons: string[] = [];
  for await (const { reason } of changes) reasons.push(reason);
  assertEquals(reasons, ["first", "closed"]);
});

Deno.test("a state that an observer moves on at once is told before the one that follows it", async () => {
  const connectivity: Connectivity = new Connectivity({
    state: (state) => {
      if (state === "IDLE") connectivity.set("CONNECTING", "asked for again");
    },
  });
  connectivity.set("READY", "");
  const changes = connectivity.changes();
  assertEquals((await changes.next()).value?.state, "READY");
  connectivity.set("IDLE", "lost");
  const told = [(await changes.next()).value, (await changes.next()).value];
  await changes.return();
  assertEquals(told, [
    { state: "IDLE", reason: "lost" },
    { state: "CONNECTING", reason: "asked for again" },
  ]);
  assertEquals(told.at(-1), connectivity.current);
});

Deno.test("several readers of changes are told the same", async () => {
  const connectivity = new Connectivity();
  const readers = [connectivity.changes(), connectivity.changes()].map(
    statesOf,
  );
  await undefined;
  connectivity.set("READY", "");
  connectivity.set("SHUTDOWN", "");
  for (const states of await deadline(Promise.all(readers), SOON)) {
    assertEquals(states, ["IDLE", "READY", "SHUTDOWN"]);
  }
});

Deno.test("return ends changes while a read waits: both resolve at once, and later states are nobody's", async () => {
  const connectivity = new Connectivity();
  const changes = connectivity.changes();
  await changes.next();
  const reading = changes.next();
  assertEquals(await isSettled(reading), false);
  const ending = changes.return();
  assert(await isSettled(ending), "return waits for a change");
  assertEquals((await reading).done, true);
  connectivity.set("READY", "");
  assertEquals((await changes.next()).done, true);
});

Deno.test("return ends changes between two reads and before the first", async () => {
  const connectivity = new Connectivity();
  const changes = connectivity.changes();
  await changes.next();
  await deadline(changes.return(), SOON);
  connectivity.set("READY", "");
  assertEquals((await changes.next()).done, true);
  const unread = connectivity.changes();
  await deadline(unread.return(), SOON);
  assertEquals((await unread.next()).done, true);
});
