import { assertEquals } from "@std/assert";
import { describeSettings } from "../../../src/doctor/probe/setting_words.ts";
import type { Setting } from "../../../src/frames/mod.ts";
import { policySettings } from "../../../src/keepalive/mod.ts";

const SAID: readonly (readonly [readonly Setting[], string])[] = [
  [[], "none"],
  [
    [[1, 4_096], [5, 16_384], [8, 1], [9, 1]],
    "HEADER_TABLE_SIZE 4096, MAX_FRAME_SIZE 16384, ENABLE_CONNECT_PROTOCOL 1, NO_RFC7540_PRIORITIES 1",
  ],
  [[[0xfe03, 1]], "true binary metadata of gRPC Core (0xfe03) 1"],
  [
    policySettings({
      minTime: 20_000,
      permitWithoutStream: true,
      idleLimit: 350_000,
    }),
    "keepalive policy (0x4b41) 20 s between PINGs also without a call, idle limit of the path (0x4b42) 350 s",
  ],
  [
    policySettings({
      minTime: 300_000,
      permitWithoutStream: false,
      idleLimit: Infinity,
    }),
    "keepalive policy (0x4b41) 300 s between PINGs during calls",
  ],
  [
    [[0x4b41, 0], [0x4b42, 0]],
    "keepalive policy (0x4b41) 0, idle limit of the path (0x4b42) 0",
  ],
  [
    [[0x4b42, 60_000], [0x1234, 7]],
    "idle limit of the path (0x4b42) 60 s, unknown setting 0x1234 7",
  ],
];

for (const [settings, words] of SAID) {
  Deno.test(`SETTINGS ${JSON.stringify(settings)} are told as ${words}`, () => {
    assertEquals(describeSettings(settings), words);
  });
}
