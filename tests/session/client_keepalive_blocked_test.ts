import { CLOCK, newTime } from "../harness/virtual_clock.ts";
import { assertEquals } from "@std/assert";
import {
  clientParameters,
  Session,
  type SessionEvent,
} from "../../src/session/mod.ts";
import { CLOSE_TIMEOUT } from "../../src/transport/close_socket.ts";
import { Driver } from "../../src/transport/driver.ts";
import { run } from "../transport/support/run_driver.ts";
import type { Socket } from "../../src/transport/mod.ts";

/**
 * A socket that reads what it is given, and accepts so many writes; the others
 * hang until it is closed.
 */
class StuckSocket implements Socket {
  closed = false;
  writesLeft: number;
  readonly #reads: Uint8Array[];
  readonly #end = Promise.withResolvers<never>();

  constructor(reads: Uint8Array[], writesLeft: number) {
    this.#reads = reads;
    this.writesLeft = writesLeft;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    const octets = this.#reads.shift();
    if (octets === undefined) return this.#end.promise;
    buffer.set(octets);
    return Promise.resolve(octets.length);
  }

  write(octets: Uint8Array): Promise<number> {
    if (this.writesLeft-- > 0) return Promise.resolve(octets.length);
    return this.#end.promise;
  }

  close(): void {
    this.closed = true;
    this.#end.reject(new Deno.errors.Interrupted("Operation canceled"));
  }
}

/** SETTINGS and the acknowledgement of the client's. */
const GREETING = Uint8Array.of(
  ...[0, 0, 0, 4, 0, 0, 0, 0, 0],
  ...[0, 0, 0, 4, 1, 0, 0, 0, 0],
);

Deno.test("22 KC-close-write-blocked: the socket is destroyed after the farewell, 1 s where grpc-go takes up to 5 s, and calls are told before", async () => {
  const time = newTime();
  const keepalive = {
    time: 10_000,
    timeout: 1_000,
    permitWithoutStream: true,
  };
  const session = new Session(clientParameters({ keepalive }), 0);
  const socket = new StuckSocket([GREETING], 1);
  const told: [number, string][] = [];
  const clock = CLOCK;
  const driver = new Driver(socket, session, clock, {
    onEvents: (events: SessionEvent[]) => {
      told.push(
        ...events.map(({ type }): [number, string] => [time.now(), type]),
      );
    },
    onClosed: ({ kind }) => told.push([time.now(), kind]),
  });
  const running = run(driver);
  await time.advance(10_999);
  assertEquals(told, [[0, "established"]]);
  await time.advance(1);
  assertEquals(told.slice(1), [
    [11_000, "closed"],
    [11_000, "keepalive-timeout"],
  ]);
  await time.advance(CLOSE_TIMEOUT - 1);
  assertEquals(socket.closed, false);
  await time.advance(1);
  await running;
  assertEquals(socket.closed, true);
});
