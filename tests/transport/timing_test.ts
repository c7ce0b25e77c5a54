import type { VirtualClock } from "../harness/virtual_clock.ts";
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { encodePing } from "../../src/frames/mod.ts";
import {
  inVirtualTime,
  pass,
  VirtualTransport,
} from "./support/virtual_transport.ts";

const DAY = 86_400_000;

/** Counts the timers that are armed and taken back from now on. */
class TimerCount {
  readonly #time: VirtualClock;
  readonly #planned: number;
  readonly #cancelled: number;

  constructor(time: VirtualClock) {
    this.#time = time;
    this.#planned = time.planned.length;
    this.#cancelled = time.cancelled;
  }

  get armed(): number {
    return this.#time.planned.length - this.#planned;
  }

  get cleared(): number {
    return this.#time.cancelled - this.#cancelled;
  }
}

/** Ends a transport whose peer goes along. */
async function end(
  { socket, transport }: VirtualTransport,
  time: VirtualClock,
): Promise<void> {
  socket.end();
  await time.settle();
  await transport.finished;
}

/** An established client with keepalive. */
async function client(
  keepalive: { time?: number; timeout?: number; permitWithoutStream?: boolean },
): Promise<VirtualTransport> {
  return await new VirtualTransport({ client: { keepalive } }).establish();
}

Deno.test(
  "reads touch no timer",
  inVirtualTime(async (time) => {
    const virtual = await client({ time: 10_000, permitWithoutStream: true });
    await time.settle();
    {
      const count = new TimerCount(time);
      for (let i = 0; i < 20; i++) {
        virtual.socket.say((writer) =>
          encodePing(writer, false, new Uint8Array(8))
        );
        await time.advance(250);
      }
      assertEquals([count.armed, count.cleared], [0, 0]);
    }
    await end(virtual, time);
  }),
);

Deno.test(
  "a connection that is read from all the time arms a timer once per keepalive time",
  inVirtualTime(async (time) => {
    const virtual = await client({ time: 10_000, permitWithoutStream: true });
    await time.settle();
    {
      const count = new TimerCount(time);
      for (let i = 0; i < 100; i++) {
        virtual.socket.say((writer) =>
          encodePing(writer, false, new Uint8Array(8))
        );
        await time.advance(1_000);
      }
      assertLessOrEqual(count.armed, 12);
    }
    assertEquals(virtual.session.counters().keepAlivesSent, 0);
    await end(virtual, time);
  }),
);

Deno.test(
  "without keepalive no timer is left after the handshake",
  inVirtualTime(async (time) => {
    const virtual = await client({ time: Infinity });
    await pass(time, 60_000, 10_000);
    {
      const count = new TimerCount(time);
      await pass(time, 10 * DAY, DAY);
      assertEquals(count.armed, 0);
    }
    assertEquals(time.nextAt, Infinity, "A timer was armed");
    await end(virtual, time);
  }),
);

Deno.test(
  "a dormant keepalive has no timer",
  inVirtualTime(async (time) => {
    const virtual = await client({ time: 10_000, permitWithoutStream: false });
    await pass(time, 60_000, 10_000);
    assertEquals(virtual.transport.keepalive?.kind, "dormant");
    assertEquals(time.nextAt, Infinity, "A timer was armed");
    await end(virtual, time);
  }),
);

Deno.test(
  "no timer is left when a connection has ended",
  inVirtualTime(async (time) => {
    const virtual = await client({ time: 10_000, permitWithoutStream: true });
    await virtual.transport.close();
    assertEquals(time.nextAt, Infinity, "A timer was armed");
  }),
);

Deno.test(
  "a keepalive time beyond 2^31-1 ms does not fire at once",
  inVirtualTime(async (time) => {
    const virtual = await client({ time: 40 * DAY, permitWithoutStream: true });
    await pass(time, 40 * DAY - 1_000, DAY);
    assertEquals(virtual.session.counters().keepAlivesSent, 0);
    await pass(time, 2_000, 500);
    assertEquals(virtual.session.counters().keepAlivesSent, 1);
    await end(virtual, time);
  }),
);

Deno.test(
  "PINGs go out on time, and an answer keeps the connection",
  inVirtualTime(async (time) => {
    const virtual = await client({
      time: 10_000,
      timeout: 1_000,
      permitWithoutStream: true,
    });
    for (let i = 1; i <= 5; i++) {
      await pass(time, 10_000, 1_000);
      assertEquals(virtual.session.counters().keepAlivesSent, i);
      virtual.socket.acknowledgePings();
      await time.settle();
    }
    assertEquals(virtual.reason, undefined);
    assertEquals(virtual.session.counters().keepAlivesAcked, 5);
    await end(virtual, time);
  }),
);

Deno.test(
  "an answer that lies in the socket when a late timer fires saves the connection",
  inVirtualTime(async (time) => {
    const virtual = await client({
      time: 10_000,
      timeout: 1_000,
      permitWithoutStream: true,
    });
    await pass(time, 10_000, 1_000);
    await time.advance(900);
    virtual.socket.acknowledgePings();
    // The timer of the verdict fires before the read is handled.
    virtual.lateness = 500;
    time.tick(100);
    assertEquals(virtual.transport.keepalive?.kind, "probing");
    await pass(time, 50);
    assertEquals(virtual.reason, undefined);
    assertEquals(virtual.transport.keepalive?.kind, "waiting");
    await end(virtual, time);
  }),
);

Deno.test(
  "a late timer does not save a dead peer",
  inVirtualTime(async (time) => {
    const virtual = await client({
      time: 10_000,
      timeout: 1_000,
      permitWithoutStream: true,
    });
    await pass(time, 10_000, 1_000);
    virtual.lateness = 500;
    await pass(time, 1_000);
    assertEquals(virtual.reason, undefined);
    await pass(time, 50, 10);
    assertEquals(virtual.reason?.kind, "keepalive-timeout");
    await pass(time, 1_100);
    assertEquals(virtual.finished, true);
  }),
);
