import { assertEquals } from "@std/assert";
import { GrpcError, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Stage } from "../grpc/support/words.ts";

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
  assertEquals(error.details, "the handler failed");
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
