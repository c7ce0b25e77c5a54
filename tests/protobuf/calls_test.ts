import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { create, isMessage } from "@bufbuild/protobuf";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  Channel,
  GrpcError,
  HealthDefinition,
  serve,
  type Service,
  Status,
} from "@keepalive/grpc";
import {
  createClient,
  errorDetail,
  findDetails,
  implement,
  type ProtobufClient,
  serviceDefinition,
} from "@keepalive/grpc/protobuf";
import {
  Colour,
  GetItemRequestSchema,
  ItemSchema,
  NoteSchema,
  Shop,
} from "./generated/shop_pb.ts";

const ADDED = new Date("2020-02-02T02:02:02Z");

const shop = implement(Shop, {
  getItem(request) {
    assert(isMessage(request, GetItemRequestSchema), "a full message");
    if (request.id === "") {
      throw new GrpcError(Status.INVALID_ARGUMENT, "no id");
    }
    return {
      id: request.id,
      price: { units: 12n, currency: "EUR" },
      colour: Colour.RED,
      labels: { shelf: "top" },
      tags: ["new"],
      added: timestampFromDate(ADDED),
      size: { case: "number", value: 42 },
      picture: Uint8Array.of(1, 2, 3),
    };
  },
  *listItems({ limit }) {
    for (let id = 1; id <= limit; id++) yield { id: `${id}` };
  },
  async addItems(items) {
    let count = 0;
    for await (const item of items) {
      assert(isMessage(item, ItemSchema), "full messages");
      count++;
    }
    return { count };
  },
  async *talk(notes) {
    for await (const { text } of notes) {
      yield create(NoteSchema, { text: text.toUpperCase() });
    }
  },
});

/** Runs with a client of a server of its own. */
async function withShop(
  run: (client: ProtobufClient<typeof Shop>) => Promise<void>,
  service: Service = shop,
): Promise<void> {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [service]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`);
  await run(createClient(Shop, channel));
}

Deno.test("a unary call of protobuf-es: an init object in, a full message out", async () => {
  await withShop(async (client) => {
    const item = await client.getItem({ id: "a" }, { deadline: 5_000 });
    assert(isMessage(item, ItemSchema));
    assertEquals(item.price?.units, 12n);
    assertEquals(item.colour, Colour.RED);
    assertEquals(item.labels, { shelf: "top" });
    assertEquals(item.tags, ["new"]);
    assertEquals(item.added && timestampDate(item.added), ADDED);
    assertEquals(item.size, { case: "number", value: 42 });
    assertEquals(item.picture, Uint8Array.of(1, 2, 3));
    assertEquals(item.remark, undefined);
    const asked = create(GetItemRequestSchema, { id: "b" });
    assertEquals((await client.getItem(asked)).id, "b");
  });
});

Deno.test("the streams of protobuf-es, in the three ways", async () => {
  await withShop(async (client) => {
    const ids = [];
    for await (const { id } of client.listItems({ limit: 3 })) ids.push(id);
    assertEquals(ids, ["1", "2", "3"]);
    const { count } = await client.addItems([
      { id: "x", size: { case: "name", value: "large" } },
      create(ItemSchema, { id: "y" }),
    ]);
    assertEquals(count, 2);
    const texts = [];
    for await (const { text } of client.talk([{ text: "a" }, { text: "b" }])) {
      texts.push(text);
    }
    assertEquals(texts, ["A", "B"]);
  });
});

Deno.test("a handler of protobuf-es chooses the status, and one left out is UNIMPLEMENTED", async () => {
  await withShop(async (client) => {
    const refused = await assertRejects(() => client.getItem({}), GrpcError);
    assertEquals(refused.code, Status.INVALID_ARGUMENT);
    const missing = await assertRejects(() => client.clear({}), GrpcError);
    assertEquals(missing.code, Status.UNIMPLEMENTED);
  });
});

Deno.test("what protobuf-es cannot encode fails the call, and no other", async () => {
  await withShop(async (client) => {
    // deno-lint-ignore no-explicit-any
    const wrong = { limit: "many" } as any;
    const error = await assertRejects(async () => {
      for await (const _ of client.listItems(wrong));
    }, Error);
    assert(/int32/.test(`${error.message} ${error.cause}`), error.message);
    assertEquals((await client.getItem({ id: "c" })).id, "c");
  });
});

Deno.test("a response that protobuf-es cannot encode is INTERNAL", async () => {
  // deno-lint-ignore no-explicit-any
  const wrong = { size: { case: "number", value: "many" } } as any;
  const service = implement(Shop, { getItem: () => wrong });
  await withShop(async (client) => {
    const error = await assertRejects(() => client.getItem({}), GrpcError);
    assertEquals(error.code, Status.INTERNAL);
  }, service);
});

Deno.test("a request that is no message of protobuf-es ends its call only", async () => {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [shop]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`);
  const { getItem } = serviceDefinition(Shop);
  const broken = {
    ...getItem,
    requestSerialize: () => Uint8Array.of(0x0a, 0xff),
  };
  const error = await assertRejects(
    () => channel.unary(broken, {}),
    GrpcError,
  );
  assertEquals(error.code, Status.INTERNAL);
  assertEquals((await channel.unary(getItem, { id: "d" })).id, "d");
});

Deno.test("the same service of protobuf-es has the same definition", () => {
  const definition = serviceDefinition(Shop);
  assertEquals(serviceDefinition(Shop), definition);
  assertEquals(definition.getItem.path, "/shop.v1.Shop/GetItem");
  assertEquals(
    Object.values(definition).map(({ requestStream, responseStream }) => [
      requestStream,
      responseStream,
    ]),
    [[false, false], [false, true], [true, false], [true, true], [
      false,
      false,
    ]],
  );
});

Deno.test("what is no service of protobuf-es is refused by name", () => {
  class Old {}
  // deno-lint-ignore no-explicit-any
  for (const wrong of [null, undefined, {}, "Shop", ItemSchema, Old] as any[]) {
    const error = assertThrows(() => serviceDefinition(wrong), TypeError);
    assert(error.message.includes("protoc-gen-es version 2"), error.message);
  }
  // deno-lint-ignore no-explicit-any
  const other: any = HealthDefinition;
  const mixed = assertThrows(() => serviceDefinition(other), TypeError);
  assert(
    mixed.message.endsWith(
      "received a service definition as code generators for grpc-js emit it: that is for the function of the same name in @keepalive/grpc",
    ),
    mixed.message,
  );
  // deno-lint-ignore no-explicit-any
  const typo = { getItm: () => ({}) } as any;
  const error = assertThrows(() => implement(Shop, typo), TypeError);
  assert(error.message.includes("getItem"), error.message);
});

Deno.test("an error carries details of protobuf-es from the handler to the caller", async () => {
  const service = implement(Shop, {
    getItem() {
      throw new GrpcError(Status.FAILED_PRECONDITION, "sold out", {
        details: [
          errorDetail(NoteSchema, { text: "back on Monday" }),
          errorDetail(ItemSchema, { id: "instead" }),
        ],
      });
    },
  });
  await withShop(async (client) => {
    const error = await assertRejects(() => client.getItem({}), GrpcError);
    assertEquals(error.statusMessage, "sold out");
    assertEquals(error.details.length, 2);
    const [note] = findDetails(error, NoteSchema);
    assertEquals(note.text, "back on Monday");
    assertEquals(findDetails(error, ItemSchema).map(({ id }) => id), [
      "instead",
    ]);
    assertEquals(findDetails(error, GetItemRequestSchema), []);
  }, service);
});
