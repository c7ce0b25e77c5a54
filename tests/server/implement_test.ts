import { assertEquals, assertThrows } from "@std/assert";
import { type Handlers, implement, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Stage, Words } from "../grpc/support/words.ts";

Deno.test("Handlers may be the methods of a class, with its state", async () => {
  class Counter {
    #count = 0;

    one(word: string): string {
      return `${word} ${++this.#count}`;
    }
  }
  await using stage = new Stage(new Counter());
  assertEquals(await stage.words.one("a"), "a 1");
  assertEquals(await stage.words.one("b"), "b 2");
});

Deno.test("Handlers that are left out are UNIMPLEMENTED", async () => {
  await using stage = new Stage({ one: (word) => word, up: undefined });
  await assertStatus(() => stage.words.up([]), Status.UNIMPLEMENTED);
  assertEquals(await stage.words.one("w"), "w");
});

Deno.test("A service tells which paths it implements", () => {
  const { definition, implementations } = implement(Words, {
    one: (word) => word,
    down: () => [],
  });
  assertEquals(definition, Words);
  assertEquals([...implementations.keys()], [
    "/test.Words/One",
    "/test.Words/Down",
  ]);
});

Deno.test("A handler that the definition does not know is refused", () => {
  const handlers = { onee: (word: string) => word };
  assertThrows(
    () => implement(Words, handlers as Handlers<typeof Words>),
    TypeError,
    'Cannot use the handlers: unknown key "onee", did you mean "one"?',
  );
});

Deno.test("A handler that is no function is refused", () => {
  const handlers = { one: "word" } as unknown as Handlers<typeof Words>;
  assertThrows(
    () => implement(Words, handlers),
    TypeError,
    'Cannot implement "one": expected a function, received string',
  );
});

Deno.test("Handlers may be an instance whose class has public fields", async () => {
  class Greeter {
    greeting = "Hello";

    one(word: string): string {
      return `${this.greeting} ${word}`;
    }
  }
  await using stage = new Stage(new Greeter());
  assertEquals(await stage.words.one("Deno"), "Hello Deno");
});

/** A method as a generic definition has it. */
function generic(wrong: object): object {
  const type = { encode: () => {}, decode: () => {} };
  return { name: "One", requestType: type, responseType: type, ...wrong };
}

Deno.test("What is no service definition is refused", () => {
  const refused: [definition: unknown, message: string][] = [
    [
      undefined,
      "expected a service definition as code generators for grpc-js emit it, received undefined",
    ],
    [class Client {}, "received a function"],
    [[Words.one], "received an array"],
    [{}, "expected a service definition with methods, received one without"],
    [
      { one: undefined },
      'expected method "one" of the service definition to have a path such as "/echo.Echo/Unary", received undefined',
    ],
    [
      { kind: "service", typeName: "hello.Greeter", method: {} },
      "expected a service definition as code generators for grpc-js emit it, received hello.Greeter of protobuf-es: that is for the function of the same name in @keepalive/grpc/protobuf",
    ],
    [{ one: { ...Words.one, path: 5 } }, "received 5"],
    [
      { one: { ...Words.one, requestDeserialize: 1 } },
      "the function requestDeserialize, received 1",
    ],
    [
      { one: { ...Words.one, responseSerialize: undefined } },
      "the function responseSerialize",
    ],
    [{ fullName: "a.B", methods: { one: null } }, 'method "one"'],
    [{ fullName: "a.B", methods: { one: generic({ name: 1 }) } }, "a path"],
    [
      { fullName: "a.B", methods: { one: generic({ requestType: {} }) } },
      "the function requestDeserialize",
    ],
    [
      { fullName: "a.B", methods: { one: generic({ responseType: null }) } },
      "the function responseSerialize",
    ],
  ];
  for (const [definition, message] of refused) {
    assertThrows(
      () => implement(definition as typeof Words, {}),
      TypeError,
      message,
    );
  }
});
