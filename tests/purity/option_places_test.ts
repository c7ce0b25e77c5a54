import { assert, assertEquals } from "@std/assert";
import { Channel, HealthDefinition, serve } from "../../mod.ts";
import { PLACES } from "../../src/options/places.ts";
import { keysOf, STRANGE } from "./option_keys.ts";

const { check } = HealthDefinition;

/** Gives options to who they belong to. */
const OWNERS: Readonly<Record<string, (options: object) => unknown>> = {
  "a channel": (options) => new Channel("localhost:50051", options),
  "a server": (options) => serve(options, []),
  "a call": (options) =>
    new Channel("localhost:50051").unary(check, { service: "" }, options),
};

/** Keys that any place takes, or that are the same word for another thing. */
const NOT_TOLD: readonly string[] = [
  "settingsTimeout",
  "maxWindowSize",
  "onEvent",
  "recorder",
  "otel",
  "clock",
  "network",
  "random",
  "heartbeat",
  "signal",
  "path",
  "onError",
  "onListen",
  "memoryQuota.connection",
  "tls.implementation",
];

Deno.test("where a misplaced option belongs is told as it is, of all options", async () => {
  const groups = new Set(PLACES.map(({ group }) => group));
  for (const [owner, give] of Object.entries(OWNERS)) {
    const top = await keysOf(() => give(STRANGE));
    for (const group of groups) {
      const name = group.replace(".", "");
      if (name !== "" && !top.includes(name)) continue;
      const options = name === "" ? STRANGE : { [name]: STRANGE };
      const taken = (await keysOf(() => give(options)))
        .filter((key) => !NOT_TOLD.includes(group + key));
      const told = PLACES
        .filter((each) => each.group === group && each.owners.includes(owner))
        .flatMap(({ keys }) => keys);
      assertEquals(told.sort(), taken.sort(), `${group} of ${owner}`);
    }
    assert(PLACES.some(({ owners }) => owners.includes(owner)));
  }
});
