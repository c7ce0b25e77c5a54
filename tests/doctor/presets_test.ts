import { assert, assertEquals, assertMatch } from "@std/assert";
import { presets } from "../../src/doctor/mod.ts";

Deno.test("the presets have names of their own, limits, and a source", () => {
  const names = presets.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const { name, idle = 1, layer, source, title } of presets) {
    assertMatch(name, /^[a-z][a-z0-9-]+$/);
    assert(idle > 0, name);
    assert(layer === 4 || layer === 7, name);
    assert(title !== "", name);
    assertMatch(source, /^https:\/\/[\w.-]+\//, name);
  }
});

Deno.test("the limits are those that are written down", () => {
  const seconds = (name: string) =>
    (presets.find((each) => each.name === name)?.idle ?? NaN) / 1_000;
  assertEquals(seconds("aws-alb"), 60);
  assertEquals(seconds("aws-nlb"), 350);
  assertEquals(seconds("aws-global-accelerator"), 340);
  assertEquals(seconds("gcp-vpc"), 600);
  assertEquals(seconds("azure-load-balancer"), 240);
  assertEquals(seconds("nginx"), 60);
  assertEquals(seconds("envoy"), 300);
  assertEquals(seconds("home-nat"), 239);
});
