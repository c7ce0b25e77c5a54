import { assert, assertEquals } from "@std/assert";
import { serverParameters } from "../../src/session/mod.ts";
import { nextTurn, systemClock, TurnShare } from "../../src/runtime/mod.ts";
import { Driver } from "../../src/transport/driver.ts";
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
  await new Driver(socket, double.session, systemClock, IGNORE).run();
  return turns.count;
}

Deno.test("the event loop turns after some shares of octets that a connection reads, however fast they are read", async () => {
  let octets = 0;
  const double = new SessionDouble();
  double.receive = ({ length }) => octets += length;
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
  };
  const turns = await turnsOf(new EagerSocket(50), double);
  assert(turns >= Math.floor(octets / SHARE) - 1, `${turns} turns`);
});

Deno.test("a share that is handled while the event loop has just turned takes no turn", async () => {
  const rounds = 200;
  let early = 0;
  for (let i = 0; i < rounds; i++) {
    const share = new TurnShare();
    await nextTurn();
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
  });
  await queueIsEmpty.promise;
  assert(turns.count >= 19, `${turns.count} turns`);
});
