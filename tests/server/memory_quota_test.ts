import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Channel,
  type GrpcError,
  implement,
  MemoryQuota,
  type MemoryQuotaOptions,
  serve,
  type Server,
  Status,
  statusName,
} from "../../mod.ts";
import {
  encodePing,
  encodeSettings,
  FrameType,
  SettingId,
} from "../../src/frames/mod.ts";
import { request, sayFields, sayMessage } from "../grpc/support/foreign.ts";
import { PREFACE, RawPeer } from "../harness/raw_peer.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { until } from "../grpc/support/words.ts";

const KIB = 1_024;

const raw = (octets: Uint8Array) => octets;
const CODEC = {
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
};
const Store = {
  size: {
    path: "/t.Store/Size",
    requestStream: false,
    responseStream: false,
    ...CODEC,
  },
  hold: {
    path: "/t.Store/Hold",
    requestStream: false,
    responseStream: false,
    ...CODEC,
  },
  make: {
    path: "/t.Store/Make",
    requestStream: false,
    responseStream: false,
    ...CODEC,
  },
  list: {
    path: "/t.Store/List",
    requestStream: false,
    responseStream: true,
    ...CODEC,
  },
  sum: {
    path: "/t.Store/Sum",
    requestStream: true,
    responseStream: false,
    ...CODEC,
  },
  wait: {
    path: "/t.Store/Wait",
    requestStream: true,
    responseStream: false,
    ...CODEC,
  },
} as const;

const text = (value: number) => new TextEncoder().encode(String(value));
const number = (octets: Uint8Array) => Number(new TextDecoder().decode(octets));

/** A server with a small quota, whose handlers the test can hold up. */
class Scene implements AsyncDisposable {
  readonly quota: MemoryQuota;
  readonly server: Server;
  readonly channels: Channel[] = [];
  held = 0;
  made = 0;
  readonly release = Promise.withResolvers<void>();
  readonly waited = Promise.withResolvers<void>();

  constructor(options: MemoryQuotaOptions) {
    this.quota = new MemoryQuota(options);
    const service = implement(Store, {
      size: (request) => text(request.length),
      hold: async (request) => {
        this.held++;
        await this.release.promise;
        return text(request.length);
      },
      make: (request) => {
        this.made++;
        return new Uint8Array(number(request));
      },
      list: async function* (request) {
        for (let i = 0; i < number(request); i++) yield new Uint8Array(KIB);
      },
      sum: async (requests) => {
        let sum = 0;
        for await (const request of requests) sum += request.length;
        return text(sum);
      },
      wait: async (requests) => {
        await this.waited.promise;
        let sum = 0;
        for await (const request of requests) sum += request.length;
        return text(sum);
      },
    });
    this.server = serve(
      { hostname: "127.0.0.1", port: 0, memoryQuota: this.quota },
      [service],
    );
  }

  /** A channel of its own, and so a connection. */
  channel(options: ConstructorParameters<typeof Channel>[1] = {}): Channel {
    const { port } = this.server.addr as Deno.NetAddr;
    const channel = new Channel(`127.0.0.1:${port}`, options);
    this.channels.push(channel);
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release.resolve();
    this.waited.resolve();
    for (const channel of this.channels) await channel.close();
    await this.server.close();
    await this.server.finished;
    assertEquals([this.quota.used, this.quota.pinned], [0, 0]);
  }
}

Deno.test("A thousand uploads at once, forty times as large together as the quota, all arrive", async () => {
  await using scene = new Scene({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
  });
  const channel = scene.channel();
  const length = 40 * KIB;
  const calls = Array.from(
    { length: 1_000 },
    () => channel.unary(Store.size, new Uint8Array(length)),
  );
  const sizes = await Promise.all(calls);
  assert(sizes.every((size) => number(size) === length));
});

