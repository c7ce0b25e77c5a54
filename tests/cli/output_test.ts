import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { CloseReason } from "@keepalive/grpc";
import { fromJson, lineOf, toJson } from "../../src/cli/lines.ts";
import { inWords } from "../../src/cli/words.ts";
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

Deno.test("A call is told with its status, what it carried and how long it took", () => {
  const call = {
    at: 0,
    type: "call",
    method: "/echo.Echo/Bidi",
    code: 0,
    codeName: "OK",
    messages: 1,
    octets: 32,
    ms: 0.25,
  } as const;
  assertEquals(inWords(call), {
    text: "/echo.Echo/Bidi: OK, 1 message, 32 octets in 0.25 ms",
    tone: "good",
  });
  const failed = {
    ...call,
    code: 14,
    codeName: "UNAVAILABLE",
    statusMessage: "no server",
    messages: 0,
    octets: 0,
  };
  assertEquals(inWords(failed), {
    text: "/echo.Echo/Bidi: UNAVAILABLE, 0 messages, 0 octets in 0.25 ms",
    details: "no server",
    tone: "bad",
  });
});

Deno.test("All calls are told with their rate and how long they took", () => {
  const summary = {
    at: 0,
    type: "summary",
    calls: 4,
    ok: 4,
    messages: 4,
    octets: 128,
    ms: 2_000,
    callsPerSecond: 2,
    messagesPerSecond: 2,
    p50: 0.5,
    p99: 12.3,
  } as const;
  assertEquals(inWords(summary), {
    text: "4 calls in 2 s, OK",
    details: "2 calls/s, p50 0.5 ms, p99 12 ms",
    tone: "good",
  });
  const { p50: _p50, p99: _p99, ...rest } = summary;
  const failed = {
    ...rest,
    calls: 1,
    ok: 0,
    messages: 40,
    messagesPerSecond: 20,
  };
  assertEquals(inWords(failed), {
    text: "1 call in 2 s, 1 failed",
    details: "20 messages/s",
    tone: "bad",
  });
});

Deno.test("PINGs that measure the bandwidth are not told to people", () => {
  const ping = { at: 0, id: 1 } as const;
  for (const purpose of ["bdp", "keepalive"] as const) {
    const isTold = purpose === "keepalive";
    const sent = inWords({ ...ping, type: "ping-sent", purpose });
    assertEquals(sent !== undefined, isTold);
    const acked = inWords({ ...ping, type: "ping-acked", purpose, rtt: 1 });
    assertEquals(acked !== undefined, isTold);
  }
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
