import { assert, assertEquals } from "@std/assert";
import {
  LARGE_HEADERS,
  PoisonCallDetector,
} from "../../src/client/calls/poison_call.ts";
import type { ConnectionEnding } from "../../src/client/connections/connection_ending.ts";

/** GOAWAY that refuses the call, of a connection that served nothing. */
const DRAINED: ConnectionEnding = {
  how: "GOAWAY NO_ERROR, last stream 0",
  isOrderly: true,
  isAnswering: false,
  isFirst: true,
  namesStream: false,
};

/** GOAWAY with an error, of one that served others. */
const KILLED: ConnectionEnding = {
  how: "GOAWAY ENHANCE_YOUR_CALM, last stream 7",
  isOrderly: false,
  isAnswering: true,
  isFirst: true,
  namesStream: true,
};

/** After which of the endings a call is given up; `undefined` if never. */
function givenUpAt(
  endings: readonly ConnectionEnding[],
  octets = 200,
): number | undefined {
  const blame = new PoisonCallDetector();
  const at = endings.findIndex((each) => blame.of(each, octets) !== undefined);
  return at === -1 ? undefined : at + 1;
}

function times(count: number, ending: ConnectionEnding): ConnectionEnding[] {
  return Array(count).fill(ending);
}

Deno.test("Members that drain are never held against a call", () => {
  assertEquals(givenUpAt(times(1_000, DRAINED)), undefined);
  const rough = { ...DRAINED, isOrderly: false };
  assertEquals(givenUpAt(times(1_000, rough)), undefined);
});

for (const ending of [DRAINED, KILLED, { ...KILLED, isFirst: false }]) {
  Deno.test(`Large headers are given up when a second connection ends with them: ${JSON.stringify(ending)}`, () => {
    assertEquals(givenUpAt(times(9, ending), LARGE_HEADERS), 2);
    assert(givenUpAt(times(9, ending), LARGE_HEADERS - 1) !== 1);
  });
}

Deno.test("Small headers are given up as well when they are the first that two working connections refuse", () => {
  assertEquals(givenUpAt(times(9, KILLED)), 2);
  const fresh = { ...KILLED, isAnswering: false };
  assertEquals(givenUpAt([KILLED, fresh]), 2);
});

Deno.test("A peer that does not say how far it had read gets two more attempts", () => {
  assertEquals(givenUpAt(times(9, { ...KILLED, namesStream: false })), 4);
});

Deno.test("Calls behind the one that ends connections are not given up with it", () => {
  const behind = { ...KILLED, isFirst: false };
  assertEquals(givenUpAt(times(16, behind)), undefined);
  assertEquals(givenUpAt(times(17, behind)), 17);
});

Deno.test("A call that is given up says what happened, and with how many octets", () => {
  const blame = new PoisonCallDetector();
  blame.of(KILLED, 40_000);
  assertEquals(
    blame.of(KILLED, 40_000),
    "2 connections ended as soon as this call's headers of 40000 octets were sent, so it is not made again: GOAWAY ENHANCE_YOUR_CALM, last stream 7",
  );
});
