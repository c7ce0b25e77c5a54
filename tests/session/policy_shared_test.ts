import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { encodeSettings } from "../../src/frames/mod.ts";
import { clientParameters } from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";

const POLICY = 0x8000_0000 + 20_000;

/** A client whose server tells a policy with its SETTINGS. */
function told(value: number): ScriptedPeer {
  const peer = new ScriptedPeer(clientParameters({ keepalive: { time: 1e4 } }));
  peer.say((writer) => encodeSettings(writer, [[0x4b41, value]]));
  return peer;
}

Deno.test("connections that are told the same policy have one object for it, and others their own", () => {
  const policies = [POLICY, POLICY, POLICY + 1].map((value) =>
    told(value).session.policy.told?.settings
  );
  assertStrictEquals(policies[0], policies[1]);
  assertEquals(policies.map((policy) => policy?.minTime), [
    20_000,
    20_000,
    20_001,
  ]);
  assert(policies.every(Object.isFrozen), "nobody changes it for others");
});

Deno.test("what one connection is told later is not told to those that were told the same before", () => {
  const [one, other] = [told(POLICY), told(POLICY)];
  one.session.policy.onMetadata("min=30000;permit=1");
  assertEquals([one, other].map(({ session }) => session.policy.minTime), [
    30_000,
    20_000,
  ]);
  one.session.policy.onMetadata("min=40000;permit=1");
  assertEquals(one.session.policy.minTime, 30_000);
  assertEquals(other.session.policy.told?.metadata, undefined);
});
