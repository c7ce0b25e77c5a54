import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type ClientInterceptor,
  type ClientRequest,
  GrpcError,
  Metadata,
  Status,
} from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { echo, Stage } from "../grpc/support/words.ts";
import { atLeast, breathe } from "../harness/time.ts";

function through(...interceptors: ClientInterceptor[]) {
  return { channel: { interceptors } };
}

Deno.test("Interceptors wrap each kind of call, the first outermost", async () => {
  const log: string[] = [];
  const note = (name: string): ClientInterceptor => async (request, next) => {
    log.push(`> ${name} ${request.method.path}`);
    const response = await next(request);
    response.trailers.then(() => log.push(`< ${name}`));
    return response;
  };
  await using stage = new Stage(echo, through(note("a"), note("b")));
  const { one, down, up, both } = stage.words;
  assertEquals(await one("w"), "w");
  assertEquals(log.slice(0, 2), ["> a /test.Words/One", "> b /test.Words/One"]);
  assertEquals(log.slice(2).sort(), ["< a", "< b"]);
  assertEquals(await Array.fromAsync(down("a b")), ["a", "b"]);
  assertEquals(await up(["a", "b"]), "a b");
  assertEquals(await Array.fromAsync(both(["a", "b"])), ["a", "b"]);
  assertEquals(log.length, 16);
});

Deno.test("An interceptor adds metadata, which is not that of the caller", async () => {
  const given = new Metadata({ "x-given": "1" });
  await using stage = new Stage(
    { one: (_word, { metadata }) => JSON.stringify([...metadata]) },
    through((request, next) => {
      request.metadata.set("authorization", "Bearer token");
      return next(request);
    }),
  );
  const call = () => stage.words.one("", { metadata: given });
  const seen = '[["x-given","1"],["authorization","Bearer token"]]';
  assertEquals([await call(), await call()], [seen, seen]);
  assertEquals([...given], [["x-given", "1"]]);
});

Deno.test("An interceptor that throws refuses the call, before it is made", async () => {
  let runs = 0;
  await using stage = new Stage(
    { one: () => String(++runs) },
    through(() => {
      throw new GrpcError(Status.UNAUTHENTICATED, "who are you?");
    }),
  );
  const refused = "who are you?";
  const { one, down } = stage.words;
  await assertStatus(() => one(""), Status.UNAUTHENTICATED, refused);
  await assertStatus(() => drain(down("")), Status.UNAUTHENTICATED, refused);
  assertEquals([runs, stage.clients.length], [0, 0]);
});

Deno.test("An interceptor may answer itself", async () => {
  const cached = async function* () {
    yield "cached";
  };
  await using stage = new Stage(
    {},
    through(() =>
      Promise.resolve({
        headers: Promise.resolve(new Metadata()),
        trailers: Promise.resolve(new Metadata()),
        messages: cached(),
      })
    ),
  );
  assertEquals(await stage.words.one(""), "cached");
  assertEquals(await Array.fromAsync(stage.words.down("")), ["cached"]);
  assertEquals(stage.clients.length, 0);
});

Deno.test("An interceptor may replace requests and responses", async () => {
  const shout: ClientInterceptor = async (request, next) => {
    const louder = async function* () {
      for await (const word of request.messages) yield `${word}!`;
    };
    const response = await next({ ...request, messages: louder() });
    const quieter = async function* () {
      for await (const word of response.messages) yield `(${word})`;
    };
    return { ...response, messages: quieter() };
  };
  await using stage = new Stage(echo, through(shout));
  assertEquals(await stage.words.one("a"), "(a!)");
  assertEquals(await stage.words.up(["a", "b"]), "(a! b!)");
  const words = await Array.fromAsync(stage.words.both(["a", "b"]));
  assertEquals(words, ["(a!)", "(b!)"]);
  await stage.nothingIsLeft();
});

