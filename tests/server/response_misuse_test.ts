import { assert, assertEquals, assertThrows } from "@std/assert";
import { type CallContext, implement, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Stage, wordMethod } from "../grpc/support/words.ts";

Deno.test("Headers that are set after they were sent are refused, however they are held", async () => {
  const told: string[] = [];
  const change = (call: CallContext, act: () => void) => {
    const { message } = assertThrows(act, TypeError);
    told.push(message);
    call.trailers.set("x-late", "1");
  };
  await using stage = new Stage({
    *down(words, call) {
      call.headers.set("x-early", "1");
      const { headers } = call;
      yield words;
      change(call, () => headers.set("x-late", "1"));
      change(call, () => call.headers.append("x-late", "1"));
      change(call, () => call.headers.delete("x-early"));
    },
    one(word, call) {
      call.sendHeaders();
      change(call, () => call.headers.set("x-late", "1"));
      return word;
    },
  });
  assertEquals(await Array.fromAsync(stage.words.down("a")), ["a"]);
  assertEquals(await stage.words.one("b"), "b");
  assertEquals(told.length, 4);
  assertEquals(
    told[0],
    'Cannot change "x-late" in the headers of /test.Words/Down: the initial metadata has been sent, with the first response at the latest; set it before, or use call.trailers',
  );
});

for (
  const [what, broken] of [
    ["throws", () => {
      throw new Error("a secret");
    }],
    ["makes no octets", () => "text" as unknown as Uint8Array],
  ] as const
) {
  Deno.test(`A response whose serializer ${what} is INTERNAL, and the server is told why`, async () => {
    const told: unknown[] = [];
    const service = {
      one: {
        ...wordMethod("BrokenOne", false, false),
        responseSerialize: broken,
      },
      down: {
        ...wordMethod("BrokenDown", false, true),
        responseSerialize: broken,
      },
    };
    await using stage = new Stage(echo, {
      services: [implement(service, { one: () => "a", down: () => ["a"] })],
      server: { onHandlerError: (error) => told.push(error) },
    });
    for (
      const call of [
        () => stage.channel.unary(service.one, "a"),
        () => Array.fromAsync(stage.channel.serverStreaming(service.down, "a")),
      ]
    ) {
      const error = await assertStatus(call, Status.INTERNAL);
      assertEquals(
        error.statusMessage,
        "the server cannot serialize its response",
      );
    }
    assertEquals(told.length, 2);
    for (const [index, error] of told.entries()) {
      assert(error instanceof TypeError);
      const path = index === 0 ? "BrokenOne" : "BrokenDown";
      assert(
        error.message.startsWith(
          `Cannot serialize a response of /test.Words/${path}: `,
        ),
      );
      assert(error.cause instanceof Error);
    }
  });
}

Deno.test("Trailers can be set to the end, whatever has been sent", async () => {
  await using stage = new Stage({
    one(word, call) {
      call.sendHeaders();
      call.trailers.set("x-word", word);
      return word;
    },
  });
  let trailer: unknown;
  await stage.words.one("a", {
    onTrailers: (trailers) => trailer = trailers.get("x-word"),
  });
  assertEquals(trailer, "a");
});
