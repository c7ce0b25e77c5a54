import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { CloseReason } from "@keepalive/grpc";
import { fromJson, lineOf, toJson } from "../../examples/cli/lines.ts";
import { inWords } from "../../examples/cli/words.ts";
import { linesOf, run } from "./support.ts";

const REASON: CloseReason = {
  kind: "goaway",
  by: "peer",
  code: 11,
  debug: "too_many_pings",
  message: "received goaway",
  at: 2_000,
  lastReadAt: 1_990,
  lastPings: [{ purpose: "keepalive", id: 1, sentAt: 1_900, rtt: 0.25 }],
};

Deno.test("A close is one flat line that tells the same as its explanation", () => {
  const line = lineOf({ type: "closed", at: 2_000, reason: REASON });
  assertEquals(JSON.parse(toJson(line)), {
    ...REASON,
    type: "closed",
    codeName: "ENHANCE_YOUR_CALM",
  });
  assertEquals(inWords(line), {
    text: "Closed by the peer (goaway): received goaway",
    details:
      "last read 10 ms before; keepalive PING 100 ms before (answered in 0.25 ms)",
    tone: "bad",
  });
});

Deno.test("JSON begins with time and type, rounds to microseconds and knows infinity", () => {
  const line = lineOf({
    type: "draining",
    at: 1.23456,
    by: "local",
    reason: "max_idle",
    closeAt: Infinity,
  }, { connection: 3, peer: "[::1]:1" });
  const json = toJson(line);
  assertEquals(
    json,
    '{"at":1.235,"type":"draining","by":"local","reason":"max_idle",' +
      '"closeAt":"infinity","connection":3,"peer":"[::1]:1"}',
  );
  assertEquals(fromJson(json), { ...line, at: 1.235 });
});

Deno.test("An announcing GOAWAY is told from a final one", () => {
  const goaway = { type: "goaway-sent", at: 0, code: 0, debug: "" } as const;
  const textOf = (lastStreamId: number) =>
    inWords(lineOf({ ...goaway, lastStreamId }))?.text;
  assertEquals(
    textOf(2_147_483_647),
    "GOAWAY sent: NO_ERROR, an announcement",
  );
  assertEquals(textOf(5), "GOAWAY sent: NO_ERROR, last stream 5");
});

Deno.test("Lines for people have no colours without a terminal, unless forced", async () => {
  const flags = ["--target=127.0.0.1:1"];
  const plain = await run("client", flags);
  assertEquals(plain.stdout.includes("\x1b"), false);
  assertMatch(
    linesOf(plain.stdout)[1],
    /^ +\d+\.\d{3} s {2}Connecting to 127\.0\.0\.1:1$/,
  );
  const forced = await run("client", flags, { FORCE_COLOR: "1" });
  assertStringIncludes(forced.stdout, "\x1b[31mCannot connect");
  const refused = await run("client", flags, {
    FORCE_COLOR: "1",
    NO_COLOR: "1",
  });
  assertEquals(refused.stdout.includes("\x1b"), false);
});
