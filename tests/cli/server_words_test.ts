import { assertEquals } from "@std/assert";
import { limitsInWords } from "../../src/cli/server_words.ts";
import { serverParameters } from "../../src/session/public.ts";

function wordsOf(options: Parameters<typeof serverParameters>[0]): string[] {
  return limitsInWords(serverParameters(options));
}

Deno.test("a server says what it does to its connections", () => {
  const keepalive = {
    time: 10_000,
    timeout: 1_000,
    maxConnectionIdle: 320_000,
    maxConnectionAge: 7_200_000,
    maxConnectionAgeGrace: 5_000,
  };
  assertEquals(
    wordsOf({ keepalive, enforcement: { minTime: 5_000, maxPingStrikes: 0 } }),
    [
      "A PING after 10 s of silence; gone after 1 s more.",
      "Retired after 5 min 20 s idle, or at 2 h of age (10 % more or less) with 5 s grace.",
      "Clients may PING every 5 s; never closed for more.",
    ],
  );
});

Deno.test("a server without a limit does not name it", () => {
  const [pings, retired, clients] = wordsOf({ keepalive: { time: Infinity } });
  assertEquals(pings, "Sends no keepalive PINGs.");
  assertEquals(retired, "Never retired.");
  assertEquals(
    clients,
    "Clients may PING every 5 min; closed after 2 strikes.",
  );
  assertEquals(
    wordsOf({ keepalive: { maxConnectionAge: 30_000 } })[1],
    "Retired at 30 s of age (10 % more or less) with time for its calls.",
  );
});
