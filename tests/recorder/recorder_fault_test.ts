import { assertEquals } from "@std/assert";
import { recordedBy, Recorder } from "../../src/recorder/mod.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { reported } from "../transport/support/reported.ts";

/** A recorder with a fault of its own. */
class Faulty extends Recorder {
  readonly fault = new Error("fault");

  override connection(): void {
    throw this.fault;
  }

  override channel(): void {
    throw this.fault;
  }
}

Deno.test("a fault of the recorder is reported, and keeps nobody after it from being told", async () => {
  const recorder = new Faulty();
  const recorded = recordedBy(recorder, true)!;
  const errors = await reported(() => {
    recorded.connection({ at: 0, type: "established" }, {} as Transport);
    recorded.channel(
      {
        at: 1,
        type: "channel-state",
        channelId: 1,
        state: "IDLE",
      } as Parameters<typeof recorded.channel>[0],
    );
    return Promise.resolve();
  });
  assertEquals(errors, [recorder.fault, recorder.fault]);
});
