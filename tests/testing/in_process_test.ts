import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Channel,
  createClient,
  GrpcError,
  Health,
  HealthDefinition,
  implement,
  serve,
  Status,
} from "@keepalive/grpc";
import { inProcess, MemoryNetwork } from "@keepalive/grpc/testing";
import { VirtualClock } from "../harness/virtual_clock.ts";

const raw = (octets: Uint8Array) => octets;
const codec = {
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
};
const Echo = {
  unary: {
    path: "/echo.Echo/Unary",
    requestStream: false,
    responseStream: false,
    ...codec,
  },
  bidi: {
    path: "/echo.Echo/Bidi",
    requestStream: true,
    responseStream: true,
    ...codec,
  },
  hang: {
    path: "/echo.Echo/Hang",
    requestStream: false,
    responseStream: false,
    ...codec,
  },
} as const;

const echo = implement(Echo, {
  unary(octets, call) {
    call.headers.set("x-peer", call.peer);
    if (octets.length === 0) throw new GrpcError(Status.NOT_FOUND, "nothing");
    return octets;
  },
  bidi: (requests) => requests,
  hang: (_, call) =>
    new Promise((_, reject) =>
      call.signal.addEventListener("abort", () => reject(call.signal.reason))
    ),
});

Deno.test({
  name: "a channel in process calls its services without a permission",
  permissions: "none",
  async fn() {
    await using channel = inProcess([echo, new Health().service]);
    const client = createClient(Echo, channel);
    let peer: unknown;
    const answer = await client.unary(Uint8Array.of(1, 2), {
      onHeaders: (headers) => peer = headers.get("x-peer"),
    });
    assertEquals(answer, Uint8Array.of(1, 2));
    assert(String(peer).startsWith("client:"), String(peer));
    const error = await assertRejects(
      () => client.unary(new Uint8Array(0)),
      GrpcError,
    );
    assertEquals(error.statusMessage, "nothing");
    const health = createClient(HealthDefinition, channel);
    assertEquals((await health.check({ service: "" })).status, 1);
  },
});

Deno.test({
  name: "messages of any size pass in both directions at once in process",
  permissions: "none",
  async fn() {
    await using channel = inProcess([echo]);
    const client = createClient(Echo, channel);
    const lengths = [0, 1, 16_384, 1_000_000, 4_000_000];
    const received: number[] = [];
    const requests = lengths.map((length) => new Uint8Array(length).fill(7));
    for await (const octets of client.bidi(requests)) {
      received.push(octets.length);
      assert(octets.every((octet) => octet === 7));
    }
    assertEquals(received, lengths);
  },
});

Deno.test({
  name: "to close a channel in process ends both ends, running calls included",
  permissions: "none",
  async fn() {
    const channel = inProcess([echo]);
    const call = assertRejects(
      () => createClient(Echo, channel).hang(new Uint8Array(1)),
      GrpcError,
    );
    await createClient(Echo, channel).unary(Uint8Array.of(1));
    await channel.close();
    await call;
    await channel.server.finished;
    await channel.close();
  },
});

Deno.test({
  name: "a deadline in process passes in virtual time",
  permissions: "none",
  async fn() {
    const clock = new VirtualClock();
    await using channel = inProcess([echo], {
      channel: { clock },
      server: { clock },
    });
    const client = createClient(Echo, channel);
    const call = assertRejects(
      () => client.hang(new Uint8Array(1), { deadline: 60_000 }),
      GrpcError,
    );
    await clock.advance(61_000);
    assertEquals((await call).code, Status.DEADLINE_EXCEEDED);
  },
});

Deno.test({
  name: "on a network in memory servers come and go, as on another",
  permissions: "none",
  async fn() {
    const network = new MemoryNetwork();
    await using channel = new Channel("backend:1", { network });
    const client = createClient(Echo, channel);
    const early = await assertRejects(
      () => client.unary(Uint8Array.of(1)),
      GrpcError,
    );
    assertEquals(early.code, Status.UNAVAILABLE);
    assert(
      early.message.includes("Nobody listens on backend:1"),
      early.message,
    );
    for (let round = 1; round <= 3; round++) {
      const local = { hostname: "backend", port: 1, network };
      await using server = serve(local, [echo]);
      channel.resetBackoff();
      const answer = await client.unary(Uint8Array.of(round), {
        waitForReady: true,
      });
      assertEquals(answer, Uint8Array.of(round));
      await server.shutdown();
    }
  },
});

Deno.test({
  name: "a network in memory refuses what it has not",
  permissions: "none",
  async fn() {
    const network = new MemoryNetwork();
    const local = { hostname: "a", port: 1, network };
    await using server = serve(local, []);
    assertThrows(
      () => serve(local, []),
      Error,
      "Another server listens on a:1",
    );
    assertThrows(
      () => network.listen({ transport: "unix", path: "x" }),
      TypeError,
      "expected a hostname and a port",
    );
    assertThrows(
      () =>
        network.listen({ transport: "tcp", hostname: "b", port: 1 }, {
          tls: {},
        }),
      TypeError,
      "leave out `tls`",
    );
    await using channel = new Channel("a:1", { network, tls: true });
    const error = await assertRejects(
      () => createClient(Echo, channel).unary(Uint8Array.of(1)),
      GrpcError,
    );
    assert(error.message.includes("with TLS in memory"), error.message);
    assertEquals(server.addr, { transport: "tcp", hostname: "a", port: 1 });
    assertThrows(
      () => inProcess([], { client: {} } as never),
      TypeError,
      "client",
    );
    for (const key of ["channel", "server"]) {
      for (const value of [null, 5]) {
        assertThrows(
          () => inProcess([], { [key]: value }),
          TypeError,
          "expected an object",
        );
      }
    }
    const wrong = { channel: { keepalive: { time: -1 } } };
    assertThrows(() => inProcess([], wrong), RangeError, "time");
  },
});

Deno.test("ports in memory stay ports, however many were given", async () => {
  const network = new MemoryNetwork();
  const address = { transport: "tcp", hostname: "a" } as const;
  const first = network.listen({ ...address, port: 0 });
  const { port } = first.addr as Deno.NetAddr;
  const options = { signal: new AbortController().signal };
  const ports = new Set<number>();
  for (let i = 0; i < 40_000; i++) {
    const socket = await network.connect({ ...address, port }, options);
    ports.add((socket.localAddr as Deno.NetAddr).port);
    socket.close();
    (await first.accept()).close();
  }
  assert(Math.max(...ports) <= 65_535, `${Math.max(...ports)}`);
  for (let i = 0; i < 40_000; i++) {
    const listener = network.listen({ ...address, port: 0 });
    assert((listener.addr as Deno.NetAddr).port !== port);
    listener.close();
  }
  first.close();
});
