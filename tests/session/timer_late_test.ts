import { assertEquals } from "@std/assert";
import { clientParameters, Session } from "../../src/session/mod.ts";

const LIMIT = 20_000;

/** What a session that nobody answers says of how late its timer was. */
function lagAt(now: number, observed: boolean): unknown[] {
  const parameters = clientParameters({ handshakeTimeout: LIMIT });
  const session = new Session(parameters, 0, { observed });
  session.takeOutput();
  session.advance(now);
  return session.takeEvents().filter(({ type }) => type === "timer-late");
}

Deno.test("what is done 50 ms too late or more is told, with by how much", () => {
  assertEquals(lagAt(LIMIT, true), []);
  assertEquals(lagAt(LIMIT + 49, true), []);
  for (const lag of [50, 5_000]) {
    const at = LIMIT + lag;
    assertEquals(lagAt(at, true), [{ at, type: "timer-late", lag }]);
    assertEquals(lagAt(at, false), []);
  }
});
