import { assert, assertEquals, assertThrows } from "@std/assert";
import { Channel, createClient, implement, serve, Status } from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { echo, Words } from "../grpc/support/words.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0 } as const;

Deno.test("onListen hears the address, with the port, before serve returns", async () => {
  const heard: Deno.Addr[] = [];
  await using server = serve({
    ...LOCAL,
    onListen: (addr) => heard.push(addr),
  }, []);
  assertEquals(heard, [server.addr]);
  assert((server.addr as Deno.NetAddr).port > 0);
  assert(Deno.inspect(heard[0]).startsWith("{"), Deno.inspect(heard[0]));
});

Deno.test("What onListen throws is thrown by serve, and the port is free again", () => {
  let port = 0;
  const boom = new Error("boom");
  const run = () =>
    serve({
      ...LOCAL,
      onListen: (addr) => {
        port = (addr as Deno.NetAddr).port;
        throw boom;
      },
    }, []);
  assertEquals(assertThrows(run), boom);
  Deno.listen({ ...LOCAL, port }).close();
});

Deno.test("What a promise of onListen is rejected with closes the server, and is an uncaught error", async () => {
  const boom = new Error("boom");
  const uncaught = Promise.withResolvers<unknown>();
  const hear = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.resolve(event.error);
  };
  globalThis.addEventListener("error", hear);
  const server = serve({
    ...LOCAL,
    onListen: () => Promise.reject(boom),
  }, []);
  assertEquals(await uncaught.promise, boom);
  globalThis.removeEventListener("error", hear);
  await server.finished;
});

Deno.test("A signal closes the server at once, with its calls", async () => {
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  const server = serve({ ...LOCAL, signal: stop.signal }, [
    implement(Words, {
      ...echo,
      one: async (_word, call) => {
        begun.resolve();
        await new Promise((done) =>
          call.signal.addEventListener("abort", done)
        );
        return "";
      },
    }),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`);
  const words = createClient(Words, channel);
  const call = assertStatus(() => words.one("w"), Status.UNAVAILABLE);
  await begun.promise;
  stop.abort();
  await call;
  await server.finished;
  Deno.listen({ ...LOCAL, port }).close();
});

Deno.test("A signal that is aborted already closes the server at once, as with Deno.serve", async () => {
  const server = serve({ ...LOCAL, signal: AbortSignal.abort() }, []);
  await server.finished;
});

Deno.test("A server that is closed lets go of its signal", async () => {
  const stop = new AbortController();
  const server = serve({ ...LOCAL, signal: stop.signal }, []);
  await server.shutdown();
  stop.abort();
  await server.finished;
});

Deno.test("onListen and signal are checked before the server listens", () => {
  for (
    const [options, message] of [
      [
        { onListen: "log" },
        'Cannot use onListen: expected a function, received "log"',
      ],
      [{ signal: {} }, "Cannot use signal: expected an AbortSignal"],
    ] as [object, string][]
  ) {
    const run = () => serve({ ...LOCAL, ...options }, []);
    assertThrows(run, TypeError, message);
  }
});