Deno.test("Uploads that are each larger than the quota all arrive, in unary calls and in streams, over several connections", async () => {
  await using scene = new Scene({ connection: 256 * KIB, total: 256 * KIB });
  const length = 1_000 * KIB;
  const calls: Promise<Uint8Array>[] = [];
  for (let i = 0; i < 3; i++) {
    const channel = scene.channel();
    for (let j = 0; j < 10; j++) {
      calls.push(channel.unary(Store.size, new Uint8Array(length)));
      calls.push(
        channel.clientStreaming(Store.sum, [
          new Uint8Array(length),
          new Uint8Array(0),
        ]),
      );
    }
  }
  const sizes = await Promise.all(calls);
  assert(sizes.every((size) => number(size) === length));
});

Deno.test("What a handler has in hand is held as long as it runs, and others go on when it is done", async () => {
  await using scene = new Scene({
    connection: 2_048 * KIB,
    total: 2_048 * KIB,
  });
  const channel = scene.channel();
  const length = 900 * KIB;
  const held = [1, 2].map(() =>
    channel.unary(Store.hold, new Uint8Array(length))
  );
  await until(() => scene.held === 2);
  assert(scene.quota.pinned >= 2 * length);
  const waiting = channel.unary(Store.size, new Uint8Array(length));
  const small = await channel.unary(Store.size, new Uint8Array(300));
  assertEquals(number(small), 300);
  scene.release.resolve();
  assertEquals(number(await waiting), length);
  await Promise.all(held);
});

Deno.test("Handlers that hang do not let others wait for ever: they end with RESOURCE_EXHAUSTED, which names the option", async () => {
  await using scene = new Scene({
    connection: 2_048 * KIB,
    total: 2_048 * KIB,
    patience: 200,
  });
  const channel = scene.channel();
  const length = 900 * KIB;
  const held = [1, 2].map(() =>
    channel.unary(Store.hold, new Uint8Array(length))
  );
  await until(() => scene.held === 2);
  await assertStatus(
    () => channel.unary(Store.size, new Uint8Array(length)),
    Status.RESOURCE_EXHAUSTED,
    /memoryQuota\.connection.*nothing was given back for 200 ms/,
  );
  scene.release.resolve();
  for (const size of await Promise.all(held)) {
    assertEquals(number(size), length);
  }
});

Deno.test("A deadline goes on while a call waits for room", async () => {
  await using scene = new Scene({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
  });
  const channel = scene.channel();
  const length = 900 * KIB;
  const held = channel.unary(Store.hold, new Uint8Array(length));
  await until(() => scene.held === 1);
  await assertStatus(
    () => channel.unary(Store.size, new Uint8Array(length), { deadline: 100 }),
    Status.DEADLINE_EXCEEDED,
  );
  scene.release.resolve();
  await held;
});

Deno.test("Streams whose messages nobody takes end, the largest first, for the one that all wait for", async () => {
  await using scene = new Scene({
    connection: 512 * KIB,
    total: 512 * KIB,
    patience: 200,
  });
  const channel = scene.channel();
  const stuck = Array.from(
    { length: 20 },
    () =>
      channel.unary(Store.hold, new Uint8Array(60 * KIB)).then(
        () => "OK",
        (error: GrpcError) => statusName(error.code),
      ),
  );
  await until(() => scene.held >= 5);
  const last = channel.unary(Store.size, new Uint8Array(500 * KIB)).then(
    () => "OK",
    (error: GrpcError) => statusName(error.code),
  );
  const outcome = await last;
  assert(outcome === "OK" || outcome === "RESOURCE_EXHAUSTED", outcome);
  scene.release.resolve();
  for (const each of await Promise.all(stuck)) {
    assert(each === "OK" || each === "RESOURCE_EXHAUSTED", each);
  }
});

