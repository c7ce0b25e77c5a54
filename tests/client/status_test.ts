import { assertEquals } from "@std/assert";
import {
  createClient,
  GrpcError,
  implement,
  Metadata,
  type MethodDefinition,
  Status,
} from "../../mod.ts";
import { reported } from "../transport/support/reported.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { Stage, wordMethod, Words } from "../grpc/support/words.ts";

Deno.test("A GrpcError of a handler is the status of the call, for every code", async () => {
  await using stage = new Stage({
    one: (code) => {
      throw GrpcError.received(Number(code), `code ${code}`, new Metadata());
    },
  });
  for (const code of [...Object.values(Status).slice(1), 99]) {
    const run = () => stage.words.one(String(code));
    await assertStatus(run, code, `code ${code}`);
  }
  await stage.nothingIsLeft();
});

Deno.test("Any other error of a handler is UNKNOWN, and its message stays at home", async () => {
  const thrown = [new Error("secret"), "secret", undefined, null, 5];
  await using stage = new Stage({
    one: (index) => {
      throw thrown[Number(index)];
    },
    // deno-lint-ignore require-yield
    *down() {
      throw new TypeError("secret");
    },
    up: () => Promise.reject(new Error("secret")),
  });
  const { one, down, up } = stage.words;
  for (const index of thrown.keys()) {
    const run = () => one(String(index));
    await assertStatus(run, Status.UNKNOWN, "the handler failed");
  }
  const failed = "the handler failed";
  await assertStatus(() => drain(down("")), Status.UNKNOWN, failed);
  await assertStatus(() => up(["a"]), Status.UNKNOWN, failed);
  await stage.nothingIsLeft();
});

Deno.test("A method that the server does not have is UNIMPLEMENTED", async () => {
  await using stage = new Stage({ one: (word) => word });
  const other = wordMethod("Other", false, false);
  const elsewhere = { ...other, path: "/test.Elsewhere/One" };
  for (const method of [other, elsewhere]) {
    await assertStatus(
      () => stage.channel.unary(method, ""),
      Status.UNIMPLEMENTED,
      `unknown method ${method.path}`,
    );
  }
  await assertStatus(
    () => drain(stage.words.both(["a", "b"])),
    Status.UNIMPLEMENTED,
  );
  await stage.nothingIsLeft();
});

/** A method like `one`, in which something is broken. */
function broken(
  part: Partial<MethodDefinition<string, string>>,
): MethodDefinition<string, string> {
  return { ...Words.one, ...part };
}

function fails(): never {
  throw new Error("cannot");
}

Deno.test("A request that cannot be encoded is not sent", async () => {
  await using stage = new Stage();
  const error = await assertStatus(
    () => stage.channel.unary(broken({ requestSerialize: fails }), ""),
    Status.INTERNAL,
    "Cannot serialize a request for /test.Words/One: cannot",
  );
  assertEquals((error.cause as Error).message, "cannot");
  await stage.nothingIsLeft();
});

Deno.test("A serializer that makes no octets fails its call, and nothing else", async () => {
  await using stage = new Stage({ one: (word) => word, up: () => "" });
  const text = () => "text" as unknown as Uint8Array;
  const none = () => undefined as unknown as Uint8Array;
  const errors = await reported(async () => {
    for (const requestSerialize of [none, text]) {
      await assertStatus(
        () => stage.channel.unary(broken({ requestSerialize }), ""),
        Status.INTERNAL,
      );
      await assertStatus(
        () =>
          stage.channel.clientStreaming({ ...Words.up, requestSerialize }, [
            "",
          ]),
        Status.INTERNAL,
      );
    }
  });
  assertEquals(errors, []);
  await stage.nothingIsLeft();
});

Deno.test("A response that cannot be decoded is INTERNAL", async () => {
  await using stage = new Stage();
  await assertStatus(
    () => stage.channel.unary(broken({ responseDeserialize: fails }), ""),
    Status.INTERNAL,
    "Received a response for /test.Words/One that cannot be decoded",
  );
  const down = { ...Words.down, responseDeserialize: fails };
  await assertStatus(
    () => drain(stage.channel.serverStreaming(down, "a b c")),
    Status.INTERNAL,
  );
  await stage.nothingIsLeft();
});

Deno.test("A request that the server cannot decode is INTERNAL, and so is a response that it cannot encode", async () => {
  const In = {
    in: { ...wordMethod("In", false, false), requestDeserialize: fails },
  };
  const Out = {
    out: { ...wordMethod("Out", false, false), responseSerialize: fails },
  };
  await using stage = new Stage({}, {
    services: [
      implement(In, { in: (word: string) => word }),
      implement(Out, { out: (word: string) => word }),
    ],
  });
  const client = createClient({ ...In, ...Out }, stage.channel);
  await assertStatus(
    () => client.in(""),
    Status.INTERNAL,
    "Received a request for /test.Words/In that cannot be decoded",
  );
  await assertStatus(
    () => client.out(""),
    Status.INTERNAL,
    "the server cannot serialize its response",
  );
  await stage.nothingIsLeft();
});

Deno.test("A unary call is told if there is not just one response", async () => {
  await using stage = new Stage({
    down: (words) => words === "" ? [] : words.split(" "),
  });
  const one = { ...Words.one, path: Words.down.path };
  const call = (word: string) => () => stage.channel.unary(one, word);
  assertEquals(await call("a")(), "a");
  const path = "/test.Words/Down";
  await assertStatus(
    call(""),
    Status.INTERNAL,
    `Received no response for ${path}, expected one`,
  );
  await assertStatus(
    call("a b"),
    Status.INTERNAL,
    `Received more than one response for ${path}, expected one`,
  );
  await stage.nothingIsLeft();
});

Deno.test("A unary handler is not run if there is not just one request", async () => {
  let runs = 0;
  await using stage = new Stage({ one: () => String(++runs) });
  const up = { ...Words.up, path: Words.one.path };
  const call = (words: string[]) => () =>
    stage.channel.clientStreaming(up, words);
  const path = "/test.Words/One";
  await assertStatus(
    call([]),
    Status.INTERNAL,
    `Received no request for ${path}, expected one`,
  );
  await assertStatus(
    call(["a", "b"]),
    Status.INTERNAL,
    `Received more than one request for ${path}, expected one`,
  );
  assertEquals(runs, 0);
  assertEquals(await call(["a"])(), "1");
  await stage.nothingIsLeft();
});

Deno.test("A callback that throws is reported, and the call goes on", async () => {
  await using stage = new Stage();
  const errors = await reported(async () => {
    const word = await stage.words.one("w", {
      onHeaders: () => {
        throw new Error("headers");
      },
      onTrailers: () => {
        throw new Error("trailers");
      },
    });
    assertEquals(word, "w");
  });
  assertEquals(errors.map((error) => (error as Error).message), [
    "headers",
    "trailers",
  ]);
});
