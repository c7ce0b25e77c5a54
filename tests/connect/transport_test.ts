import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isMessage } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  type Interceptor,
} from "@connectrpc/connect";
import { Channel, GrpcError, Metadata, Status } from "@keepalive/grpc";
import { createTransport } from "@keepalive/grpc/connect";
import { errorDetail, implement } from "@keepalive/grpc/protobuf";
import { inProcess } from "@keepalive/grpc/testing";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { ItemSchema, NoteSchema, Shop } from "../protobuf/generated/shop_pb.ts";
import { all, withShop } from "./support.ts";

const OCTETS = Uint8Array.of(0, 255, 7);

const shop = implement(Shop, {
  getItem({ id }, call) {
    call.headers.set("x-head", `${call.metadata.get("x-ask")}`);
    call.headers.set("x-head-bin", OCTETS);
    call.trailers.set("x-tail", "end");
    if (id === "none") {
      throw new GrpcError(Status.NOT_FOUND, "sold out", {
        metadata: new Metadata({ "x-why": "gone" }),
        details: [errorDetail(NoteSchema, { text: "Monday" })],
      });
    }
    return { id, remark: call.deadline === undefined ? "" : "timed" };
  },
  async *listItems({ limit }, call) {
    call.headers.set("x-head", "list");
    call.trailers.set("x-tail", "listed");
    for (let id = 1; id <= limit; id++) yield { id: `${id}` };
    if (limit === 0) throw new GrpcError(Status.OUT_OF_RANGE, "nothing");
    if (limit === 9) throw new GrpcError(Status.DATA_LOSS, "after nine");
  },
  async addItems(items) {
    return { count: (await all(items)).length };
  },
  async *talk(notes, call) {
    call.headers.set("x-head", "talk");
    call.sendHeaders();
    for await (const { text } of notes) yield { text: text.toUpperCase() };
  },
});

Deno.test("a client of Connect makes a unary call, with headers and trailers", async () => {
  await withShop([shop], async (client) => {
    let header = new Headers();
    let trailer = new Headers();
    const item = await client.getItem({ id: "a" }, {
      headers: { "x-ask": "please" },
      timeoutMs: 10_000,
      onHeader: (given) => header = given,
      onTrailer: (given) => trailer = given,
    });
    assert(isMessage(item, ItemSchema));
    assertEquals([item.id, item.remark], ["a", "timed"]);
    assertEquals(header.get("x-head"), "please");
    assertEquals(header.get("x-head-bin"), "AP8H");
    assertEquals(trailer.get("x-tail"), "end");
  });
});

Deno.test("a client of Connect makes calls with streams, their headers included", async () => {
  await withShop([shop], async (client) => {
    const heads: (string | null)[] = [];
    const items = await all(client.listItems({ limit: 3 }, {
      onHeader: (header) => heads.push(header.get("x-head")),
      onTrailer: (trailer) => heads.push(trailer.get("x-tail")),
    }));
    assertEquals(items.map(({ id }) => id), ["1", "2", "3"]);
    assertEquals(heads, ["list", "listed"]);
    async function* two() {
      yield { id: "a" };
      yield { id: "b" };
    }
    assertEquals((await client.addItems(two())).count, 2);
  });
});

Deno.test("the headers of a stream come before its first message", async () => {
  await withShop([shop], async (client) => {
    const headed = Promise.withResolvers<string | null>();
    async function* afterHeaders() {
      await headed.promise;
      yield { text: "now" };
    }
    const notes = await all(client.talk(afterHeaders(), {
      onHeader: (header) => headed.resolve(header.get("x-head")),
    }));
    assertEquals(await headed.promise, "talk");
    assertEquals(notes.map(({ text }) => text), ["NOW"]);
  });
});

Deno.test("an error of a call is Connect's, with code, metadata and details", async () => {
  await withShop([shop], async (client) => {
    const error = await assertRejects(
      () => client.getItem({ id: "none" }),
      ConnectError,
    );
    assertEquals(error.code, Code.NotFound);
    assertEquals(error.rawMessage, "sold out");
    assertEquals(error.metadata.get("x-why"), "gone");
    assertEquals(error.findDetails(NoteSchema).map(({ text }) => text), [
      "Monday",
    ]);
    assert(error.cause instanceof GrpcError);
  });
});

Deno.test("an error of a stream comes at once, or after its messages", async () => {
  await withShop([shop], async (client) => {
    const early = await assertRejects(
      () => all(client.listItems({ limit: 0 })),
      ConnectError,
    );
    assertEquals(early.code, Code.OutOfRange);
    const seen: string[] = [];
    const late = await assertRejects(async () => {
      for await (const { id } of client.listItems({ limit: 9 })) seen.push(id);
    }, ConnectError);
    assertEquals([late.code, seen.length], [Code.DataLoss, 9]);
  });
});

