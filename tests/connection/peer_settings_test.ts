import { assert, assertEquals } from "@std/assert";
import { EventLog } from "../../src/connection/event_log.ts";
import type { ConnectionEvent } from "../../src/connection/events.ts";
import {
  FloodBudget,
  USELESS_FRAMES,
} from "../../src/connection/flood_budget.ts";
import { Output } from "../../src/connection/output.ts";
import { SettingsExchange } from "../../src/connection/settings_exchange.ts";
import { FrameType, type Setting } from "../../src/frames/mod.ts";
import {
  applySettings,
  initialPeerSettings,
} from "../../src/connection/peer_settings.ts";

Deno.test("Settings begin with the values of RFC 9113 section 6.5.2", () => {
  assertEquals(initialPeerSettings(), {
    headerTableSize: 4_096,
    maxConcurrentStreams: Infinity,
    initialWindowSize: 65_535,
    maxFrameSize: 16_384,
    maxHeaderListSize: Infinity,
  });
});

Deno.test("Each known setting is taken over", () => {
  const peer = initialPeerSettings();
  applySettings(peer, [[1, 10], [3, 30], [4, 40], [5, 50_000], [6, 60]]);
  assertEquals(peer, {
    headerTableSize: 10,
    maxConcurrentStreams: 30,
    initialWindowSize: 40,
    maxFrameSize: 50_000,
    maxHeaderListSize: 60,
  });
});

Deno.test("What a SETTINGS frame does not name stays as it is", () => {
  const peer = initialPeerSettings();
  applySettings(peer, [[3, 30]]);
  applySettings(peer, [[4, 40]]);
  applySettings(peer, []);
  assertEquals(peer, {
    ...initialPeerSettings(),
    maxConcurrentStreams: 30,
    initialWindowSize: 40,
  });
});

Deno.test("Of a setting that is repeated the last value counts", () => {
  const peer = initialPeerSettings();
  applySettings(peer, [[3, 1], [4, 2], [3, 9]]);
  assertEquals(peer.maxConcurrentStreams, 9);
});

Deno.test("Unknown settings are ignored", () => {
  const peer = initialPeerSettings();
  applySettings(peer, [[0, 1], [7, 1], [8, 1], [0xffff, 0xffff_ffff]]);
  assertEquals(peer, initialPeerSettings());
});

Deno.test("settings that are shared by who waits change for one connection alone", () => {
  const exchange = () => {
    const events = new EventLog<ConnectionEvent>(0, true);
    return new SettingsExchange("server", new Output(), events, 1_000);
  };
  const flood = new FloodBudget(USELESS_FRAMES);
  const receive = (end: SettingsExchange, settings: readonly Setting[]) =>
    end.onSettings(
      { type: FrameType.SETTINGS, streamId: 0, ack: false, settings },
      0,
      flood,
      0,
    );
  const [one, other, third] = [exchange(), exchange(), exchange()];
  for (const end of [one, other, third]) receive(end, [[3, 30]]);
  const { peer } = one;
  receive(one, [[3, 31]]);
  receive(other, [[4, 40]]);
  assertEquals(peer, { ...initialPeerSettings(), maxConcurrentStreams: 31 });
  assert(one.peer === peer, "who has it sees it change");
  assertEquals(other.peer, {
    ...initialPeerSettings(),
    maxConcurrentStreams: 30,
    initialWindowSize: 40,
  });
  assertEquals(third.peer, {
    ...initialPeerSettings(),
    maxConcurrentStreams: 30,
  });
  assertEquals(exchange().peer, initialPeerSettings());
});
