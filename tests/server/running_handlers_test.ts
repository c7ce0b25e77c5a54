import { assertEquals } from "@std/assert";
import type { CallContext } from "../../mod.ts";
import { RunningHandlers } from "../../src/server/running_handlers.ts";

/** A call, of which nothing but its path is asked. */
function call(path = "/a.B/C"): CallContext {
  return { path } as CallContext;
}

const TRANSPORT = { lastReadAt: 100 };

/** Whether a promise has resolved by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => done = true);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return done;
}

Deno.test("Without handlers there is nothing to wait for", async () => {
  assertEquals(await isDone(new RunningHandlers().allDone()), true);
});

Deno.test("All are done when the last is, in whatever order, with those that came meanwhile", async () => {
  const running = new RunningHandlers();
  const first = running.enter(call(), TRANSPORT);
  const second = running.enter(call(), TRANSPORT);
  const allDone = [running.allDone(), running.allDone()];
  second.leave();
  const third = running.enter(call(), TRANSPORT);
  assertEquals(await isDone(allDone[0]), false);
  first.leave();
  assertEquals(await isDone(allDone[0]), false);
  third.leave();
  assertEquals(await Promise.all(allDone.map(isDone)), [true, true]);
  assertEquals(await isDone(running.allDone()), true);
});

Deno.test("One can wait again for the next", async () => {
  const running = new RunningHandlers();
  for (let i = 0; i < 2; i++) {
    const each = running.enter(call(), TRANSPORT);
    const allDone = running.allDone();
    assertEquals(await isDone(allDone), false);
    each.leave();
    assertEquals(await isDone(allDone), true);
  }
});

Deno.test("Those that run are known by their calls, with the time since their request was read", () => {
  const running = new RunningHandlers();
  const calls = [call("/a.B/0"), call("/a.B/1")];
  const handlers = calls.map((each) => running.enter(each, TRANSPORT));
  handlers[0].leave();
  assertEquals(running.running(150), [[calls[1], 50]]);
  handlers[1].leave();
  assertEquals(running.running(150), []);
});
