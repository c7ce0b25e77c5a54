import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Channel, GrpcError, Status } from "../../mod.ts";
import { echo, Stage, Words } from "../grpc/support/words.ts";

/** What a function throws. */
async function thrown(body: () => Promise<unknown>): Promise<GrpcError> {
  try {
    await body();
  } catch (error) {
    assert(error instanceof GrpcError);
    return error;
  }
  throw new Error("Nothing was thrown");
}

const failing = {
  one: () => {
    throw new GrpcError(Status.NOT_FOUND, "no such word");
  },
  async *down() {
    yield "a";
    await Promise.resolve();
    throw new GrpcError(Status.NOT_FOUND, "no such word");
  },
};

Deno.test("The stack of a failed call shows who has made it", async () => {
  await using stage = new Stage(failing);
  async function askForOne(): Promise<string> {
    return await stage.words.one("a");
  }
  async function readAll(): Promise<string[]> {
    const words: string[] = [];
    for await (const word of stage.words.down("a")) words.push(word);
    return words;
  }
  const unary = await thrown(askForOne);
  assertStringIncludes(unary.stack!, "GrpcError: NOT_FOUND: no such word\n");
  assertStringIncludes(unary.stack!, "askForOne");
  assertStringIncludes(unary.stack!, "caller_stack_test.ts");
  const stream = await thrown(readAll);
  assertStringIncludes(stream.stack!, "readAll");
});

Deno.test("So does that of a call that found no connection, and of one through interceptors", async () => {
  await using channel = new Channel("127.0.0.1:1");
  await using stage = new Stage(failing, {
    channel: { interceptors: [(request, next) => next(request)] },
  });
  async function callNobody(): Promise<string> {
    return await channel.unary(Words.one, "a");
  }
  async function callThrough(): Promise<string> {
    return await stage.words.one("a");
  }
  assertStringIncludes((await thrown(callNobody)).stack!, "callNobody");
  assertStringIncludes((await thrown(callThrough)).stack!, "callThrough");
});

Deno.test("An error that the caller's requests throw keeps its own stack", async () => {
  await using stage = new Stage(echo);
  async function* makeRequests(): AsyncGenerator<string> {
    yield "a";
    await Promise.resolve();
    throw new GrpcError(Status.ABORTED, "no more");
  }
  const error = await thrown(() => stage.words.up(makeRequests()));
  assertEquals(error.code, Status.ABORTED);
  assertStringIncludes(error.stack!, "makeRequests");
});
