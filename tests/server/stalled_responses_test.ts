import { assert } from "@std/assert";
import { implement, MemoryQuota, serve } from "../../mod.ts";
import { encodeSettings, SettingId } from "../../src/frames/mod.ts";
import { request, sayFields, sayMessage } from "../grpc/support/foreign.ts";
import { rawMethod } from "../grpc/support/played_call.ts";
import { until } from "../grpc/support/words.ts";
import { PREFACE, RawPeer } from "../harness/raw_peer.ts";

const Endless = { down: rawMethod("Down", false, true) };

/** Octets that wait on a stream before its handler does, and a message. */
const HIGH_WATER = 65_536;

/** Calls of a client that reads nothing. */
const CALLS = 4;

for (const length of [100, 1_000, 3_000, 4_096, 20_000, 100_000]) {
  Deno.test(`Where handlers wait for a client that reads nothing, all is counted that waits with them: messages of ${length} octets`, async () => {
    const memoryQuota = new MemoryQuota();
    let made = 0;
    await using server = serve(
      { hostname: "127.0.0.1", port: 0, memoryQuota },
      [implement(Endless, {
        *down() {
          for (;;) {
            made += length;
            yield new Uint8Array(length);
          }
        },
      })],
    );
    using peer = await RawPeer.connect((server.addr as Deno.NetAddr).port);
    await peer.write(PREFACE);
    await peer.say((writer) => {
      encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
      for (let id = 1; id < 2 * CALLS; id += 2) {
        sayFields(writer, id, request(Endless.down.path), false);
        sayMessage(writer, id, "", true);
      }
    });
    const each = HIGH_WATER - 2 * Math.min(length + 5, 4_101);
    await until(() => made * (length + 5) / length >= CALLS * each);
    const told = `of ${made} octets, ${memoryQuota.pinned} are counted`;
    assert(memoryQuota.pinned > 0.9 * made, told);
  });
}
