import { assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import { LATE_VERDICT } from "../../src/keepalive/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { Driver } from "../../src/transport/driver.ts";
import type { Socket } from "../../src/transport/network/mod.ts";
import { run } from "./support/run_driver.ts";
import { SessionDouble } from "./support/session_double.ts";

/**
 * Turns of the event loop in which a runtime that has always something to do
 * may leave the kernel unasked.
 */
const UNASKED_TURNS = 61;

/** Has something to read some turns after the timer fires, and then no more. */
class LateSocket implements Socket {
  readonly timerFired = Promise.withResolvers<void>();
  readonly judged = Promise.withResolvers<void>();
  #reads = 1;

  async read(): Promise<number | null> {
    if (this.#reads-- === 0) return this.judged.promise.then(() => null);
    await this.timerFired.promise;
    for (let turn = 0; turn < UNASKED_TURNS; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return 1;
  }

  write({ length }: Uint8Array): Promise<number> {
    return Promise.resolve(length);
  }

  close(): void {}
}

/** What happens, in order, to a peer whose verdict is due now. */
async function judged(doubted: boolean): Promise<string[]> {
  const now = performance.now();
  const happened: string[] = [];
  const socket = new LateSocket();
  const double = new SessionDouble();
  const sentAt = now - 2 * LATE_VERDICT;
  const times = { sentAt, closeAt: now - LATE_VERDICT, checkAt: now };
  Object.defineProperty(double, "keepaliveState", {
    get: () => {
      socket.timerFired.resolve();
      return { kind: "probing", ...times, doubted };
    },
  });
  let deadline = now;
  double.deadline = () => deadline;
  double.receive = () => {
    happened.push("received");
    return false;
  };
  double.advance = () => {
    if (deadline === Infinity) return;
    deadline = Infinity;
    happened.push("judged");
    socket.judged.resolve();
  };
  double.receiveEnd = () => double.crash("", 0);
  // A connection that waits keeps no process alive.
  const held = setInterval(() => {}, 1_000);
  const handler = { onEvents: () => {}, onClosed: () => {} };
  await run(new Driver(socket, double.session, systemClock, handler));
  clearInterval(held);
  return happened;
}

Deno.test("a verdict in doubt falls after what lies in the socket was read, however late the kernel is asked", async () => {
  assertEquals(await judged(true), ["received", "judged"]);
});

Deno.test("a verdict that came in time waits for nothing", async () => {
  assertEquals((await judged(false))[0], "judged");
});
