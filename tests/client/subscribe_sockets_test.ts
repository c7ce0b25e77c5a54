import { assert, assertEquals } from "@std/assert";
import { Channel, serve, type Server, subscribe } from "../../mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { until } from "../harness/time.ts";
import { Log, Ticking } from "../simulation/support/log_service.ts";

const SUBSCRIPTIONS = 20;
const RESTARTS = 8;

/** How each server goes; every other one drains. */
async function leave(server: Server, round: number): Promise<void> {
  if (round % 2 === 0) await server.close();
  else await server.shutdown({ grace: 100 });
}

Deno.test("subscriptions lose nothing and get nothing twice over restarts of their server, on sockets", async () => {
  const log = new Ticking(systemClock, 5);
  const start = (port: number) =>
    serve({ hostname: "127.0.0.1", port }, [log.service()]);
  let server = start(0);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`, {
    backoff: { initialBackoff: 50 },
  });
  const controller = new AbortController();
  const received: number[][] = [];
  const read = async () => {
    const entries: number[] = [];
    received.push(entries);
    const { signal } = controller;
    try {
      const items = subscribe(channel, Log.tail, 0, {
        resume: (last) => last,
        backoff: { initialBackoff: 50 },
        signal,
      });
      for await (const entry of items) entries.push(entry);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  const readers = Array.from({ length: SUBSCRIPTIONS }, read);
  const haveAll = (entry: number) =>
    until(() => received.every(({ length }) => length >= entry), 30_000);
  await haveAll(5);
  for (let round = 0; round < RESTARTS; round++) {
    await leave(server, round);
    server = start(port);
    await haveAll(log.last + 5);
  }
  controller.abort();
  await Promise.all(readers);
  await server.close();
  for (const entries of received) {
    assertEquals(entries, entries.map((_, i) => i + 1));
  }
  assert(received.length === SUBSCRIPTIONS);
});
