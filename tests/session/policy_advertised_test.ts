import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  encodeSettings,
  encodeSettingsAck,
  FrameType,
} from "../../src/frames/mod.ts";
import type { ClientKeepaliveOptions } from "../../src/keepalive/mod.ts";
import {
  clientParameters,
  explain,
  serverParameters,
} from "../../src/session/mod.ts";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import { FIELDS, ScriptedPeer } from "../harness/scripted_peer.ts";
import { withSeed } from "../harness/seed.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

const OWN = { time: 10_000, timeout: 5_000, permitWithoutStream: true };
const BOUND = 7_200_000;

type Settings = [id: number, value: number][];

/** A client whose server begins with some settings. */
function client(
  settings: Settings,
  keepalive: ClientKeepaliveOptions = OWN,
): ScriptedPeer {
  const peer = new ScriptedPeer(clientParameters({ keepalive }));
  peer.say((writer) => {
    encodeSettings(writer, settings);
    encodeSettingsAck(writer);
  });
  return peer;
}

/** When the first PING goes out, if one does before a time. */
function firstPing(peer: ScriptedPeer, until = 3 * BOUND): number | undefined {
  while (peer.session.deadline() <= until) {
    peer.advanceTo(peer.session.deadline());
    const [ping] = peer.eventsOf("ping-sent");
    if (ping !== undefined) return ping.at;
  }
}

function policies(peer: ScriptedPeer) {
  return peer.eventsOf("keepalive-policy");
}

Deno.test("a policy that is stricter is in force before the first PING of the first connection", () => {
  const peer = client([[0x4b41, 0x8000_0000 + 20_000]]);
  assertEquals(policies(peer), [{
    at: 0,
    type: "keepalive-policy",
    source: "settings",
    minTime: 20_000,
    permitWithoutStream: true,
    idleLimit: Infinity,
    time: 20_000,
    findings: [
      "the server asks for 20000 ms between PINGs: keepalive every 20000 ms, not every 10000 ms",
    ],
  }]);
  assertEquals(firstPing(peer), 20_000);
});

Deno.test("a policy that is laxer makes nothing faster, and is no finding", () => {
  const peer = client([[0x4b41, 0x8000_0000 + 1]]);
  assertEquals(policies(peer)[0].findings, []);
  assertEquals(firstPing(peer), 10_000);
});

Deno.test("a server that permits no PINGs without a stream gets none, and during one it does", () => {
  const peer = client([[0x4b41, 20_000]]);
  assertEquals(firstPing(peer), undefined);
  peer.session.streams.open(FIELDS, false, peer.now);
  assertEquals(firstPing(peer, 4 * BOUND), peer.now);
});

Deno.test("an idle limit of the path makes no PING come sooner, and is told", () => {
  const peer = client([[0x4b42, 1]]);
  assertEquals(policies(peer)[0].findings, [
    "the path forgets after 1 ms of silence, and keepalive is every 10000 ms",
  ]);
  assertEquals(firstPing(peer), 10_000);
});

Deno.test("keepalive that is off stays off, whatever is advertised", () => {
  for (const value of [1, 0xffff_ffff]) {
    const peer = client([[0x4b41, value]], { ...OWN, time: Infinity });
    assertEquals(firstPing(peer), undefined);
    assertEquals(policies(peer)[0].findings, []);
  }
});

const HOSTILE: [what: string, settings: Settings, first: number | undefined][] =
  [
    ["0", [[0x4b41, 0]], 10_000],
    ["2^32-1", [[0x4b41, 0xffff_ffff]], BOUND],
    ["2^31-1", [[0x4b41, 0x7fff_ffff]], undefined],
    ["2^31", [[0x4b41, 0x8000_0000]], 10_000],
    ["itself twice", [[0x4b41, 0xffff_ffff], [0x4b41, 0x8000_0001]], 10_000],
    ["a limit of 2^32-1", [[0x4b42, 0xffff_ffff]], 10_000],
    [
      "itself a thousand times",
      Array.from({ length: 1_000 }, (_, i) => [0x4b41, 0x8000_0000 + i]),
      10_000,
    ],
  ];

for (const [what, settings, first] of HOSTILE) {
  Deno.test(`a server that advertises ${what} makes keepalive slower up to two hours, and no more`, () => {
    assertEquals(firstPing(client(settings)), first);
    const busy = client(settings, { ...OWN, permitWithoutStream: false });
    busy.session.streams.open(FIELDS, false, 0);
    const during = firstPing(busy);
    assert(during !== undefined && during <= BOUND, `${during}`);
    assert(during >= OWN.time, `${during}`);
  });
}

