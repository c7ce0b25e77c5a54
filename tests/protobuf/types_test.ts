import { assertEquals } from "@std/assert";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  CallContext,
  CallOptions,
  MessageStream,
  MethodDefinition,
  Requests,
} from "@keepalive/grpc";
import type {
  ProtobufClient,
  ProtobufHandlers,
} from "@keepalive/grpc/protobuf";
import type {
  GetItemRequest,
  GetItemRequestSchema,
  Item,
  ItemSchema,
  Note,
  NoteSchema,
  Shop,
} from "./generated/shop_pb.ts";

/** `true` for the same type only: `any` is no other type than itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Does not compile for anything but `true`. */
function holds<_Claim extends true>(): void {}

type ShopClient = ProtobufClient<typeof Shop>;
type ShopHandlers = Required<ProtobufHandlers<typeof Shop>>;

Deno.test("the types of a client of protobuf-es: init objects go in, messages come out", () => {
  holds<
    Same<
      keyof ShopClient,
      "getItem" | "listItems" | "addItems" | "talk" | "clear"
    >
  >();
  holds<
    Same<
      ShopClient["getItem"],
      (
        request: MessageInitShape<typeof GetItemRequestSchema>,
        options?: CallOptions,
      ) => Promise<Item>
    >
  >();
  holds<Same<ReturnType<ShopClient["listItems"]>, MessageStream<Item>>>();
  holds<
    Same<
      Parameters<ShopClient["addItems"]>[0],
      Requests<MessageInitShape<typeof ItemSchema>>
    >
  >();
  holds<
    Same<
      Parameters<ShopClient["talk"]>[0],
      Requests<MessageInitShape<typeof NoteSchema>>
    >
  >();
  holds<Same<ReturnType<ShopClient["talk"]>, MessageStream<Note>>>();
});

Deno.test("the types of handlers of protobuf-es: messages come in, init objects go out", () => {
  type ItemInit = MessageInitShape<typeof ItemSchema>;
  holds<
    Same<
      ShopHandlers["getItem"],
      (
        request: GetItemRequest,
        call: CallContext,
      ) => ItemInit | Promise<ItemInit>
    >
  >();
  holds<
    Same<Parameters<ShopHandlers["addItems"]>[0], MessageStream<Item>>
  >();
  holds<
    Same<Parameters<ShopHandlers["talk"]>[0], MessageStream<Note>>
  >();
});

Deno.test("a method may have four types of messages", () => {
  type Four = MethodDefinition<"in", "answer", "IN", "ANSWER">;
  holds<Same<Parameters<Four["requestSerialize"]>, [value: "in"]>>();
  holds<Same<ReturnType<Four["requestDeserialize"]>, "IN">>();
  holds<Same<Parameters<Four["responseSerialize"]>, [value: "answer"]>>();
  holds<Same<ReturnType<Four["responseDeserialize"]>, "ANSWER">>();
  // @ts-expect-error: a claim that is wrong does not compile.
  holds<Same<Item, Note>>();
  // @ts-expect-error: neither is `any` taken for a type.
  // deno-lint-ignore no-explicit-any
  holds<Same<any, Item>>();
  assertEquals(true, true);
});
