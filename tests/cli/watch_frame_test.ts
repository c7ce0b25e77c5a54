import { assert, assertEquals } from "@std/assert";
import type { WatchSnapshot } from "@keepalive/grpc/observe";
import { frameOf } from "../../src/cli/watch/frame.ts";
import { paint } from "../../src/cli/watch/line.ts";
import { keepaliveWords, sparkline } from "../../src/cli/watch/words.ts";

const RTT = { count: 3, p50: 1, p90: 2, p99: 3, max: 3 };
const PINGS = { sent: 4, acked: 3, lost: 0, loss: 0, rtt: RTT, jitter: 0 };

const SNAPSHOT: WatchSnapshot = {
  at: Date.UTC(2026, 10, 29, 12),
  state: "READY",
  reason: "connected to 192.0.2.1:50051",
  nextAttemptAt: undefined,
  keepalive: {
    time: 20_000,
    timeout: 20_000,
    permitWithoutStream: true,
    tooManyPings: 1,
  },
  calls: { running: 1, succeeded: 2, failed: 3 },
  total: {
    pings: PINGS,
    open: 1,
    ended: {},
    suspicions: { begun: 0, recovered: 0, replaced: 0, lost: 0 },
    strikes: 0,
    suspends: 0,
    lag: undefined,
  },
  connections: [{
    id: 7,
    role: "client",
    peer: "192.0.2.1:50051",
    state: "open",
    rtts: [1, 2, 3],
    unanswered: 3_000,
    words: "silent for 12 s, PING unanswered 3 s of 20 s",
    pings: PINGS,
    age: 60_000,
    sinceRead: 12_000,
    sinceWrite: 3_000,
    strikes: 0,
    suspends: 0,
    lag: undefined,
  }],
  ended: [{
    id: 3,
    peer: "192.0.2.1:50051",
    at: Date.UTC(2026, 10, 29, 11),
    isGood: false,
    words: "Closed by the peer (goaway): too_many_pings",
  }],
  news: [],
};

const NEWS = Array.from({ length: 99 }, (_, i) => ({
  at: SNAPSHOT.at,
  type: "ping-sent",
  connection: 7,
  words: `PING ${i} sent (keepalive)`,
}));

/** The screen as text. */
function screen(
  columns: number,
  rows: number,
  snapshot: WatchSnapshot = SNAPSHOT,
): string[] {
  const target = "server.example:50051";
  const page = "http://127.0.0.1:8033/";
  const scene = { target, page, snapshot, news: NEWS, columns, rows };
  return frameOf(scene).map((line) => paint(line, columns));
}

Deno.test("no line is longer than the screen is wide, and there are no more than fit", () => {
  for (const columns of [10, 40, 75, 76, 90, 200]) {
    for (const rows of [1, 5, 24, 60]) {
      const lines = screen(columns, rows);
      assert(lines.length <= rows, `${lines.length} of ${rows}`);
      for (const line of lines) {
        assert([...line].length <= columns, `${columns}: ${line}`);
      }
    }
  }
});

Deno.test("a wide screen has a table, a narrow one short lines, and both say how the connection is", () => {
  for (const columns of [90, 50]) {
    const text = screen(columns, 24).join("\n");
    assert(text.includes("silent for 12 s, PING unanswered 3 s of 20 s"), text);
    assert(text.includes("READY") && text.includes("192.0.2.1:50051"));
    assert(text.includes("PING 98 sent"), "the latest event");
    assert(text.includes("3 ms") && text.includes("p50"));
    assertEquals(text.includes("strikes"), columns === 90);
  }
  assert(screen(90, 24).join().includes("1 running, 2 OK, 3 failed"));
});

Deno.test("without a connection it says so", () => {
  const connections: [] = [];
  const lines = screen(90, 24, { ...SNAPSHOT, connections });
  assert(lines.includes("no connection"), lines.join("\n"));
});

Deno.test("the keepalive in force is told with where it comes from", () => {
  const keepalive = SNAPSHOT.keepalive!;
  assertEquals(
    keepaliveWords(keepalive),
    "PING after 20 s of silence, gone after 20 s more, slowed down by 1 too_many_pings",
  );
  const rest = { ...keepalive, tooManyPings: 0, permitWithoutStream: false };
  assertEquals(
    keepaliveWords({ ...rest, source: "option" }),
    "PING after 20 s of silence, gone after 20 s more, during calls (option)",
  );
  const address = { address: "a", time: 300_000, source: "advertised" };
  assertEquals(
    keepaliveWords({ ...rest, addresses: [address] }),
    "PING after 5 min of silence, gone after 20 s more, during calls (advertised)",
  );
  assertEquals(
    keepaliveWords({ ...rest, time: Infinity }),
    "no keepalive PINGs",
  );
});

Deno.test("a sparkline is as high as the logarithm of each time", () => {
  assertEquals(sparkline([], 9), "");
  assertEquals(sparkline([1, 1, 1], 9), "▁▁▁");
  assertEquals(sparkline([1, 10, 100], 9), "▁▅█");
  assertEquals(sparkline([5, 5, 1, 100], 2), "▁█");
  assertEquals(sparkline([0, 1], 9).length, 2);
});
