import { assertEquals } from "@std/assert";
import { type CallOptions, Channel, implement, serve } from "../../mod.ts";
import { echo, Stage, until, Words } from "../grpc/support/words.ts";
import { breathe } from "../harness/time.ts";

Deno.test("A unary call: one request, one response", async () => {
  await using stage = new Stage();
  assertEquals(await stage.channel.unary(Words.one, "hello"), "hello");
  assertEquals(await stage.words.one("größe 😀"), "größe 😀");
  assertEquals(await stage.words.one(""), "");
  await stage.nothingIsLeft();
});

Deno.test("A server-streaming call: one request, as many responses as there are", async () => {
  await using stage = new Stage();
  assertEquals(await Array.fromAsync(stage.words.down("a b c")), [
    "a",
    "b",
    "c",
  ]);
  assertEquals(await Array.fromAsync(stage.words.down("")), []);
  await stage.nothingIsLeft();
});

Deno.test("A client-streaming call: requests of any iterable, one response", async () => {
  await using stage = new Stage();
  const { up } = stage.words;
  assertEquals(await up(["a", "b"]), "a b");
  assertEquals(await up([]), "");
  assertEquals(await up(new Set(["x"])), "x");
  assertEquals(await up(ReadableStream.from(["r", "s"])), "r s");
  const generated = async function* () {
    yield "c";
    await breathe();
    yield "d";
  };
  assertEquals(await up(generated()), "c d");
  await stage.nothingIsLeft();
});

Deno.test("A bidirectional call: requests and responses take turns", async () => {
  await using stage = new Stage();
  const said: string[] = [];
  const turns: PromiseWithResolvers<string>[] = Array.from(
    { length: 4 },
    () => Promise.withResolvers(),
  );
  const requests = async function* () {
    for (const { promise } of turns) yield await promise;
  };
  const responses = stage.words.both(requests());
  for (const [turn, { resolve }] of turns.entries()) {
    resolve(`turn ${turn}`);
    said.push((await responses.next()).value);
  }
  assertEquals(said, ["turn 0", "turn 1", "turn 2", "turn 3"]);
  assertEquals((await responses.next()).done, true);
  await stage.nothingIsLeft();
});

Deno.test("A handler may answer before the requests have ended", async () => {
  await using stage = new Stage({
    up: async (words) => {
      for await (const word of words) return word;
      return "none";
    },
    *both() {
      yield "done";
    },
  });
  let released = 0;
  const endless = async function* () {
    try {
      for (;;) {
        yield "word";
        await breathe();
      }
    } finally {
      released++;
    }
  };
  assertEquals(await stage.words.up(endless()), "word");
  assertEquals(await Array.fromAsync(stage.words.both(endless())), ["done"]);
  await until(() => released === 2);
  await stage.nothingIsLeft();
});

Deno.test("Messages larger than every window travel both ways, at once", async () => {
  await using stage = new Stage();
  const words = ["x", "y", "z"].map((letter) => letter.repeat(1_000_000));
  assertEquals(await Array.fromAsync(stage.words.both(words)), words);
  assertEquals(await stage.words.one(words[0]), words[0]);
  await stage.nothingIsLeft();
});

Deno.test("gzip, asked for on either side, changes nothing but the wire", async () => {
  const word = "word ".repeat(50_000);
  const measure = async (server: boolean, client: boolean) => {
    await using stage = new Stage(echo, {
      server: server ? { compression: "gzip" } : {},
    });
    const options = client ? { compression: "gzip" } as const : {};
    assertEquals(await stage.words.one(word, options), word);
    assertEquals(
      await stage.words.up([word, word], options),
      `${word} ${word}`,
    );
    await stage.nothingIsLeft();
    const { bytesSent, bytesReceived } = stage.clients[0].counters();
    return [bytesSent > 500_000, bytesReceived > 500_000];
  };
  assertEquals(await measure(false, false), [true, true]);
  assertEquals(await measure(true, false), [true, false]);
  assertEquals(await measure(false, true), [false, true]);
  assertEquals(await measure(true, true), [false, false]);
});

Deno.test("The functions of a client have the types of their methods", async () => {
  await using stage = new Stage();
  const functions: {
    one: (request: string, options?: CallOptions) => Promise<string>;
    down: (request: string, options?: CallOptions) => AsyncGenerator<string>;
    up: (
      requests: Iterable<string> | AsyncIterable<string>,
      options?: CallOptions,
    ) => Promise<string>;
    both: (
      requests: Iterable<string> | AsyncIterable<string>,
      options?: CallOptions,
    ) => AsyncGenerator<string>;
  } = stage.words;
  assertEquals(Object.keys(functions), ["one", "down", "up", "both"]);
  // @ts-expect-error A request of this service is a string.
  const call = () => stage.words.one(5);
  // @ts-expect-error Requests are iterable.
  const stream = () => stage.words.up(5);
  assertEquals([call, stream].length, 2);
});

Deno.test("A channel connects with its first call, and only then", async () => {
  await using stage = new Stage();
  assertEquals(stage.accepted.length, 0);
  await Promise.all(["a", "b", "c"].map((word) => stage.words.one(word)));
  assertEquals(stage.clients.length, 1);
});

Deno.test("A channel connects on demand, and a second demand changes nothing", async () => {
  await using stage = new Stage();
  await Promise.all([stage.channel.connect(), stage.channel.connect()]);
  await stage.channel.connect();
  assertEquals(stage.clients.length, 1);
});

Deno.test("Calls go over a Unix socket, too", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/words`;
  const server = serve({ path }, [implement(Words, echo)]);
  const channel = new Channel(`unix:${path}`);
  assertEquals(await channel.unary(Words.one, "hello"), "hello");
  await channel.close();
  await server.close();
  await Deno.remove(directory, { recursive: true });
});
