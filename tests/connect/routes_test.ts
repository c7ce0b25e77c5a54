import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isMessage } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  createContextKey,
  type Interceptor,
} from "@connectrpc/connect";
import { connectRoutes, createTransport } from "@keepalive/grpc/connect";
import { reflection } from "@keepalive/grpc/reflection";
import { inProcess } from "@keepalive/grpc/testing";
import {
  GetItemRequestSchema,
  NoteSchema,
  Shop,
} from "../protobuf/generated/shop_pb.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { all, withShop } from "./support.ts";

const who = createContextKey("nobody");

const naming: Interceptor = (next) => (request) => {
  request.contextValues.set(who, request.header.get("x-user") ?? "nobody");
  return next(request);
};

const routes = connectRoutes((router) => {
  router.service(Shop, {
    getItem(request, context) {
      assert(isMessage(request, GetItemRequestSchema));
      context.responseHeader.set("x-head", context.values.get(who));
      context.responseTrailer.set("x-tail", "end");
      if (request.id === "none") {
        throw new ConnectError("sold out", Code.NotFound, { "x-why": "gone" }, [
          { desc: NoteSchema, value: { text: "Monday" } },
        ]);
      }
      return { id: request.id, remark: `${context.timeoutMs() !== undefined}` };
    },
    async *listItems({ limit }, context) {
      context.responseHeader.set("x-head", "list");
      for (let id = 1; id <= limit; id++) yield { id: `${id}` };
      context.responseTrailer.set("x-tail", "listed");
      if (limit === 9) throw new ConnectError("after nine", Code.DataLoss);
    },
    async addItems(items) {
      return { count: (await all(items)).length };
    },
  });
  router.rpc(Shop.method.talk, async function* (notes) {
    for await (const { text } of notes) yield { text: text.toUpperCase() };
  });
}, { interceptors: [naming] });

Deno.test("a router of Connect is served: unary calls, their context and interceptors", async () => {
  await withShop(routes, async (client) => {
    let header = new Headers();
    let trailer = new Headers();
    const item = await client.getItem({ id: "a" }, {
      headers: { "x-user": "ada" },
      timeoutMs: 10_000,
      onHeader: (given) => header = given,
      onTrailer: (given) => trailer = given,
    });
    assertEquals([item.id, item.remark], ["a", "true"]);
    assertEquals(header.get("x-head"), "ada");
    assertEquals(trailer.get("x-tail"), "end");
  });
});

Deno.test("what is left of a timeout is counted by the clock of the server", async () => {
  const clock = new VirtualClock();
  const left: (number | undefined)[] = [];
  const waiting = connectRoutes((router) => {
    router.rpc(Shop.method.getItem, async (_, context) => {
      left.push(context.timeoutMs());
      await new Promise((resolve) => clock.timer(400, () => resolve(null)));
      left.push(context.timeoutMs());
      return { id: "a" };
    });
  });
  const both = { clock };
  await using channel = inProcess(waiting, { channel: both, server: both });
  const client = createClient(Shop, createTransport(channel));
  const item = client.getItem({ id: "a" }, { timeoutMs: 1_000 });
  await clock.advance(500);
  assertEquals((await item).id, "a");
  assertEquals(left, [1_000, 600]);
});

Deno.test("a router of Connect is served: streams of each kind", async () => {
  await withShop(routes, async (client) => {
    const heads: (string | null)[] = [];
    const items = await all(client.listItems({ limit: 3 }, {
      onHeader: (header) => heads.push(header.get("x-head")),
      onTrailer: (trailer) => heads.push(trailer.get("x-tail")),
    }));
    assertEquals(items.map(({ id }) => id), ["1", "2", "3"]);
    assertEquals(heads, ["list", "listed"]);
    async function* notes() {
      yield { text: "a" };
      yield { text: "b" };
    }
    assertEquals(
      (await all(client.talk(notes()))).map(({ text }) => text),
      ["A", "B"],
    );
    async function* things() {
      yield { id: "x" };
    }
    assertEquals((await client.addItems(things())).count, 1);
  });
});

Deno.test("a handler of Connect that waits sends its headers early to who asks for heartbeats", async () => {
  const heard = Promise.withResolvers<void>();
  const waiting = connectRoutes((router) => {
    router.rpc(Shop.method.listItems, async function* (_, context) {
      context.responseHeader.set("x-head", "set");
      context.responseHeader.append("x-octets-bin", "AQI");
      context.responseHeader.append("x-head", "twice");
      context.responseHeader.set("x-gone", "no");
      context.responseHeader.delete("x-gone");
      await heard.promise;
      yield { id: "1" };
    });
  }, {
    interceptors: [(next) => async (request) => {
      const response = await next(request);
      response.header.set("x-intercepted", "yes");
      return response;
    }],
  });
  await withShop(
    waiting,
    async (client) => {
      let header = new Headers();
      const items = await all(
        client.listItems({ limit: 1 }, {
          onHeader: (given) => {
            header = given;
            heard.resolve();
          },
        }),
      );
      assertEquals(items.map(({ id }) => id), ["1"]);
      assertEquals(Object.fromEntries(header), {
        "x-head": "set, twice",
        "x-octets-bin": "AQI",
        "x-intercepted": "yes",
      });
    },
    {},
    { heartbeat: {} },
  );
});

Deno.test("an error of a handler of Connect keeps code, metadata and details", async () => {
  await withShop(routes, async (client) => {
    const error = await assertRejects(
      () => client.getItem({ id: "none" }),
      ConnectError,
    );
    assertEquals([error.code, error.rawMessage], [Code.NotFound, "sold out"]);
    assertEquals(error.metadata.get("x-why"), "gone");
    assertEquals(error.metadata.get("x-tail"), "end");
    assertEquals(error.findDetails(NoteSchema)[0].text, "Monday");
    const late = await assertRejects(
      () => all(client.listItems({ limit: 9 })),
      ConnectError,
    );
    assertEquals([late.code, late.rawMessage], [Code.DataLoss, "after nine"]);
  });
});

Deno.test("what a router leaves out is unimplemented", async () => {
  await withShop(routes, async (client) => {
    const error = await assertRejects(() => client.clear({}), ConnectError);
    assertEquals(error.code, Code.Unimplemented);
  });
});

Deno.test("an option of routes that is unknown is refused", () => {
  assertThrows(
    () => connectRoutes(() => {}, { interceptor: [] } as never),
    TypeError,
    "interceptors",
  );
  assertThrows(
    () => connectRoutes(() => {}, { interceptors: naming } as never),
    TypeError,
    "interceptors",
  );
  assertThrows(() => connectRoutes(null as never), TypeError, "routes");
});

Deno.test("the services of a router have their descriptors with them", () => {
  reflection(...routes);
});
