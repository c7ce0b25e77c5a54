import { assert, assertEquals } from "@std/assert";
import { otelObserver } from "../../src/metrics/mod.ts";
import { ROOT } from "./source.ts";

Deno.test("the page on behaviour has each metric, and no other", async () => {
  const page = await Deno.readTextFile(new URL(".github/BEHAVIOUR.md", ROOT));
  const named = [
    ...page.matchAll(/^\| `((?:grpc|rpc|keepalive)\.[a-z_.]+)` +\|/gm),
  ];
  const made: string[] = [];
  const make = (name: string) => {
    made.push(name);
    return { add: () => {}, record: () => {} };
  };
  otelObserver({
    names: ["grpc", "semconv"],
    meterProvider: {
      getMeter: () => ({
        createCounter: make,
        createUpDownCounter: make,
        createHistogram: make,
      }),
    },
  });
  assert(made.length > 20);
  assertEquals(named.map(([, name]) => name).sort(), made.sort());
});
