import { CLOCK, type VirtualClock } from "../harness/virtual_clock.ts";
import { assertEquals } from "@std/assert";
import { BLOCK, FIELDS } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import {
  inVirtualTime,
  pass,
  VirtualTransport,
} from "./support/virtual_transport.ts";

const KEEPALIVE = { time: 1_000, timeout: 500, minimumTime: 0 };

/** A client with a stream, whose socket the test lets take octets. */
class Uploader {
  readonly virtual = new VirtualTransport({ client: { keepalive: KEEPALIVE } });
  #room: PromiseWithResolvers<void> | undefined;

  async start(): Promise<this> {
    await this.virtual.establish();
    const { socket, transport } = this.virtual;
    const stream = transport.openStream(FIELDS, false, consumer({}));
    this.send = () => stream.sendData(BLOCK, false);
    socket.onWrite = async ({ length }) => {
      await this.#room?.promise;
      return length;
    };
    return this;
  }

  /** Sends a little. */
  send: () => void = () => {};

  /** From now on the buffer is full. */
  fill(): void {
    this.#room = Promise.withResolvers();
  }

  /** There is room for what waits, and the buffer is full again. */
  makeRoom(): void {
    const room = this.#room;
    this.fill();
    room?.resolve();
  }

  /** When the connection is to be closed, if a PING is out. */
  get closeAt(): number | undefined {
    const { keepalive } = this.virtual.transport;
    return keepalive?.kind === "probing" ? keepalive.closeAt : undefined;
  }

  async end(time: VirtualClock): Promise<void> {
    this.#room?.resolve();
    this.#room = undefined;
    this.virtual.socket.end();
    await pass(time, 1_000);
    assertEquals(this.virtual.finished, true);
  }
}

Deno.test(
  "a socket that takes octets again after it was full is a sign of life",
  inVirtualTime(async (time) => {
    const start = CLOCK.now();
    const uploader = await new Uploader().start();
    uploader.fill();
    uploader.send();
    await pass(time, 1_000);
    assertEquals(uploader.closeAt, start + 1_500);
    await pass(time, 400);
    uploader.send();
    uploader.makeRoom();
    await time.settle();
    assertEquals(uploader.closeAt, start + 1_900);
    await pass(time, 400);
    uploader.makeRoom();
    await time.settle();
    assertEquals(uploader.closeAt, start + 2_300);
    await pass(time, 400);
    assertEquals(uploader.virtual.reason, undefined);
    await pass(time, 100);
    assertEquals(uploader.virtual.reason?.kind, "keepalive-timeout");
    assertEquals(uploader.virtual.reason?.at, start + 2_300);
    await uploader.end(time);
  }),
);

Deno.test(
  "a socket that takes all there is at once is none",
  inVirtualTime(async (time) => {
    const start = CLOCK.now();
    const uploader = await new Uploader().start();
    for (let i = 0; i < 14; i++) {
      uploader.send();
      await pass(time, 100);
    }
    assertEquals(uploader.closeAt, start + 1_500);
    await pass(time, 100);
    assertEquals(uploader.virtual.reason?.kind, "keepalive-timeout");
    await uploader.end(time);
  }),
);

Deno.test(
  "nor is one that takes them in pieces: TLS always does",
  inVirtualTime(async (time) => {
    const start = CLOCK.now();
    const uploader = await new Uploader().start();
    uploader.virtual.socket.onWrite = () => 1;
    for (let i = 0; i < 14; i++) {
      uploader.send();
      await pass(time, 100);
    }
    assertEquals(uploader.closeAt, start + 1_500);
    await uploader.end(time);
  }),
);

Deno.test(
  "nor is one that is a turn of the event loop late",
  inVirtualTime(async (time) => {
    const start = CLOCK.now();
    const uploader = await new Uploader().start();
    await pass(time, 1_000);
    uploader.virtual.socket.onWrite = ({ length }) =>
      new Promise((resolve) => CLOCK.timer(0, () => resolve(length)));
    for (let i = 0; i < 4; i++) {
      uploader.send();
      await pass(time, 100, 1);
    }
    assertEquals(uploader.closeAt, start + 1_500);
    await uploader.end(time);
  }),
);

Deno.test(
  "nor is a full socket that takes octets before the PING",
  inVirtualTime(async (time) => {
    const start = CLOCK.now();
    const uploader = await new Uploader().start();
    uploader.fill();
    uploader.send();
    await pass(time, 900);
    uploader.makeRoom();
    await pass(time, 100);
    assertEquals(uploader.closeAt, start + 1_500);
    await uploader.end(time);
  }),
);

Deno.test(
  "nor is one that took all at once, after which the event loop has to turn",
  inVirtualTime(async (time) => {
    const start = CLOCK.now();
    const virtual = new VirtualTransport({ client: { keepalive: KEEPALIVE } });
    await virtual.establish();
    const { socket, transport } = virtual;
    const stream = transport.openStream(FIELDS, false, consumer({}));
    const closeAt = () =>
      transport.keepalive?.kind === "probing" && transport.keepalive.closeAt;
    await pass(time, 1_100);
    assertEquals(closeAt(), start + 1_500);
    stream.sendData(new Uint8Array(65_535), false);
    await time.settle();
    let isWritten = false;
    socket.onWrite = ({ length }) => {
      isWritten = true;
      return length;
    };
    void transport.ping().catch(() => {});
    for (let i = 0; i < 20; i++) await Promise.resolve();
    assertEquals(isWritten, true);
    time.tick(1);
    time.tick(1);
    await time.settle();
    assertEquals(closeAt(), start + 1_500);
    socket.end();
    await pass(time, 1_000);
  }),
);

Deno.test(
  "a write that waits for 50 ms is told of, and when it goes on",
  inVirtualTime(async (time) => {
    const uploader = await new Uploader().start();
    const told = (): unknown[] =>
      uploader.virtual.events.filter(({ type }) => type.startsWith("write-"));
    uploader.fill();
    uploader.send();
    await pass(time, 100);
    assertEquals(told(), []); // Nothing else was to be written.
    const at = CLOCK.now();
    uploader.send();
    await pass(time, 49);
    assertEquals(told(), []);
    await pass(time, 1);
    const stalled = { at: at + 50, type: "write-stalled", waited: 50 };
    assertEquals(told(), [stalled]);
    await pass(time, 200);
    uploader.makeRoom();
    await time.settle();
    const resumed = { at: at + 250, type: "write-resumed", waited: 250 };
    assertEquals(told(), [stalled, resumed]);
    await uploader.end(time);
  }),
);

Deno.test(
  "writes that find room within 50 ms are not told of, however many",
  inVirtualTime(async (time) => {
    const uploader = await new Uploader().start();
    uploader.fill();
    for (let i = 0; i < 20; i++) {
      uploader.send();
      await pass(time, 30);
      uploader.makeRoom();
      await time.settle();
    }
    const types = uploader.virtual.events.map(({ type }) => type);
    assertEquals(types.filter((type) => type.startsWith("write-")), []);
    await uploader.end(time);
  }),
);
