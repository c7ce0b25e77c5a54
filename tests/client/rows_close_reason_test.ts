import { assert, assertEquals } from "@std/assert";
import { type CloseReason, type GrpcError, Status } from "../../mod.ts";
import { ErrorCode, FrameType } from "../../src/frames/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import type { ForeignEnd } from "../grpc/support/foreign.ts";
import { until } from "../grpc/support/words.ts";
import { readRequest } from "./support/requests.ts";
import { sayGoaway, Scene } from "./support/scene.ts";
import { atLeast } from "../harness/time.ts";

/** The reason of the connection, from the error of a call on it. */
function reasonIn(error: GrpcError): CloseReason {
  const { cause } = error;
  assert(typeof cause === "object" && cause !== null && "kind" in cause);
  return cause as CloseReason;
}

interface End {
  readonly kind: CloseReason["kind"];
  readonly by: CloseReason["by"];
  readonly make: (end: ForeignEnd, scene: Scene) => Promise<void>;
}

const ENDS: Record<string, End> = {
  "GOAWAY, then the end of the socket": {
    kind: "goaway",
    by: "peer",
    make: async (end) => {
      await sayGoaway(end, 1, ErrorCode.NO_ERROR, "max_age");
      await end.peer.conn.closeWrite();
    },
  },
  "the end of the socket": {
    kind: "end-of-stream",
    by: "peer",
    make: ({ peer }) => peer.conn.closeWrite(),
  },
  "close of the channel": {
    kind: "local-close",
    by: "local",
    make: (_end, { channel }) => channel.close(),
  },
  "enterIdle": {
    kind: "local-close",
    by: "local",
    make: (_end, { channel }) => Promise.resolve(channel.enterIdle()),
  },
  "a frame that violates HTTP/2": {
    kind: "protocol-error",
    by: "local",
    make: async (end) => {
      await sayGoaway(end, 2, ErrorCode.NO_ERROR);
      await end.peer.until(FrameType.GOAWAY);
      await end.peer.conn.closeWrite();
    },
  },
};

for (const [what, { kind, by, make }] of Object.entries(ENDS)) {
  Deno.test(`Row 110 CB-disconnect-label: ${what} is "${kind}" by the ${by} end`, async () => {
    await using scene = new Scene();
    const end = await scene.connected();
    const call = assertStatus(() => scene.words.one("a"), Status.UNAVAILABLE);
    await readRequest(end);
    await make(end, scene);
    const reason = reasonIn(await call);
    assertEquals([reason.kind, reason.by], [kind, by]);
    assertEquals((await scene.clients[0].closed).kind, kind);
  });
}

Deno.test('Row 110 CB-disconnect-label: a reset of the socket is "socket-error", or "end-of-stream" where Deno does not tell', async () => {
  await using scene = new Scene();
  const { peer } = await scene.connected();
  const call = assertStatus(
    () => scene.words.one("a"),
    Status.UNAVAILABLE,
    /^error reading from server: /,
  );
  await until(() => scene.clients[0].activeStreams === 1);
  await atLeast(50);
  peer[Symbol.dispose]();
  const { kind, by } = reasonIn(await call);
  const expected = { "socket-error": "network", "end-of-stream": "peer" };
  assert(kind === "socket-error" || kind === "end-of-stream", kind);
  assertEquals(by, expected[kind]);
});

Deno.test('Row 110 CB-disconnect-label: silence is "keepalive-timeout"', async () => {
  await using scene = new Scene({
    keepalive: { time: 100, timeout: 150, minimumTime: 0 },
  });
  const end = await scene.connected();
  const call = assertStatus(
    () => scene.words.one("a"),
    Status.UNAVAILABLE,
    /keepalive ping failed to receive ACK within timeout/,
  );
  await readRequest(end);
  const reason = reasonIn(await call);
  assertEquals([reason.kind, reason.by], ["keepalive-timeout", "local"]);
  assertEquals(reason.lastPings.map(({ purpose }) => purpose), ["keepalive"]);
});
