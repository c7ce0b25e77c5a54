import { assert, assertEquals } from "@std/assert";
import { serverParameters } from "../../src/session/mod.ts";
import {
  systemClock,
  turnForOthers,
  TurnShare,
} from "../../src/runtime/mod.ts";
import { Driver } from "../../src/transport/driver.ts";
import { run } from "./support/run_driver.ts";
import { Listener, type Socket } from "../../src/transport/mod.ts";
import { SessionDouble } from "./support/session_double.ts";
import { Turns } from "./support/turns.ts";
import { WrappedListener } from "./support/wrapped_listener.ts";

/** Octets after which a connection looks whether a turn is due. */
const SHARE = 65_536;

/** Steps after which it does, however small. */
const STEPS = 256;

/** Shares after which the event loop turns, however fast they were. */
const SHARES = 16;

/** Milliseconds after a turn in which none is due. */
const SLICE = 1;

/** How often something is to be read beside busy connections. */
const ROUNDS = 5;

/** Works for so long. */
function spin(milliseconds: number): void {
  const end = systemClock.now() + milliseconds;
  while (systemClock.now() < end);
}

const IGNORE = { onEvents: () => {}, onClosed: () => {} };

/** A socket that always has something to read, and takes what it is given. */
class EagerSocket implements Socket {
  reads: number;
  written = 0;
  readonly #size: number;

  constructor(reads: number, size: number = Infinity) {
    this.reads = reads;
    this.#size = size;
  }

  read({ length }: Uint8Array): Promise<number | null> {
    if (this.reads === 0) return Promise.resolve(null);
    this.reads--;
    return Promise.resolve(Math.min(length, this.#size));
  }

  write({ length }: Uint8Array): Promise<number> {
    this.written += length;
    return Promise.resolve(length);
  }

  close(): void {}
}

/** Runs a session on a socket; answers with the turns that it took. */
async function turnsOf(socket: Socket, double: SessionDouble): Promise<number> {
  using turns = new Turns();
  await run(new Driver(socket, double.session, systemClock, IGNORE));
  return turns.count;
}

Deno.test("the event loop turns after some shares of octets that a connection reads, however fast they are read", async () => {
  let octets = 0;
  const double = new SessionDouble();
  double.receive = ({ length }) => {
    octets += length;
    return false;
  };
  const turns = await turnsOf(new EagerSocket(20 * SHARES), double);
  assert(octets > 19 * SHARES * SHARE);
  assert(turns >= Math.floor(octets / SHARES / SHARE) - 1, `${turns} turns`);
});

Deno.test("the event loop turns after each share that takes long to be handled", async () => {
  let octets = 0;
  const double = new SessionDouble();
  double.receive = ({ length }) => {
    octets += length;
    spin(SLICE);
    return false;
  };
  const turns = await turnsOf(new EagerSocket(50), double);
  assert(turns >= Math.floor(octets / SHARE) - 1, `${turns} turns`);
});

Deno.test("a share that is handled while the event loop has just turned takes no turn", async () => {
  const rounds = 200;
  let early = 0;
  for (let i = 0; i < rounds; i++) {
    const share = new TurnShare();
    await turnForOthers();
    if (!share.take(SHARE)) early++;
  }
  assert(early > 0, "a millisecond went by each time");
});

Deno.test("small reads have their share, too", async () => {
  const reads = 20 * SHARES * STEPS;
  const turns = await turnsOf(new EagerSocket(reads, 9), new SessionDouble());
  assert(turns >= 19, `${turns} turns`);
});

Deno.test("a connection that reads little takes no turn", async () => {
  const socket = new EagerSocket(STEPS - 1, 17);
  assertEquals(await turnsOf(socket, new SessionDouble()), 0);
});

Deno.test("frames of one read that take long are handled in several turns, all of them", async () => {
  let left = 0;
  let most = 0;
  const double = new SessionDouble();
  double.receive = () => (left = 20) > 0;
  double.resume = (_now, frames) => {
    most = Math.max(most, frames);
    spin(SLICE);
    return --left > 0;
  };
  const turns = await turnsOf(new EagerSocket(1), double);
  assertEquals(left, 0);
  assert(most <= 16, `${most} frames without a look at the clock`);
  assert(turns >= 5, `${turns} turns`);
});

Deno.test("frames of one read that take no time are handled in one turn", async () => {
  let left = 0;
  const double = new SessionDouble();
  double.receive = () => (left = 20) > 0;
  double.resume = () => --left > 0;
  const clock = { ...systemClock, now: () => 0, wall: () => 0 };
  using turns = new Turns();
  const { session } = double;
  await run(new Driver(new EagerSocket(1), session, clock, IGNORE));
  assertEquals([left, turns.count], [0, 0]);
});

for (const busy of [1, 10]) {
  Deno.test(`a socket with something to read waits for few slices of ${busy} others`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepting = listener.accept();
    const { port } = listener.addr as Deno.NetAddr;
    using client = await Deno.connect({ hostname: "127.0.0.1", port });
    using server = await accepting;
    let slices = 0;
    for (let round = 0; round < ROUNDS; round++) {
      let isRead = false;
      const reading = server.read(new Uint8Array(1)).then(() => isRead = true);
      await client.write(new Uint8Array(1));
      const work = async () => {
        for (; !isRead; slices++) {
          spin(SLICE);
          await turnForOthers();
        }
      };
      await Promise.all([reading, ...Array.from({ length: busy }, work)]);
    }
    // The runtime, left to itself, looks after 61 turns.
    assert(slices <= ROUNDS * 30 * busy, `${slices} slices`);
  });
}

for (const size of [64, 16_384, 2 * SHARE]) {
  Deno.test(`endless output in pieces of ${size} octets leaves turns to others`, async () => {
    const pieces = 20 * SHARES *
      Math.max(1, STEPS / Math.max(1, size / 2_048));
    let left = pieces;
    const double = new SessionDouble();
    double.takeOutput = () => new Uint8Array(left-- > 0 ? size : 0);
    const socket = new EagerSocket(0);
    const turns = await turnsOf(socket, double);
    assertEquals(socket.written, pieces * size);
    assert(turns >= 19, `${turns} turns`);
  });
}

Deno.test("a listener with a long queue of connections leaves turns to others", async () => {
  let left = 20 * SHARES * STEPS;
  const conn = () => ({
    localAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 2 },
    read: () => Promise.resolve(null),
    write: ({ length }: Uint8Array) => Promise.resolve(length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
    [Symbol.dispose]: () => {},
  } as unknown as Deno.Conn);
  const queueIsEmpty = Promise.withResolvers<void>();
  const socket = new WrappedListener((inner) => {
    if (left-- > 0) return Promise.resolve(conn());
    queueIsEmpty.resolve();
    return inner.accept();
  });
  using turns = new Turns();
  await using _listener = new Listener(socket, {
    limits: { maxConnections: Infinity, maxHandshakes: Infinity },
    parameters: serverParameters(),
    onEvent: undefined,
    onError: undefined,
    onStream: undefined,
    onTransport: undefined,
    clock: systemClock,
    random: Math.random,
  });
  await queueIsEmpty.promise;
  assert(turns.count >= 19, `${turns.count} turns`);
});
