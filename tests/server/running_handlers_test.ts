import { assertEquals } from "@std/assert";
import type { CallContext } from "../../mod.ts";
import { RunningHandlers } from "../../src/server/running_handlers.ts";

/** A call, of which nothing but its path is asked. */
function call(path = "/a.B/C"): CallContext {
  return { path } as CallContext;
}

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
  const handlers = [1, 2, 3].map(() => Promise.withResolvers<void>());
  running.add(handlers[0].promise, call());
  running.add(handlers[1].promise, call());
  const allDone = [running.allDone(), running.allDone()];
  handlers[1].resolve();
  running.add(handlers[2].promise, call());
  assertEquals(await isDone(allDone[0]), false);
  handlers[0].resolve();
  assertEquals(await isDone(allDone[0]), false);
  handlers[2].resolve();
  assertEquals(await Promise.all(allDone.map(isDone)), [true, true]);
  assertEquals(await isDone(running.allDone()), true);
});

Deno.test("One can wait again for the next", async () => {
  const running = new RunningHandlers();
  for (let i = 0; i < 2; i++) {
    const handler = Promise.withResolvers<void>();
    running.add(handler.promise, call());
    const allDone = running.allDone();
    assertEquals(await isDone(allDone), false);
    handler.resolve();
    assertEquals(await isDone(allDone), true);
  }
});

Deno.test("Those that run are known by their calls, with the time that they have run", async () => {
  const running = new RunningHandlers();
  const handlers = [1, 2].map(() => Promise.withResolvers<void>());
  handlers.forEach(({ promise }, i) => running.add(promise, call(`/a.B/${i}`)));
  handlers[0].resolve();
  await isDone(handlers[0].promise);
  const [[{ path }, milliseconds], ...rest] = running.running();
  assertEquals([path, milliseconds >= 0, rest.length], ["/a.B/1", true, 0]);
  handlers[1].resolve();
  await running.allDone();
  assertEquals([...running.running()], []);
});