Deno.test("Small calls of an honest connection pass while others hold all there is", async () => {
  await using scene = new Scene({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
    patience: 60_000,
  });
  const attackers = [1, 2, 3].map(() => scene.channel());
  const held = attackers.flatMap((channel) =>
    [1, 2, 3].map(() =>
      channel.unary(Store.hold, new Uint8Array(400 * KIB)).catch(() => {})
    )
  );
  await until(() => scene.quota.used > 700 * KIB);
  const honest = scene.channel();
  for (let i = 0; i < 100; i++) {
    const size = await honest.unary(Store.size, new Uint8Array(300));
    assertEquals(number(size), 300);
  }
  const many = Array.from(
    { length: 100 },
    () => honest.unary(Store.size, new Uint8Array(300)),
  );
  await Promise.all(many);
  scene.release.resolve();
  await Promise.all(held);
});

Deno.test("Messages that unfold are let in as there is room, and what gzip says of their length need not be true", async () => {
  await using scene = new Scene({
    connection: 2_048 * KIB,
    total: 2_048 * KIB,
  });
  const channel = scene.channel();
  const length = 1_000 * KIB;
  let most = 0;
  const watch = setInterval(() => most = Math.max(most, scene.quota.used), 1);
  const calls = Array.from(
    { length: 50 },
    () =>
      channel.unary(Store.size, new Uint8Array(length), {
        compression: "gzip",
      }),
  );
  for (const size of await Promise.all(calls)) {
    assertEquals(number(size), length);
  }
  clearInterval(watch);
  assert(most <= 4_096 * KIB, `${most}`);
});

Deno.test("Large responses to many calls at once all arrive, though later handlers wait for them to leave", async () => {
  await using scene = new Scene({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
    patience: 60_000,
  });
  const { port } = scene.server.addr as Deno.NetAddr;
  const channel = new Channel(`127.0.0.1:${port}`);
  const sizes = await Promise.all(
    Array.from(
      { length: 30 },
      () => channel.unary(Store.make, text(500 * KIB)),
    ),
  );
  assert(sizes.every(({ length }) => length === 500 * KIB));
  await channel.close();
});

Deno.test("A channel holds no more than its quota of what servers send, and everything arrives", async () => {
  await using scene = new Scene({});
  const quota = new MemoryQuota({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
  });
  const channel = scene.channel({ memoryQuota: quota });
  const calls = Array.from(
    { length: 100 },
    () => channel.unary(Store.make, text(500 * KIB)),
  );
  for (const { length } of await Promise.all(calls)) {
    assertEquals(length, 500 * KIB);
  }
  await channel.close();
  assertEquals([quota.used, quota.pinned], [0, 0]);
});

Deno.test("Responses that nobody reads after the end of their call are not counted for ever", async () => {
  await using scene = new Scene({});
  const quota = new MemoryQuota({});
  const channel = scene.channel({ memoryQuota: quota });
  for (const stops of [true, false]) {
    for (let i = 0; i < 10; i++) {
      const responses = channel.serverStreaming(Store.list, text(40));
      await responses.next();
      // Another call on the same connection is answered after the end of this.
      await channel.unary(Store.size, new Uint8Array(1));
      await responses.next();
      if (stops) await responses.return(undefined);
    }
  }
  assertEquals(quota.used, 0);
});

Deno.test("Calls that begin to wait while nothing else happens do not wait for ever", async () => {
  await using scene = new Scene({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
    patience: 50,
  });
  const channel = scene.channel();
  const held = channel.unary(Store.hold, new Uint8Array(900 * KIB));
  await until(() => scene.held === 1);
  const waiting = channel.clientStreaming(
    Store.wait,
    [new Uint8Array(900 * KIB)],
    { compression: "gzip", deadline: 20_000 },
  );
  // It is there when another call, later on the same connection, is answered.
  await channel.unary(Store.size, new Uint8Array(1));
  scene.waited.resolve();
  await assertStatus(() => waiting, Status.RESOURCE_EXHAUSTED);
  scene.release.resolve();
  assertEquals(number(await held), 900 * KIB);
});

