import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { dial, type Transport } from "../../src/transport/mod.ts";
import {
  ANSWERED,
  type Flags,
  MAY_ANSWER,
  type Order,
} from "./support/acking_server_order.ts";
import { QUICK_CLIENT } from "./support/test_server.ts";
import { PATIENCE, until } from "../harness/time.ts";

/** Milliseconds for which the event loop stands still, at least. */
const BLOCK = 500;

/**
 * Runs a server in an event loop of its own, which answers the first PING while
 * that of the client stands still, or never.
 */
async function withServer(
  answers: boolean,
  body: (target: string, flags: Flags) => Promise<void>,
): Promise<void> {
  const url = new URL("./support/acking_server.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const { promise: started, resolve } = Promise.withResolvers<string>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => event.preventDefault();
  const flags = new Int32Array(new SharedArrayBuffer(8));
  Atomics.store(flags, ANSWERED, answers ? 0 : 1);
  try {
    worker.postMessage({ answers, flags } satisfies Order);
    // It is type-checked first.
    await body(await deadline(started, 6 * PATIENCE), flags);
  } finally {
    worker.terminate();
  }
}

/** Stands still from the first keepalive PING on, across its deadline. */
async function dialAndBlock(target: string, flags: Flags): Promise<Transport> {
  const blocked = Promise.withResolvers<Transport>();
  const block = (transport: Transport) => {
    Atomics.store(flags, MAY_ANSWER, 1);
    Atomics.notify(flags, MAY_ANSWER);
    const end = performance.now() + BLOCK;
    while (performance.now() < end || Atomics.load(flags, ANSWERED) === 0);
    const { keepalive } = transport;
    assert(keepalive?.kind === "probing");
    assert(keepalive.closeAt < performance.now());
    blocked.resolve(transport);
  };
  let isFirst = true;
  await dial(target, {
    keepalive: QUICK_CLIENT,
    onEvent: (event, transport) => {
      if (event.type !== "ping-sent" || event.purpose !== "keepalive") return;
      // The PING is written in this turn of the event loop.
      if (isFirst) setTimeout(() => block(transport));
      isFirst = false;
    },
  });
  return await blocked.promise;
}

Deno.test("a healthy server is not killed because this end was late", () =>
  withServer(true, async (target, flags) => {
    const client = await dialAndBlock(target, flags);
    await until(() => client.keepalive?.kind !== "probing");
    assertEquals(client.state.kind, "open");
    assertEquals(client.keepalive?.kind, "waiting");
    await client.close();
  }));

Deno.test("a dead server is noticed although this end was late", () =>
  withServer(false, async (target, flags) => {
    const client = await dialAndBlock(target, flags);
    const since = performance.now();
    assertEquals((await client.closed).kind, "keepalive-timeout");
    assert(performance.now() - since < PATIENCE);
    await client.finished;
  }));
