import { assertEquals } from "@std/assert";
import { denoNetwork } from "../../src/transport/public.ts";
import { until } from "../harness/time.ts";

Deno.test("an attempt that is given up as it succeeds leaves no socket behind", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let accepted = 0;
  const accepting = (async () => {
    for await (const conn of listener) {
      accepted++;
      open.add(conn);
      untilEnd(conn).then(() => open.delete(conn));
    }
  })();
  const { port } = listener.addr;
  const target = { transport: "tcp" as const, hostname: "127.0.0.1", port };
  for (let round = 0; round < 300; round++) {
    const controller = new AbortController();
    const { signal } = controller;
    const connecting = denoNetwork.connect(target, { signal });
    const ended = connecting.then((conn) => conn.close(), (error) => {
      assertEquals(error, signal.reason);
    });
    // Both are due in the next turn: the end of the attempt, and that it is there.
    setTimeout(() => controller.abort());
    hold(3);
    await ended;
  }
  await until(() => open.size === 0);
  assertEquals(accepted > 0, true);
  listener.close();
  await accepting;
});

/** Keeps the event loop busy. */
function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

async function untilEnd(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16);
  try {
    while (await conn.read(buffer) !== null);
  } catch {
    // Reset is an end as well.
  }
  conn.close();
}
