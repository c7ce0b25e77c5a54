import { CLOCK, newTime } from "../harness/virtual_clock.ts";
import { assertEquals } from "@std/assert";
import { ServerCall } from "../../src/server/calls/server_call.ts";
import { decodeTimeout } from "../../src/grpc/mod.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { headOf } from "./support/head_of.ts";
import { FakeStream } from "./support/fake_stream.ts";

/** The longest delay that `setTimeout` takes. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A call whose client waits for so long, and the status that it gets. */
function callWith(
  timeout: string,
): { call: ServerCall; status: () => string | undefined } {
  const fake = new FakeStream();
  const transport = { clock: CLOCK } as Transport;
  const setup = { transport, maxReceiveLength: 1_000 };
  const call = new ServerCall(setup, fake.stream, {
    ...headOf("/test.Raw/Unary"),
    timeout: decodeTimeout(timeout),
  });
  const status = () =>
    fake.fields.at(-1)?.find(([name]) => name === "grpc-status")?.[1];
  return { call, status };
}

for (const timeout of ["597H", "1000H", "99999999S", "9999H"]) {
  Deno.test(`A grpc-timeout of ${timeout} ends the call then and not before, although setTimeout cannot wait for so long`, () => {
    const time = newTime();
    const { call, status } = callWith(timeout);
    const { signal } = call;
    const end = decodeTimeout(timeout)!;
    assertEquals(call.deadline?.getTime(), end);
    for (let at = 0; at + LONGEST_DELAY < end; at += LONGEST_DELAY) {
      time.tick(LONGEST_DELAY);
      assertEquals([signal.aborted, status()], [false, undefined]);
    }
    time.tick(end - CLOCK.now() - 1);
    assertEquals([signal.aborted, status()], [false, undefined]);
    time.tick(1);
    assertEquals([signal.aborted, status()], [true, "4"]);
  });
}

Deno.test("A call that has ended leaves no timer, in the first or a later part of its deadline", () => {
  for (const waited of [0, LONGEST_DELAY]) {
    const time = newTime();
    const { call, status } = callWith("9999H");
    time.tick(waited);
    call.finish();
    assertEquals(status(), "0");
    assertEquals([time.pending, status()], [0, "0"]);
  }
});

Deno.test("The longest timeout of all has a deadline that Date can tell", () => {
  newTime();
  const { call } = callWith("99999999H");
  assertEquals(call.deadline?.getTime(), 99_999_999 * 3_600_000);
  call.finish();
});
