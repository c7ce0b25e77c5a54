import { assert, assertEquals, assertRejects } from "@std/assert";
import { DialError } from "../../mod.ts";
import { until } from "../grpc/support/words.ts";
import type { RawPeer } from "../harness/raw_peer.ts";
import { Scene } from "./support/scene.ts";
import { PATIENCE } from "../harness/time.ts";

Deno.test("Row 103 CB-states: SETTINGS make the channel READY", async () => {
  await using scene = new Scene();
  await scene.connected();
  assertEquals(scene.states, ["IDLE", "CONNECTING", "READY"]);
});

const FAILURES: Record<string, (peer: RawPeer) => Promise<void>> = {
  "a socket closed before SETTINGS": (peer) => peer.conn.closeWrite(),
  "no SETTINGS within the handshake timeout": () => Promise.resolve(),
};

for (const [what, fail] of Object.entries(FAILURES)) {
  Deno.test(`Row 103 CB-states: ${what} is a TRANSIENT_FAILURE`, async () => {
    await using scene = new Scene({ handshakeTimeout: 100 });
    const attempt = assertRejects(() => scene.channel.connect(), DialError);
    await fail(await scene.accept());
    await attempt;
    assertEquals(scene.states.slice(0, 3), [
      "IDLE",
      "CONNECTING",
      "TRANSIENT_FAILURE",
    ]);
  });
}

Deno.test("Row 104 CB-ready-lost: a channel whose server closes is IDLE, and connects when told to", async () => {
  await using scene = new Scene();
  const first = await scene.connected();
  await first.peer.conn.closeWrite();
  await scene.channel.waitFor("IDLE");
  await scene.connected();
  const expected = ["IDLE", "CONNECTING", "READY"];
  assertEquals(scene.states, [...expected, ...expected]);
  assertEquals(scene.closes.map(({ kind }) => kind), ["end-of-stream"]);
});

Deno.test("Row 105 CB-all-addrs: each address is tried before the channel fails, and again after its own backoff", async () => {
  await using scene = new Scene({
    backoff: { initialBackoff: 300, jitter: 0 },
  }, 2);
  const attempt = assertRejects(() => scene.channel.connect(), DialError);
  const tried: number[] = [];
  const start = performance.now();
  const turnAway = async (server: number) => {
    const peer = await scene.accept(server);
    assert(!scene.states.includes("TRANSIENT_FAILURE") || tried.length >= 2);
    tried.push(server);
    peer[Symbol.dispose]();
  };
  await turnAway(0);
  assertEquals(scene.channel.state, "CONNECTING");
  await turnAway(1);
  await attempt;
  assertEquals(scene.channel.state, "TRANSIENT_FAILURE");
  await Promise.all([turnAway(0), turnAway(1)]);
  const took = performance.now() - start;
  assert(took > 250 && took < PATIENCE, `${took} ms`);
  assertEquals(scene.channel.state, "TRANSIENT_FAILURE");
  assertEquals(tried.toSorted(), [0, 0, 1, 1]);
});

Deno.test("The next attempt is announced while a channel waits for it, and not otherwise", async () => {
  await using scene = new Scene({
    backoff: { initialBackoff: 2_000, jitter: 0 },
  });
  const { channel } = scene;
  assertEquals(channel.nextAttemptAt, undefined);
  const start = Date.now();
  const attempt = assertRejects(() => channel.connect(), DialError);
  (await scene.accept())[Symbol.dispose]();
  await attempt;
  const planned = channel.nextAttemptAt!.getTime();
  assert(planned > Date.now(), "It is in the future");
  assert(planned >= start + 1_990 && planned < start + 3_000, `${planned}`);
  channel.resetBackoff();
  const ready = channel.ready();
  const end = await scene.welcome();
  await ready;
  assert(Date.now() < planned, "It did not wait");
  assertEquals(channel.nextAttemptAt, undefined);
  assertEquals(channel.reason.startsWith("connected to"), true);
  end.peer[Symbol.dispose]();
  await until(() => channel.state === "IDLE");
});

Deno.test("Waiting for a state ends with the signal, and with the channel", async () => {
  await using scene = new Scene();
  const { channel } = scene;
  const reason = new Error("no time left");
  const abort = new AbortController();
  const { signal } = abort;
  const aborted = assertRejects(
    () => channel.waitFor("READY", { signal }),
    Error,
    reason.message,
  );
  abort.abort(reason);
  await aborted;
  const closed = assertRejects(
    () => channel.waitFor("READY"),
    TypeError,
    "Cannot wait for READY: the channel is closed, and stays so",
  );
  await channel.close();
  await closed;
  await channel.waitFor("SHUTDOWN");
});