Deno.test("a timeout and a signal end a call of Connect", async () => {
  const slow = implement(Shop, {
    getItem: (_, call) =>
      new Promise((_, reject) =>
        call.signal.addEventListener("abort", () => reject(call.signal.reason))
      ),
  });
  await withShop([slow], async (client) => {
    const late = await assertRejects(
      () => client.getItem({}, { timeoutMs: 50 }),
      ConnectError,
    );
    assertEquals(late.code, Code.DeadlineExceeded);
    const controller = new AbortController();
    const call = client.getItem({}, { signal: controller.signal });
    controller.abort();
    const cancelled = await assertRejects(() => call, ConnectError);
    assertEquals(cancelled.code, Code.Canceled);
  });
});

Deno.test("a stream whose signal is aborted ends the call at the server", async () => {
  const ended = Promise.withResolvers<void>();
  const endless = implement(Shop, {
    async *listItems(_, call) {
      call.signal.addEventListener("abort", () => ended.resolve());
      for (let id = 0;; id++) {
        yield { id: `${id}` };
        await Promise.resolve();
      }
    },
  });
  await withShop([endless], async (client) => {
    const controller = new AbortController();
    const { signal } = controller;
    const error = await assertRejects(async () => {
      for await (const { id } of client.listItems({}, { signal })) {
        if (id === "5") controller.abort();
      }
    }, ConnectError);
    assertEquals(error.code, Code.Canceled);
    await ended.promise;
  });
});

Deno.test("interceptors of Connect see unary calls and streams, the first outermost", async () => {
  const seen: string[] = [];
  const tell = (name: string): Interceptor => (next) => async (request) => {
    seen.push(`${name} ${request.method.name} ${request.stream}`);
    request.header.set("x-ask", name);
    return await next(request);
  };
  const options = { interceptors: [tell("outer"), tell("inner")] };
  await withShop([shop], async (client) => {
    let head: string | null = "";
    await client.getItem({ id: "a" }, {
      onHeader: (header) => head = header.get("x-head"),
    });
    assertEquals(head, "inner");
    await all(client.listItems({ limit: 1 }));
    assertEquals(seen, [
      "outer GetItem false",
      "inner GetItem false",
      "outer ListItems true",
      "inner ListItems true",
    ]);
  }, options);
});

Deno.test("a default timeout holds for calls that have none", async () => {
  await withShop([shop], async (client) => {
    assertEquals((await client.getItem({ id: "a" })).remark, "timed");
  }, { defaultTimeoutMs: 20_000 });
});

Deno.test("a timeout of Connect is counted by the clock of the channel", async () => {
  const clock = new VirtualClock();
  const hanging = implement(Shop, { getItem: (_, { signal }) => ends(signal) });
  const both = { clock };
  await using channel = inProcess([hanging], { channel: both, server: both });
  const client = createClient(Shop, createTransport(channel));
  let code: Code | undefined;
  client.getItem({ id: "a" }, { timeoutMs: 1_000 })
    .catch((error: ConnectError) => code = error.code);
  await clock.advance(999);
  assertEquals(code, undefined);
  await clock.advance(1);
  assertEquals(code, Code.DeadlineExceeded);
});

Deno.test("who leaves a stream while a message is waited for ends it at once", async () => {
  const clock = new VirtualClock();
  let reason: unknown;
  const hanging = implement(Shop, {
    async *listItems(_, { signal }) {
      yield { id: "1" };
      await ends(signal).catch((error) => reason = error);
    },
  });
  const both = { clock };
  await using channel = inProcess([hanging], { channel: both, server: both });
  const started = createTransport(channel).stream(
    Shop.method.listItems,
    undefined,
    undefined,
    undefined,
    requests(),
  );
  await clock.advance(10);
  const messages = (await started).message[Symbol.asyncIterator]();
  assertEquals((await messages.next()).value.id, "1");
  const next = messages.next();
  const left = messages.return!();
  await clock.advance(10);
  assertEquals([(await next).done, (await left).done], [true, true]);
  assertEquals(`${reason}`.includes("CANCELLED"), true, `${reason}`);
});

async function* requests() {
  yield { limit: 1 };
}

/** Rejects when a signal is aborted. */
function ends(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason))
  );
}

Deno.test("a timeout of Connect beyond all dates is none", async () => {
  for (const timeoutMs of [Infinity, Number.MAX_SAFE_INTEGER]) {
    await withShop([shop], async (client) => {
      await client.getItem({ id: "a" });
      await client.getItem({ id: "a" }, { timeoutMs });
    }, { defaultTimeoutMs: timeoutMs });
  }
});

Deno.test("an option of a transport that is unknown is refused", async () => {
  await using channel = new Channel("127.0.0.1:1");
  assertThrows(
    () => createTransport(channel, { interceptor: [] } as never),
    TypeError,
    "interceptors",
  );
  assertThrows(
    () => createTransport(channel, { interceptors: [1] } as never),
    TypeError,
    "interceptors[0]",
  );
  assertThrows(
    () => createTransport(channel, { defaultTimeoutMs: "1" } as never),
    TypeError,
    "defaultTimeoutMs",
  );
  assertThrows(
    () => createTransport(channel, { defaultTimeoutMs: NaN }),
    RangeError,
    "defaultTimeoutMs",
  );
  assertThrows(() => createTransport(null as never), TypeError, "Channel");
});
