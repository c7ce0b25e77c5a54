import { assert, assertEquals } from "@std/assert";
import { GrpcError, type ServerInterceptor, Status } from "../../mod.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { aborted, echo, Stage, until } from "../grpc/support/words.ts";
import { reported } from "../transport/support/reported.ts";
import { atLeast, breathe } from "../harness/time.ts";

function through(...interceptors: ServerInterceptor[]) {
  return { server: { interceptors } };
}

Deno.test("Interceptors wrap the handler, the first outermost", async () => {
  const log: string[] = [];
  const note = (name: string): ServerInterceptor => async (call, proceed) => {
    log.push(`> ${name} ${call.path}`);
    await proceed();
    log.push(`< ${name}`);
  };
  await using stage = new Stage({
    ...echo,
    one: (word) => {
      log.push("handler");
      return word;
    },
  }, through(note("a"), note("b")));
  assertEquals(await stage.words.one("w"), "w");
  assertEquals(log, [
    "> a /test.Words/One",
    "> b /test.Words/One",
    "handler",
    "< b",
    "< a",
  ]);
  log.length = 0;
  assertEquals(await Array.fromAsync(stage.words.both(["a", "b"])), ["a", "b"]);
  assertEquals(log.length, 4);
});

Deno.test("An interceptor that throws refuses the call, and no handler runs", async () => {
  let runs = 0;
  await using stage = new Stage(
    { one: () => String(++runs), up: () => String(++runs) },
    through((call) => {
      if (call.metadata.get("authorization") === undefined) {
        throw new GrpcError(Status.UNAUTHENTICATED, "who are you?");
      }
      throw new Error("secret");
    }),
  );
  const { one, up } = stage.words;
  const refused = "who are you?";
  await assertStatus(() => one(""), Status.UNAUTHENTICATED, refused);
  await assertStatus(() => up(["a"]), Status.UNAUTHENTICATED, refused);
  const metadata = { authorization: "Bearer x" };
  await assertStatus(
    () => one("", { metadata }),
    Status.UNKNOWN,
    "the handler failed",
  );
  assertEquals(runs, 0);
  await stage.nothingIsLeft();
});

Deno.test("An interceptor adds headers before the handler, and trailers after it", async () => {
  await using stage = new Stage(
    echo,
    through(async (call, proceed) => {
      call.headers.set("x-before", "1");
      const start = performance.now();
      await proceed();
      const took = performance.now() - start;
      call.trailers.set("x-took", took < 5_000 ? "not long" : "long");
    }),
  );
  const { one, down, up, both } = stage.words;
  const noted: unknown[] = [];
  const options = {
    onHeaders: (metadata: Iterable<unknown>) => noted.push(...metadata),
    onTrailers: (metadata: Iterable<unknown>) => noted.push(...metadata),
  };
  await one("w", options);
  await drain(down("a", options));
  await up(["a"], options);
  await drain(both(["a"], options));
  const each = [["x-before", "1"], ["x-took", "not long"]];
  assertEquals(noted, [each, each, each, each].flat());
});

Deno.test("An interceptor sees what the handler throws, and may throw another thing", async () => {
  const seen: unknown[] = [];
  await using stage = new Stage(
    {
      one: () => {
        throw new RangeError("too much");
      },
    },
    through(async (_call, proceed) => {
      try {
        await proceed();
      } catch (error) {
        seen.push((error as Error).message);
        throw new GrpcError(Status.OUT_OF_RANGE, "translated");
      }
    }),
  );
  const { one } = stage.words;
  await assertStatus(() => one(""), Status.OUT_OF_RANGE, "translated");
  assertEquals(seen, ["too much"]);
});

Deno.test("An interceptor may take back the response of the handler", async () => {
  let runs = 0;
  await using stage = new Stage(
    { one: () => String(++runs) },
    through(async (_call, proceed) => {
      await proceed();
      throw new GrpcError(Status.ABORTED, "not committed");
    }),
  );
  const { one } = stage.words;
  await assertStatus(() => one(""), Status.ABORTED, "not committed");
  assertEquals(runs, 1);
});

Deno.test("An interceptor that does not proceed answers without messages", async () => {
  await using stage = new Stage(echo, through(() => Promise.resolve()));
  assertEquals(await drain(stage.words.down("a b")), 0);
  await stage.nothingIsLeft();
});

/** Interceptors with a bug, and how it is told. */
const misuses: Record<string, [interceptor: ServerInterceptor, what: string]> =
  {
    "does not proceed": [
      () => Promise.resolve(),
      "left the call without a response",
    ],
    "proceeds twice": [
      async (_call, proceed) => {
        await proceed();
        await proceed();
      },
      "proceeded twice",
    ],
    "does not wait for the handler": [
      (_call, proceed) => {
        proceed();
        return Promise.resolve();
      },
      "returned before the handler had",
    ],
    "keeps the error of the handler to itself": [
      async (_call, proceed) => {
        await proceed().catch(() => {});
      },
      "left the call without a response",
    ],
  };

for (const [what, [interceptor, told]] of Object.entries(misuses)) {
  Deno.test(`An interceptor that ${what} is told to the server as the bug that it is`, async () => {
    const errors: unknown[] = [];
    const fails = what.startsWith("keeps");
    await using stage = new Stage({
      one: async (word) => {
        await breathe();
        if (fails) throw new Error("a bug");
        return word;
      },
    }, {
      server: {
        interceptors: [interceptor],
        onHandlerError: (error) => errors.push(error),
      },
    });
    const uncaught = await reported(async () => {
      await assertStatus(
        () => stage.words.one("w"),
        Status.UNKNOWN,
        "the handler failed",
      );
      await stage.nothingIsLeft();
    });
    assertEquals(errors.map(String), [
      `TypeError: An interceptor of /test.Words/One ${told}: expected it to await proceed() once, or to throw`,
    ]);
    assertEquals(uncaught, []);
  });
}

Deno.test("A handler that fails after its interceptor has returned takes nothing else down", async () => {
  const errors: unknown[] = [];
  await using stage = new Stage({
    down: async function* () {
      yield "a";
      await breathe();
      throw new Error("a late bug");
    },
    one: (word) => word,
  }, {
    server: {
      interceptors: [async (call, proceed) => {
        if (call.path.endsWith("One")) await proceed();
        else void proceed();
      }],
      onHandlerError: (error) => errors.push(error),
    },
  });
  const uncaught = await reported(async () => {
    await assertStatus(() => drain(stage.words.down("")), Status.UNKNOWN);
    await atLeast(10);
  });
  assertEquals([errors.length, uncaught], [1, []]);
  assertEquals(await stage.words.one("w"), "w");
});

Deno.test("A deadline passes in an interceptor as it does in a handler", async () => {
  const signals: AbortSignal[] = [];
  await using stage = new Stage(
    echo,
    through(async (call, proceed) => {
      signals.push(call.signal);
      await aborted(call.signal);
      await proceed();
    }),
  );
  const { one } = stage.words;
  // A busy machine may need longer to get there.
  for (let deadline = 30; signals.length === 0; deadline *= 2) {
    const call = () => one("w", { deadline });
    await assertStatus(call, Status.DEADLINE_EXCEEDED);
  }
  await until(() => signals[0].aborted);
  assert(signals[0].reason instanceof GrpcError);
  await stage.nothingIsLeft();
});
