import { assertEquals } from "@std/assert";
import { RecentPings } from "../../src/connection/recent_pings.ts";

Deno.test("the last four PINGs are remembered as they were, oldest first", () => {
  const recent = new RecentPings();
  assertEquals(recent.recent, []);
  const purposes = ["user", "keepalive", "bdp", "drain", "keepalive"] as const;
  purposes.forEach((purpose, i) =>
    recent.note({ purpose, id: i + 1, sentAt: 10.5 * i })
  );
  assertEquals(recent.recent, [
    { purpose: "keepalive", id: 2, sentAt: 10.5 },
    { purpose: "bdp", id: 3, sentAt: 21 },
    { purpose: "drain", id: 4, sentAt: 31.5 },
    { purpose: "keepalive", id: 5, sentAt: 42 },
  ]);
});

Deno.test("an answer belongs to its PING, also one that took no time, and to none that is forgotten", () => {
  const recent = new RecentPings();
  recent.noteAnswer(1, 5);
  for (let id = 1; id <= 6; id++) {
    recent.note({ purpose: "keepalive", id, sentAt: id });
  }
  recent.noteAnswer(1, 7);
  recent.noteAnswer(2, 8);
  recent.noteAnswer(4, 0);
  recent.noteAnswer(6, 0.25);
  assertEquals(recent.recent.map(({ rtt }) => rtt), [
    undefined,
    0,
    undefined,
    0.25,
  ]);
});
