import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { dial, type Transport } from "../../mod.ts";
import { Inbox } from "./support/inbox.ts";
import { QUICK_CLIENT } from "./support/test_server.ts";

/** Milliseconds for which the event loop stands still. */
const BLOCK = 500;

/** Milliseconds from a PING to the start of the block. */
const BEFORE_BLOCK = 5;

/** Runs a server in an event loop of its own. */
async function withServer(
  pace: number | null,
  body: (target: string) => Promise<void>,
): Promise<void> {
  const url = new URL("./support/acking_server.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const messages = new Inbox<string>();
  worker.onmessage = ({ data }) => messages.push(data);
  worker.onerror = (event) => event.preventDefault();
  try {
    worker.postMessage(pace);
    await body(await messages.take());
  } finally {
    worker.terminate();
  }
}

/** Stands still across the deadline of the first keepalive PING. */
async function dialAndBlock(target: string): Promise<Transport> {
  const blocked = Promise.withResolvers<Transport>();
  const block = (transport: Transport) => {
    const end = performance.now() + BLOCK;
    while (performance.now() < end);
    const { keepalive } = transport;
    assert(keepalive?.kind === "probing");
    assert(keepalive.closeAt < performance.now());
    blocked.resolve(transport);
  };
  await dial(target, {
    keepalive: QUICK_CLIENT,
    onEvent: (event, transport) => {
      if (event.type !== "ping-sent" || event.id > 1) return;
      setTimeout(() => block(transport), BEFORE_BLOCK);
    },
  });
  return await blocked.promise;
}

Deno.test("a healthy server is not killed because this end was late", () =>
  withServer(100, async (target) => {
    const client = await dialAndBlock(target);
    await delay(50);
    assertEquals(client.state.kind, "open");
    assertEquals(client.keepalive?.kind, "waiting");
    await client.close();
  }));

Deno.test("a dead server is noticed although this end was late", () =>
  withServer(null, async (target) => {
    const client = await dialAndBlock(target);
    const since = performance.now();
    assertEquals((await client.closed).kind, "keepalive-timeout");
    assert(performance.now() - since < 500);
    await client.finished;
  }));
