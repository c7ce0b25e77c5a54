import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  MAX_KEPT_OCTETS,
  MAX_KEPT_REQUESTS,
  RequestLog,
} from "../../src/client/calls/request_log.ts";

/** A log of requests of one octet each, their numbers. */
function numbered(count: number): { log: RequestLog; taken: () => number } {
  let taken = 0;
  const log = new RequestLog(() => {
    const payload = taken < count ? Uint8Array.of(taken) : undefined;
    taken++;
    return Promise.resolve(payload);
  });
  return { log, taken: () => taken };
}

async function numbersFrom(log: RequestLog, first: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let i = first;; i++) {
    const payload = await log.at(i);
    if (payload === undefined) return numbers;
    numbers.push(payload[0]);
  }
}

Deno.test("requests come in order, and undefined after the last", async () => {
  const { log } = numbered(4);
  assertEquals(await numbersFrom(log, 0), [0, 1, 2, 3]);
  assertEquals(await log.at(4), undefined);
  assertEquals(await log.at(9), undefined);
});

Deno.test("each request is made only when it is asked for", async () => {
  const { log, taken } = numbered(4);
  assertEquals(taken(), 0);
  await log.at(0);
  await log.at(0);
  assertEquals(taken(), 1);
});

Deno.test("a further attempt gets all requests from the first on, made once, and then new ones", async () => {
  const { log, taken } = numbered(4);
  await log.at(0);
  await log.at(1);
  assertEquals(await numbersFrom(log, 0), [0, 1, 2, 3]);
  assertEquals(taken(), 5);
  assertEquals(await numbersFrom(log, 0), [0, 1, 2, 3]);
  assertEquals(taken(), 5);
});

Deno.test("two readers that ask at once wait for one request", async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  let asked = 0;
  const log = new RequestLog(() => {
    asked++;
    return promise;
  });
  const both = [log.at(0), log.at(0)];
  assertEquals(asked, 1);
  resolve(Uint8Array.of(7));
  assertEquals(await Promise.all(both), [Uint8Array.of(7), Uint8Array.of(7)]);
  assertEquals(asked, 1);
});

Deno.test("a reader that is ahead gets the request of its place", async () => {
  const { log } = numbered(4);
  assertEquals(await log.at(2), Uint8Array.of(2));
  assertEquals(await log.at(0), Uint8Array.of(0));
});

Deno.test("the call is committed with the request that exceeds what is kept, not before", async () => {
  const sizes = [MAX_KEPT_OCTETS - 1, 1, 1];
  const log = new RequestLog(() =>
    Promise.resolve(new Uint8Array(sizes.shift()!))
  );
  await log.at(0);
  await log.at(1);
  assertEquals(log.committed, false);
  await log.at(2);
  assertEquals(log.committed, true);
});

Deno.test("once committed, what lies before a request that is asked for is forgotten", async () => {
  const { log } = numbered(5);
  await log.at(1);
  log.commit();
  assertEquals(log.committed, true);
  assertEquals(await numbersFrom(log, 1), [1, 2, 3, 4]);
  assertEquals(await log.at(0), undefined);
});

Deno.test("who asks for what is forgotten does not shift the others", async () => {
  const { log } = numbered(5);
  await log.at(3);
  log.commit();
  await log.at(2);
  assertEquals(await log.at(0), undefined);
  assertEquals(await log.at(2), Uint8Array.of(2));
  assertEquals(await log.at(4), Uint8Array.of(4));
});

Deno.test("without a commitment nothing is forgotten", async () => {
  const { log } = numbered(3);
  await log.at(2);
  assertEquals(await log.at(0), Uint8Array.of(0));
});

Deno.test("what the source throws reaches all that wait, and leaves what came before", async () => {
  const error = new Error("no more paper");
  let taken = 0;
  const log = new RequestLog(() =>
    taken++ === 0 ? Promise.resolve(Uint8Array.of(0)) : Promise.reject(error)
  );
  await log.at(0);
  const both = [log.at(1), log.at(1)];
  for (const each of both) {
    await assertRejects(async () => await each, Error, "paper");
  }
  assertEquals(taken, 2);
  assertEquals(await log.at(0), Uint8Array.of(0));
});

for (const size of [0, 1]) {
  Deno.test(`requests of ${size} octets are kept up to a number, however many follow`, async () => {
    const log = new RequestLog(() => Promise.resolve(new Uint8Array(size)));
    for (let i = 0; i < MAX_KEPT_REQUESTS; i++) await log.at(i);
    assertEquals([log.committed, log.isPast(MAX_KEPT_REQUESTS)], [
      false,
      false,
    ]);
    await log.at(MAX_KEPT_REQUESTS);
    assertEquals(log.committed, true);
    await log.at(MAX_KEPT_REQUESTS + 1);
    assertEquals(log.isPast(MAX_KEPT_REQUESTS + 2), true);
    assertEquals(await log.at(0), undefined);
  });
}

Deno.test("what is at hand is answered without a promise, also to who is ahead or comes again", async () => {
  let taken = 0;
  const log = new RequestLog(() =>
    taken < 3 ? Uint8Array.of(taken++) : undefined
  );
  assertEquals(log.at(1), Uint8Array.of(1));
  assertEquals(log.at(0), Uint8Array.of(0));
  assertEquals(await numbersFrom(log, 0), [0, 1, 2]);
  assertEquals([log.at(3), log.at(4)], [undefined, undefined]);
  assertEquals(taken, 3);
});

Deno.test("a source that throws at once tells whoever has asked, and is asked again by the next", () => {
  let isBroken = true;
  const log = new RequestLog(() => {
    if (isBroken) throw new Error("paper");
    return Uint8Array.of(7);
  });
  assertThrows(() => log.at(0), Error, "paper");
  isBroken = false;
  assertEquals(log.at(0), Uint8Array.of(7));
});

Deno.test("a further attempt gets what is kept while the one before waits for the next request", async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  let asked = 0;
  const log = new RequestLog(() => asked++ === 0 ? Uint8Array.of(1) : promise);
  assertEquals(log.at(0), Uint8Array.of(1));
  const next = log.at(1);
  assertEquals(log.at(0), Uint8Array.of(1));
  resolve(Uint8Array.of(2));
  assertEquals(await Promise.all([next, log.at(1)]), [
    Uint8Array.of(2),
    Uint8Array.of(2),
  ]);
  assertEquals(asked, 2);
});