Deno.test("A quota that is too small, or no quota, is refused by servers and channels", () => {
  for (
    const memoryQuota of [{ connection: 1_000 }, { total: 0 }, { patience: 0 }]
  ) {
    assertThrows(
      () => serve({ port: 0, memoryQuota }, []),
      RangeError,
      "memoryQuota",
    );
    assertThrows(
      () => new Channel("localhost:1", { memoryQuota }),
      RangeError,
      "memoryQuota",
    );
  }
  assertThrows(
    () => serve({ port: 0, memoryQuota: { totl: 1 } as object }, []),
    TypeError,
    "total",
  );
  for (const maxWindowSize of [65_534, 2 ** 31, 1.5]) {
    assertThrows(
      () => serve({ port: 0, maxWindowSize }, []),
      RangeError,
      "maxWindowSize",
    );
    assertThrows(
      () => new Channel("localhost:1", { maxWindowSize }),
      RangeError,
      "maxWindowSize",
    );
  }
});

Deno.test("Metadata of running calls takes half of the quota, and then calls with more are refused", async () => {
  await using scene = new Scene({ connection: 256 * KIB, total: 512 * KIB });
  const metadata = { "x-bulk": "v".repeat(50 * KIB) };
  const [first, second] = [scene.channel(), scene.channel()];
  const calls: Promise<Uint8Array>[] = [];
  for (let held = 1; held <= 5; held++) {
    calls.push(first.unary(Store.hold, new Uint8Array(1), { metadata }));
    await until(() => scene.held === held);
  }
  await assertStatus(
    () => first.unary(Store.size, new Uint8Array(1), { metadata }),
    Status.RESOURCE_EXHAUSTED,
    "the metadata of running calls uses up half of memoryQuota.total",
  );
  const small = await first.unary(Store.size, new Uint8Array(1));
  const other = await second.unary(Store.size, new Uint8Array(1), { metadata });
  assertEquals([small, other].map(number), [1, 1]);
  scene.release.resolve();
  await Promise.all(calls);
  await first.unary(Store.size, new Uint8Array(1), { metadata });
});

Deno.test("Many small responses that nobody reads count like few large ones: the next handlers do not begin", async () => {
  await using scene = new Scene({ connection: 256 * KIB, total: 256 * KIB });
  const { port } = scene.server.addr as Deno.NetAddr;
  using peer = await RawPeer.connect(port);
  await peer.write(PREFACE);
  await peer.say((writer) =>
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]])
  );
  const ask = (from: number) =>
    peer.say((writer) => {
      for (let id = from; id < from + 100; id += 2) {
        sayFields(writer, id, request(Store.make.path), false);
        sayMessage(writer, id, "4096", true);
      }
    });
  await ask(1);
  for (let heads = 0; heads < 50; heads++) await peer.until(FrameType.HEADERS);
  assertEquals(scene.quota.pinned, 50 * 4 * KIB);
  await ask(101);
  await peer.say((writer) => encodePing(writer, false, new Uint8Array(8)));
  await peer.until(FrameType.PING);
  assertEquals(scene.made, 50);
});

Deno.test("Long messages that handlers have taken, and keep while they wait for more, are held within the quota", async () => {
  await using scene = new Scene({
    connection: 1_024 * KIB,
    total: 1_024 * KIB,
    patience: 50,
  });
  const channel = scene.channel();
  const more = Promise.withResolvers<void>();
  const upload = async function* () {
    yield new Uint8Array(500 * KIB);
    await more.promise;
  };
  const codes: number[] = [];
  const calls = Array.from(
    { length: 20 },
    () =>
      channel.clientStreaming(Store.sum, upload()).then(
        (sum) => number(sum),
        (error: GrpcError) => codes.push(error.code),
      ),
  );
  await until(() => codes.length >= 17);
  assert(scene.quota.pinned <= 1_536 * KIB, `${scene.quota.pinned} are held`);
  more.resolve();
  await Promise.all(calls);
  assertEquals(new Set(codes), new Set([Status.RESOURCE_EXHAUSTED]));
});
