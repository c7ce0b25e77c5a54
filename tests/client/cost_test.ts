import { assertEquals } from "@std/assert";
import type { CallAttempt } from "../../src/client/calls/attempt.ts";
import {
  type WaitingCall,
  WaitingCalls,
} from "../../src/client/connector/waiting_calls.ts";
import type { TrustedConnection } from "../../src/client/connections/trusted_connection.ts";
import { assertCostRatio, once } from "../harness/cost_ratio.ts";

/** A call that is never told anything. */
function waitingCall(opened: () => void): WaitingCall {
  const call = {
    ended: undefined,
    outcome: new Promise(() => {}),
    open() {},
    cancel() {},
  };
  return {
    current: call as unknown as CallAttempt,
    waitForReady: false,
    opened,
  };
}

const LINK = { transport: {}, opened() {} } as unknown as TrustedConnection;

Deno.test("Calls that wait open one by one at the same cost, however many there are", () => {
  const cost = (count: number) =>
    once(() => {
      let opened = 0;
      const calls = new WaitingCalls();
      for (let i = 0; i < count; i++) calls.add(waitingCall(() => opened++));
      while (!calls.isEmpty) {
        let room = 1;
        calls.serve({ pick: () => room-- > 0 ? LINK : undefined });
      }
      assertEquals(opened, count);
    });
  assertCostRatio({ of: cost(40_000), to: cost(2_000), below: 6 * 20 });
});