Deno.test("a dead server is noticed, whatever it has advertised", () => {
  const peer = client([[0x4b41, 0x7fff_ffff]]);
  peer.session.streams.open(FIELDS, false, 0);
  peer.advanceTo(BOUND);
  peer.advanceTo(BOUND + OWN.timeout);
  const { state } = peer.session;
  assert(state.kind === "closed");
  assertEquals(state.reason.kind, "keepalive-timeout");
  assertEquals(state.reason.findings?.length, 3);
  assertStringIncludes(
    explain(state.reason),
    "the server permits no PINGs without a call: none are sent",
  );
});

Deno.test(
  "a server that changes its mind all the time has no effect: the first SETTINGS count",
  withSeed((random) => {
    const peer = client([[0x4b41, 0x8000_0000 + 20_000]]);
    for (let i = 0; i < 400; i++) {
      peer.say((writer) =>
        encodeSettings(writer, [[0x4b41, random.below(2 ** 32)]])
      );
      peer.advanceTo(peer.now + 1);
    }
    assertEquals(policies(peer).length, 1);
    assertEquals(firstPing(peer), 20_000 + 399);
  }),
);

Deno.test("of metadata the first counts, and the stricter of both sources holds", () => {
  const peer = client([[0x4b41, 0x8000_0000 + 20_000]]);
  const { policy } = peer.session;
  policy.onMetadata("min=30000;permit=0");
  policy.onMetadata("min=1;permit=1");
  policy.onMetadata("min=900000;permit=1");
  assertEquals([policy.time, policy.permitWithoutStream], [30_000, false]);
  assertEquals(policy.told, {
    settings: {
      minTime: 20_000,
      permitWithoutStream: true,
      idleLimit: Infinity,
    },
    metadata: {
      minTime: 30_000,
      permitWithoutStream: false,
      idleLimit: Infinity,
    },
  });
  peer.say((writer) => encodeSettings(writer, []));
  assertEquals(policies(peer).length, 2);
  assertEquals(policies(peer)[1].findings.length, 3);
  assertStringIncludes(policies(peer)[1].findings[2], "the stricter holds");
});

Deno.test("metadata that is laxer than SETTINGS changes nothing", () => {
  const { policy } = client([[0x4b41, 20_000]]).session;
  policy.onMetadata("min=0;permit=1");
  assertEquals([policy.time, policy.permitWithoutStream], [20_000, false]);
});

Deno.test("metadata that cannot be read is told once, in short, and changes nothing", () => {
  const peer = client([]);
  const { policy } = peer.session;
  for (let i = 0; i < 1_000; i++) {
    policy.onMetadata(`\u001b[31m${"garbage".repeat(9_000)}`);
  }
  peer.say((writer) => encodeSettings(writer, []));
  const [{ findings, time }, ...others] = policies(peer);
  assertEquals([time, others.length, findings.length], [10_000, 0, 1]);
  assert(findings[0].length < 200, findings[0]);
  assert(!findings[0].includes("\u001b"), findings[0]);
});

Deno.test("metadata that come with the end of a connection make no event after the last one", () => {
  const peer = client([]);
  peer.session.close(0);
  peer.session.policy.onMetadata("min=1;permit=1");
  const events = peer.session.takeEvents();
  assertEquals(events.at(-1)?.type, "closed");
});

Deno.test("a server tells its policy with SETTINGS and once with metadata, unless that is turned off or nothing is enforced", () => {
  const told = (enforcement: object) => {
    const peer = new ScriptedPeer(serverParameters({ enforcement }));
    const { policy } = peer.session;
    const texts = [policy.takeText(), policy.takeText()];
    const frame = JSON.stringify(peer.framesOf(FrameType.SETTINGS));
    return [frame.includes(String(0x4b41)), ...texts];
  };
  assertEquals(told({ minTime: 20_000, pathIdleLimit: 60_000 }), [
    true,
    "min=20000;permit=0;idle=60000",
    undefined,
  ]);
  assertEquals(told({ advertise: false }), [false, undefined, undefined]);
  assertEquals(told({ maxPingStrikes: 0 }), [false, undefined, undefined]);
});

Deno.test("a server does not heed what a client advertises", () => {
  const peer = new ScriptedPeer(serverParameters({
    keepalive: { time: 10_000 },
  }));
  peer.receive(CLIENT_PREFACE);
  peer.say((writer) => {
    encodeSettings(writer, [[0x4b41, 0xffff_ffff]]);
    encodeSettingsAck(writer);
  });
  assertEquals(policies(peer), []);
  assertEquals(firstPing(peer), 10_000);
});

Deno.test("minTime 20 s against time 10 s: in a day with and without streams no strike, and PINGs all the time", () => {
  const pair = new VirtualPair({
    client: { keepalive: OWN },
    server: {
      enforcement: { minTime: 20_000, permitWithoutStream: true, tolerance: 0 },
    },
  });
  pair.runTo(12 * 3_600_000);
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
  pair.runTo(24 * 3_600_000);
  const { pingStrikes, pingsReceived } = pair.server.counters();
  assertEquals(pingStrikes, 0);
  assert(pingsReceived > 4_000, `${pingsReceived}`);
});
