import { assertEquals } from "@std/assert";
import { GrpcError, implement, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Stage, wordMethod } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";

Deno.test("What a handler throws is told to the server, and not to the client", async () => {
  const told: [unknown, string][] = [];
  const bug = new Error("a bug with a secret");
  await using stage = new Stage({
    one: () => {
      throw bug;
    },
  }, {
    server: { onHandlerError: (error, { path }) => told.push([error, path]) },
  });
  const error = await assertStatus(() => stage.words.one("a"), Status.UNKNOWN);
  assertEquals(error.statusMessage, "the handler failed");
  assertEquals(told, [[bug, "/test.Words/One"]]);
});

Deno.test("A GrpcError of a handler is meant for the client alone", async () => {
  const told: unknown[] = [];
  await using stage = new Stage({
    one: () => {
      throw new GrpcError(Status.NOT_FOUND, "no such word");
    },
  }, { server: { onHandlerError: (error) => told.push(error) } });
  await assertStatus(() => stage.words.one("a"), Status.NOT_FOUND);
  assertEquals(told, []);
});

Deno.test("A message arrives with the white space at its ends", async () => {
  const messages = ["no such key: ", " a", " ", "\ttab\n", "a b", "caf\xe9 "];
  await using stage = new Stage({
    one: (index) => {
      throw new GrpcError(Status.NOT_FOUND, messages[Number(index)]);
    },
  });
  for (const [index, message] of messages.entries()) {
    await assertStatus(
      () => stage.words.one(String(index)),
      Status.NOT_FOUND,
      message,
    );
  }
});

for (
  const [how, fail] of Object.entries({
    "throws": () => {
      throw new Error("a bug in onHandlerError");
    },
    "rejects": () => Promise.reject(new Error("a bug in onHandlerError")),
  })
) {
  Deno.test(`An onHandlerError that ${how} is an uncaught error, and disturbs no call`, async () => {
    await using stage = new Stage({
      one: (word) => {
        if (word === "bad") throw new Error("a bug");
        return word;
      },
    }, { server: { onHandlerError: fail } });
    const errors = await reported(async () => {
      await assertStatus(() => stage.words.one("bad"), Status.UNKNOWN);
      assertEquals(await stage.words.one("good"), "good");
      await stage.nothingIsLeft();
    });
    assertEquals(errors.map(String), ["Error: a bug in onHandlerError"]);
  });

  Deno.test(`Callbacks of a call of which each ${how} are uncaught errors, and disturb no call`, async () => {
    await using stage = new Stage({ one: (word) => word });
    const errors = await reported(async () => {
      const options = { onHeaders: fail, onTrailers: fail };
      assertEquals(await stage.words.one("good", options), "good");
      await stage.nothingIsLeft();
    });
    assertEquals(errors.map(String), [
      "Error: a bug in onHandlerError",
      "Error: a bug in onHandlerError",
    ]);
  });
}

Deno.test("A serializer of responses that makes no octets is told to the server, and fails its call only", async () => {
  for (const made of [undefined, null, "text", [1]]) {
    const told: unknown[] = [];
    const responseSerialize = () => made as unknown as Uint8Array;
    const broken = {
      one: { ...wordMethod("BrokenOne", false, false), responseSerialize },
      down: { ...wordMethod("BrokenDown", false, true), responseSerialize },
    };
    await using stage = new Stage({ one: (word) => word }, {
      server: { onHandlerError: (error) => told.push(error) },
      services: [implement(broken, { one: (word) => word, down: () => ["w"] })],
    });
    const { channel, words } = stage;
    const errors = await reported(async () => {
      await assertStatus(() => channel.unary(broken.one, "w"), Status.INTERNAL);
      const stream = () =>
        Array.fromAsync(channel.serverStreaming(broken.down, "w"));
      await assertStatus(stream, Status.INTERNAL);
      assertEquals(await words.one("w"), "w");
      await stage.nothingIsLeft();
    });
    assertEquals(errors, []);
    const expected = ["One", "Down"].map((name) =>
      `TypeError: Cannot serialize a response of /test.Words/Broken${name}: Cannot send a message: expected its serializer to make a Uint8Array, received ${typeof made}`
    );
    assertEquals(told.map(String), expected);
  }
});
