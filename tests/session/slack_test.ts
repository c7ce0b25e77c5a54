import { assertEquals } from "@std/assert";
import { serverParameters, Session } from "../../src/session/mod.ts";
import { serverOf } from "./server_keepalive_peer.ts";

Deno.test("a keepalive PING may be late by a hundredth of its interval", () => {
  assertEquals(serverOf({ time: 10_000 }).session.slack, 100);
});

Deno.test("a handshake is not waited for any longer", () => {
  const session = new Session(serverParameters({}), 0);
  assertEquals([session.deadline(), session.slack], [120_000, 0]);
});

Deno.test("what else is due bounds by how much a PING may be late", () => {
  const keepalive = {
    time: 10_000,
    maxConnectionAge: 10_040,
    maxConnectionAgeJitter: 0,
  };
  const { session } = serverOf(keepalive);
  assertEquals([session.deadline(), session.slack], [10_000, 40]);
});

Deno.test("a session that has closed is due for nothing", () => {
  const { session } = serverOf({ time: 10_000 });
  session.close(0);
  assertEquals([session.deadline(), session.slack], [Infinity, 0]);
});

Deno.test("a PING that is late by its slack is not told as late", () => {
  const { session } = serverOf({ time: 10_000 });
  session.observed = true;
  session.advance(10_100);
  const types = session.takeEvents().map(({ type }) => type);
  assertEquals(types.filter((type) => type === "timer-late"), []);
  assertEquals(types.includes("ping-sent"), true);
});
