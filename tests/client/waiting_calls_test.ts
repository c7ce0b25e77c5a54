import { assertEquals } from "@std/assert";
import { WaitingCalls } from "../../src/client/connector/waiting_calls.ts";
import type { PendingAttempt } from "../../src/client/connector/waiting_calls.ts";
import type { TrustedConnection } from "../../src/client/connections/mod.ts";

const LINK = { transport: {}, opened() {} } as unknown as TrustedConnection;

/** An attempt that notes when it is opened. */
class Attempt implements PendingAttempt {
  ended: unknown;
  readonly outcome = new Promise<void>(() => {});
  readonly #name: string;
  readonly #log: string[];

  constructor(name: string, log: string[]) {
    this.#name = name;
    this.#log = log;
  }

  open(): void {
    this.#log.push(`${this.#name} opens`);
  }

  cancel(): void {
    this.#log.push(`${this.#name} is cancelled`);
  }
}

/** A call whose first attempt has ended in line, and whose second stands there. */
function retriedInLine() {
  const log: string[] = [];
  const calls = new WaitingCalls();
  const first = new Attempt("first", log);
  const call = {
    current: first,
    waitForReady: false,
    opened: () => log.push("the call is told"),
  };
  calls.add(call);
  first.ended = "UNAVAILABLE";
  call.current = new Attempt("second", log);
  calls.add(call);
  return { log, calls };
}

Deno.test("a place in line is that of one attempt: the next one of the same call is opened once", () => {
  const { log, calls } = retriedInLine();
  calls.serve({ pick: () => LINK });
  assertEquals(log, ["second opens", "the call is told"]);
  assertEquals(calls.isEmpty, true);
});

Deno.test("those who stand in line fail each for itself", () => {
  const { log, calls } = retriedInLine();
  calls.failAll(new Error("nobody is there"));
  assertEquals(log, ["first is cancelled", "second is cancelled"]);
});
