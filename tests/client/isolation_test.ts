import { assertEquals } from "@std/assert";
import { LARGE_HEADERS } from "../../src/client/calls/poison_call.ts";
import type { Connector } from "../../src/client/connector/connector.ts";
import { Isolation } from "../../src/client/calls/isolation.ts";

/** Two connectors, of which the first has so many calls. */
function isolated(runningCalls: number): {
  isolation: Isolation;
  at: (octets: number, present?: "main" | "apart") => "main" | "apart";
} {
  const connectivity = { state: "READY" };
  const apart = { runningCalls: 0 } as Connector;
  const main = {
    runningCalls,
    connectivity,
    apart: () => apart,
  } as unknown as Connector;
  const isolation = new Isolation(main);
  const named = { main, apart };
  return {
    isolation,
    at: (octets, present) =>
      isolation.connectorFor(octets, present && named[present]) === main
        ? "main"
        : "apart",
  };
}

Deno.test("Headers that may end a connection are kept apart while others run", () => {
  const { at, isolation } = isolated(1);
  assertEquals(at(LARGE_HEADERS - 1), "main");
  assertEquals(isolation.connectors.length, 1);
  assertEquals(at(LARGE_HEADERS), "apart");
  assertEquals(isolation.connectors.length, 2);
});

Deno.test("They are not while nobody else runs", () => {
  assertEquals(isolated(0).at(40_000), "main");
  assertEquals(isolated(1).at(40_000, "main"), "main");
  assertEquals(isolated(2).at(40_000, "main"), "apart");
  assertEquals(isolated(1).at(40_000, "apart"), "apart");
});

Deno.test("Headers that were answered make way for those up to their size", () => {
  const { at, isolation } = isolated(1);
  isolation.answered(20_000);
  isolation.answered(100);
  assertEquals([at(20_000), at(20_001)], ["main", "apart"]);
});

Deno.test("A connection that ends with headers takes that back for their size, and no smaller one", () => {
  const { at, isolation } = isolated(1);
  isolation.answered(20_000);
  isolation.ended(40_000);
  assertEquals(at(20_000), "main");
  isolation.ended(15_000);
  assertEquals([at(14_999), at(15_000)], ["main", "apart"]);
  isolation.ended(100);
  assertEquals([at(14_999), at(15_000)], ["main", "apart"]);
});
