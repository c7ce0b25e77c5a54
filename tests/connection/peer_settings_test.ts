import { assertEquals } from "@std/assert";
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
