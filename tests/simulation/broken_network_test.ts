import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  Channel,
  DialError,
  GrpcError,
  serve,
  type Server,
} from "../../mod.ts";
import {
  type AcceptedSocket,
  dial,
  type Network,
  type Transport,
} from "../../src/transport/public.ts";
import { LET_GO } from "../../src/transport/reach.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";
import { ADDRESS, Echo } from "./support/world.ts";

type Connect = Network["connect"];

/** A server on a network in memory, and a network that is not what it should be. */
class Broken {
  readonly clock = new VirtualClock();
  readonly inner = new VirtualNetwork(this.clock);
  readonly server: Server;
  readonly network: Network;

  constructor(change: (connect: Connect) => Connect) {
    const { clock, inner } = this;
    const [hostname, port] = ADDRESS.split(":");
    this.server = serve(
      { clock, network: inner, hostname, port: Number(port) },
      [],
    );
    this.network = {
      connect: change(inner.connect.bind(inner)),
      listen: inner.listen.bind(inner),
      resolve: inner.resolve.bind(inner),
    };
  }

  dial(signal?: AbortSignal): Promise<Transport> {
    const { clock, network } = this;
    return dial(ADDRESS, { clock, network, handshakeTimeout: 500, signal });
  }

  /** Ends everything; nothing may be left. */
  async end(): Promise<void> {
    const closed = this.server.close();
    await this.clock.advance(5_000);
    await closed;
    assertEquals([this.inner.open, this.clock.pending], [0, 0]);
  }
}

/** The outcome of something that takes no more than so many milliseconds. */
async function outcomeOf(
  clock: VirtualClock,
  milliseconds: number,
  work: Promise<unknown>,
): Promise<unknown> {
  let outcome: unknown = "it hangs";
  work.then((value) => outcome = value ?? "done", (error) => outcome = error);
  await clock.advance(milliseconds);
  return outcome;
}

const NEVER: Connect = () => new Promise(() => {});

Deno.test("a network that does not heed its signal holds up neither the handshake timeout, nor who gives up, nor a close", async () => {
  const broken = new Broken(() => NEVER);
  const { clock, network } = broken;
  const timedOut = await outcomeOf(clock, 500 + LET_GO, broken.dial());
  assertStringIncludes(String(timedOut), "no connection within 500 ms");
  const reason = new Error("changed my mind");
  const aborter = new AbortController();
  const dialling = broken.dial(aborter.signal);
  dialling.catch(() => {});
  await clock.advance(100);
  aborter.abort(reason);
  assertEquals(await outcomeOf(clock, LET_GO, dialling), reason);
  const channel = new Channel(ADDRESS, { clock, network });
  const call = channel.unary(Echo.unary, new Uint8Array(1));
  call.catch(() => {});
  await clock.advance(100);
  assertEquals(await outcomeOf(clock, LET_GO, channel.close()), "done");
  await assertRejects(() => call, GrpcError, "the channel is closed");
  await broken.end();
});

Deno.test("a socket that comes after the attempt was given up is closed", async () => {
  const broken = new Broken((connect) => async (target) => {
    await new Promise<void>((done) => broken.clock.timer(3_000, done));
    return await connect(target, { signal: new AbortController().signal });
  });
  const dialled = await outcomeOf(broken.clock, 500 + LET_GO, broken.dial());
  assertStringIncludes(String(dialled), "no connection within 500 ms");
  await broken.end();
});

/** A socket as it is, with some of it changed. */
function changing(
  socket: AcceptedSocket,
  changed: Record<string, unknown>,
): AcceptedSocket {
  return {
    read: (buffer) => socket.read(buffer),
    write: (octets) => socket.write(octets),
    close: () => socket.close(),
    closeWrite: async () => await socket.closeWrite?.(),
    localAddr: socket.localAddr,
    remoteAddr: socket.remoteAddr,
    [Symbol.dispose]: () => socket.close(),
    ...changed,
  };
}

const boom = () => {
  throw new Error("boom");
};

const SOCKETS: [
  what: string,
  changed: Record<string, unknown>,
  said: string,
][] = [
  ["is none", { read: undefined, write: undefined }, "one without read, write"],
  ["has no addresses", { remoteAddr: undefined }, "one without remoteAddr"],
  ["throws when read", { read: boom }, "error reading from server: boom"],
  [
    "reads nobody knows how much",
    { read: () => Promise.resolve(undefined) },
    "the socket has read undefined octets",
  ],
  [
    "reads more than it was asked for",
    { read: (buffer: Uint8Array) => Promise.resolve(buffer.length + 1) },
    "the socket has read",
  ],
  [
    "writes nothing",
    { write: () => Promise.resolve(0), read: () => new Promise(() => {}) },
    "the socket has written 0 of",
  ],
  [
    "throws when written",
    { write: boom, read: () => new Promise(() => {}) },
    "boom",
  ],
];

for (const [what, changed, said] of SOCKETS) {
  Deno.test(`a socket that ${what} fails the attempt, which says so, and is closed`, async () => {
    const broken = new Broken((connect) => async (target, options) =>
      changing(await connect(target, options), changed)
    );
    const outcome = await outcomeOf(broken.clock, 400, broken.dial());
    assertEquals(outcome instanceof DialError, true, String(outcome));
    assertStringIncludes(String(outcome), said);
    await broken.end();
  });
}

Deno.test("a socket that cannot be let go is closed", async () => {
  const broken = new Broken((connect) => async (target, options) =>
    changing(await connect(target, options), { unref: boom })
  );
  const { clock, network } = broken;
  const channel = new Channel(ADDRESS, { clock, network });
  const call = channel.unary(Echo.unary, new Uint8Array(1));
  const outcome = await outcomeOf(clock, 500, call);
  assertStringIncludes(String(outcome), "boom");
  await channel.close();
  await broken.end();
});

for (const given of [undefined, {}, { read: boom }]) {
  Deno.test(`accept that gives ${typeof given} ${Object.keys(given ?? {})} is told as an error, with pauses, and ends with the server`, async () => {
    const clock = new VirtualClock();
    const errors: string[] = [];
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => {});
    const network = {
      ...new VirtualNetwork(clock),
      listen: () => ({
        addr: { transport: "tcp", hostname: "10.0.0.1", port: 1 },
        accept: () => Promise.resolve(given),
        close: () => stopped.reject(new Error("closed")),
      }),
      connect: NEVER,
      resolve: () => Promise.resolve([]),
    } as unknown as Network;
    const server = serve({
      clock,
      network,
      onError: ({ message }) => errors.push(message),
    }, []);
    await clock.advance(60_000);
    assertEquals(errors.length > 10 && errors.length < 100, true);
    assertStringIncludes(errors[0], "accept gave no socket: expected one with");
    const closed = server.close();
    await clock.advance(5_000);
    await closed;
  });
}

Deno.test("a network that listens on nothing is told at once", () => {
  for (const given of [undefined, {}, Promise.resolve()]) {
    const network = {
      connect: NEVER,
      resolve: () => Promise.resolve([]),
      listen: () => given,
    } as unknown as Network;
    assertThrows(
      () => serve({ network }, []),
      TypeError,
      "network.listen gave no listening socket: expected one with accept, close, addr",
    );
  }
});
