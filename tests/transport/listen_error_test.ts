import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { denoNetwork, listen, type Network } from "../../src/transport/mod.ts";

/** A network on which nothing can be listened on. */
function failing(error: unknown): Network {
  return {
    ...denoNetwork,
    listen: () => {
      throw error;
    },
  };
}

/** An error whose constructor takes something else than a message. */
class CodeError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`code ${code.toFixed(0)}`);
    this.code = code;
  }
}

Deno.test("What keeps a socket of Deno from listening names the address, and keeps its class", () => {
  const cause = new Deno.errors.AddrInUse("in use");
  const network = failing(cause);
  const error = assertThrows(
    () => listen({ hostname: "127.0.0.1", port: 1_234, network }),
    Deno.errors.AddrInUse,
    "Cannot listen on 127.0.0.1:1234: in use; is another server",
  );
  assertStrictEquals(error.cause, cause);
});

Deno.test("What another network throws names the address, too, if it is a plain error", () => {
  const network = failing(new Error("no pipe"));
  assertThrows(
    () => listen({ path: "/a/pipe", network }),
    Error,
    "Cannot listen on unix:/a/pipe: no pipe",
  );
});

Deno.test("An error of another class comes as it is: who knows what its constructor takes", () => {
  const errors = [new CodeError(7), new DOMException("no", "NetworkError")];
  for (const error of errors) {
    const thrown = assertThrows(() => listen({ network: failing(error) }));
    assertStrictEquals(thrown, error);
    assert(thrown instanceof Error);
  }
  assertEquals(errors.map(({ code }) => code), [7, 19]);
});
