import { assertEquals } from "@std/assert";
import { implement } from "../../mod.ts";
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
