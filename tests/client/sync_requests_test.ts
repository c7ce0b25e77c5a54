import { assertEquals, assertRejects } from "@std/assert";
import { GrpcError, implement } from "../../mod.ts";
import { inProcess } from "../../src/testing/mod.ts";
import { rawMethod } from "../grpc/support/played_call.ts";

const Raw = { both: rawMethod("Both", true, true) };

for (const last of [1, 2]) {
  Deno.test(`requests that come at once may end their own call, at number ${last}`, async () => {
    await using channel = inProcess([
      implement(Raw, { both: (requests) => requests }),
    ]);
    // The connection is there then, and the first request goes out at once.
    await channel.bidiStreaming(Raw.both, [Uint8Array.of(0)]).next();
    let left: unknown;
    const requests = function* () {
      for (let i = 0; i < 5; i++) {
        if (i === last) left = responses.return(undefined);
        yield Uint8Array.of(i);
      }
    };
    const responses = channel.bidiStreaming(Raw.both, requests());
    const came: number[] = [];
    for await (const [number] of responses) came.push(number);
    await left;
    assertEquals(came.length <= last, true, `${came} came`);
  });
}

for (const last of [0, 1, 2]) {
  Deno.test(`requests that end their own call at number ${last} are ended in order, too`, async () => {
    await using channel = inProcess([
      implement(Raw, { both: (requests) => requests }),
    ]);
    await channel.bidiStreaming(Raw.both, [Uint8Array.of(0)]).next();
    const abort = new AbortController();
    let ends = 0;
    const requests = function* () {
      try {
        for (let i = 0; i < 5; i++) {
          if (i === last) abort.abort();
          yield Uint8Array.of(i);
        }
      } finally {
        ends++;
      }
    };
    const responses = channel.bidiStreaming(Raw.both, requests(), {
      signal: abort.signal,
    });
    const error = await assertRejects(async () => {
      for await (const _ of responses);
    }, GrpcError);
    assertEquals(error.statusMessage, "the call was cancelled by its caller");
    assertEquals(ends, 1);
  });
}

Deno.test("what a generator returns after its requests is no request", async () => {
  await using channel = inProcess([
    implement(Raw, { both: (requests) => requests }),
  ]);
  const requests = function* () {
    yield Uint8Array.of(1);
    return Promise.resolve();
  };
  for (let call = 1; call <= 2; call++) {
    const came = await Array.fromAsync(
      channel.bidiStreaming(Raw.both, requests()),
    );
    assertEquals(came, [Uint8Array.of(1)]);
  }
});

const PROMISED: Readonly<Record<string, [unknown, string]>> = {
  "an async generator as the iterator of an iterable that is not async": [
    {
      async *[Symbol.iterator]() {
        yield Uint8Array.of(1);
      },
    },
    "their [Symbol.iterator] to answer with { value, done }, received a promise; name it [Symbol.asyncIterator]",
  ],
  "an array of promises": [
    [Promise.resolve(Uint8Array.of(1))],
    "each of an iterable that is not async to be a request, received a promise; yield them from an async generator",
  ],
};
for (const [name, [requests, text]] of Object.entries(PROMISED)) {
  for (const calls of [1, 2]) {
    Deno.test(`${name} is told what is wrong, in call ${calls}`, async () => {
      await using channel = inProcess([
        implement(Raw, { both: (requests) => requests }),
      ]);
      for (let call = 1; call < calls; call++) {
        await channel.bidiStreaming(Raw.both, [Uint8Array.of(0)]).next();
      }
      const error = await assertRejects(
        () =>
          channel.bidiStreaming(Raw.both, requests as Iterable<Uint8Array>)
            .next(),
        GrpcError,
      );
      assertEquals(
        (error.cause as Error).message,
        `Cannot send the requests for ${Raw.both.path}: expected ${text}`,
      );
    });
  }
}
