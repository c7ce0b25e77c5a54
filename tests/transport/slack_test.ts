import { assertEquals } from "@std/assert";
import {
  inVirtualTime,
  pass,
  VirtualTransport,
} from "./support/virtual_transport.ts";

const KEEPALIVE = { time: 10_000, timeout: 1_000 };

/** When a server sends its first PING, and gives up a client that is gone. */
async function endOf(
  virtual: VirtualTransport,
): Promise<{ sentAt: number; at: number }> {
  await virtual.establish();
  return await new Promise((resolve) =>
    virtual.transport.closed.then(({ at, lastPings }) =>
      resolve({ sentAt: lastPings[0].sentAt, at })
    )
  );
}

for (
  const [usesSlack, sentAt] of [[false, 10_000], [true, 10_100]] as const
) {
  Deno.test(
    `on a clock that ${
      usesSlack ? "makes use of all" : "knows no"
    } slack a PING leaves after ${sentAt} ms, and a dead peer is judged in time`,
    inVirtualTime(async (time) => {
      time.usesSlack = usesSlack;
      const virtual = new VirtualTransport({
        server: { keepalive: KEEPALIVE },
      });
      const end = endOf(virtual);
      await pass(time, 12_000, 10);
      assertEquals(await end, { sentAt, at: sentAt + KEEPALIVE.timeout });
      assertEquals(virtual.eventTypes.includes("timer-late"), false);
      virtual.socket.end();
      await pass(time, 1_000);
      assertEquals(virtual.finished, true);
    }),
  );
}