/** Makes a unary call again while it is UNAVAILABLE. */
const retry: ClientInterceptor = async (request, next) => {
  for (let attempt = 1;; attempt++) {
    const response = await next(request);
    try {
      const messages = await Array.fromAsync(response.messages);
      return { ...response, messages: stream(messages) };
    } catch (error) {
      const { code } = error as GrpcError;
      if (code !== Status.UNAVAILABLE || attempt === 3) throw error;
    }
  }
};

Deno.test("What an interceptor passes on in part is whole for the next one", async () => {
  const parts: unknown[] = [];
  await using stage = new Stage(
    { one: (word, { headers }) => (headers.set("x", "1"), word) },
    through(async (request, next) => {
      const { headers, trailers } = await next(request);
      parts.push([...await headers], [...await trailers]);
      return { headers, trailers, messages: stream(["other"]) };
    }, async (request, next) => ({ ...await next(request) })),
  );
  assertEquals(await stage.words.one("w"), "other");
  assertEquals(parts, [[["x", "1"]], []]);
});

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

Deno.test("An interceptor may make a call again", async () => {
  let runs = 0;
  await using stage = new Stage({
    one: (word) => {
      if (++runs < 3) throw new GrpcError(Status.UNAVAILABLE, "not yet");
      return word;
    },
  }, through(retry));
  assertEquals(await stage.words.one("w"), "w");
  assertEquals(runs, 3);
  await stage.nothingIsLeft();
});

Deno.test("A deadline is for all attempts together", async () => {
  const left: number[] = [];
  await using stage = new Stage({
    async one(word, { deadline }) {
      left.push(Number(deadline) - Date.now());
      if (left.length > 1) return word;
      await atLeast(100);
      throw new GrpcError(Status.UNAVAILABLE, "not yet");
    },
  }, through(retry));
  assertEquals(await stage.words.one("w", { deadline: 60_000 }), "w");
  assertEquals(left.length, 2);
  assert(left[1] < left[0] - 90, left.join());
  await stage.nothingIsLeft();
});

Deno.test("An interceptor that takes too long leaves nothing of the deadline", async () => {
  await using stage = new Stage(
    echo,
    through(async (request, next) => {
      await atLeast(40);
      return await next(request);
    }),
  );
  const options = { deadline: 20 };
  const { one } = stage.words;
  await assertStatus(() => one("", options), Status.DEADLINE_EXCEEDED);
  assertEquals(stage.clients.length, 0);
});

Deno.test("An interceptor sees the options, with the deadline as a date", async () => {
  const seen: ClientRequest[] = [];
  await using stage = new Stage(
    echo,
    through((request, next) => {
      seen.push(request);
      return next(request);
    }),
  );
  const before = Date.now();
  await stage.words.one("w", { deadline: 60_000, compression: "gzip" });
  const after = Date.now();
  await stage.words.one("w", { deadline: new Date(4e12) });
  await stage.words.one("w", { deadline: new Date(8.64e15) });
  await stage.words.one("w");
  const deadlines = seen.map(({ options }) => options.deadline);
  assert(deadlines[0] instanceof Date);
  const begun = Number(deadlines[0]) - 60_000;
  assert(begun >= before - 1 && begun <= after + 1, `${begun}`);
  assertEquals(deadlines.slice(1), [
    new Date(4e12),
    new Date(8.64e15),
    undefined,
  ]);
  assertEquals(seen[0].options.compression, "gzip");
  assertEquals([...seen[0].messages as Iterable<string>], ["w"]);
});

Deno.test("A deadline that an interceptor sets is checked as that of a caller", async () => {
  await using stage = new Stage(
    echo,
    through((request, next) =>
      next({
        ...request,
        options: { ...request.options, deadline: Date.now() + 1_000 },
      })
    ),
  );
  await assertRejects(
    () => stage.words.one("w"),
    RangeError,
    "pass a point in time as new Date(",
  );
  await stage.nothingIsLeft();
});

Deno.test("Who stops reading through an interceptor cancels the call", async () => {
  await using stage = new Stage(
    {
      async *down() {
        for (;;) {
          yield "word";
          await breathe();
        }
      },
    },
    through((request, next) => next(request)),
  );
  for await (const _word of stage.words.down("")) break;
  await stage.nothingIsLeft();
});
