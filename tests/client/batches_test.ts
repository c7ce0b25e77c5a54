import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type CallContext,
  type ClientInterceptor,
  GrpcError,
  implement,
  type MessageStream,
  Status,
} from "../../mod.ts";
import { inProcess } from "../../src/testing/mod.ts";

const text = {
  encode: (value: string) => new TextEncoder().encode(value),
  decode(octets: Uint8Array): string {
    if (octets[0] === "!".charCodeAt(0)) throw new RangeError("unreadable");
    return new TextDecoder().decode(octets);
  },
};

const codec = {
  requestSerialize: text.encode,
  requestDeserialize: text.decode,
  responseSerialize: text.encode,
  responseDeserialize: text.decode,
};

const Words = {
  say: {
    path: "/words.Words/Say",
    requestStream: false,
    responseStream: true,
    ...codec,
  },
  count: {
    path: "/words.Words/Count",
    requestStream: true,
    responseStream: false,
    ...codec,
  },
  repeat: {
    path: "/words.Words/Repeat",
    requestStream: true,
    responseStream: true,
    ...codec,
  },
} as const;

/** The words of a sentence; behind "…" comes nothing until the call ends. */
async function* say(sentence: string, { signal }: CallContext) {
  for (const word of sentence.split(" ")) {
    if (word === "…" && !signal.aborted) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    }
    yield word;
  }
}

/** Reads to the end; answers with the words before an error, and that. */
async function readAll(
  batches: AsyncIterable<string[]>,
  onWords?: (words: string[]) => void,
): Promise<{ words: string[]; error?: unknown }> {
  const words: string[] = [];
  try {
    for await (const batch of batches) {
      words.push(...batch);
      onWords?.(words);
    }
  } catch (error) {
    return { words, error };
  }
  return { words };
}

function statusOf(error: unknown): number {
  assert(error instanceof GrpcError, `${error}`);
  return error.code;
}

Deno.test("A caller and a handler read by the batch, in order, and in fewer steps", async () => {
  let steps = 0;
  await using channel = inProcess([implement(Words, {
    async *repeat(requests) {
      for await (const batch of requests.batches()) {
        steps++;
        yield* batch;
      }
    },
  })]);
  const sent = Array.from({ length: 5_000 }, (_, i) => `${i}`);
  let received = 0;
  const words: string[] = [];
  for await (
    const batch of channel.bidiStreaming(Words.repeat, sent).batches()
  ) {
    received++;
    assert(batch.length > 0 && batch.length <= 512);
    words.push(...batch);
  }
  assertEquals(words, sent);
  assert(steps < 1_000 && received < 1_000, `${steps} and ${received} steps`);
});

Deno.test("Who reads no further batch holds up the sender", async () => {
  const began = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let read = 0;
  await using channel = inProcess([implement(Words, {
    async count(requests) {
      for await (const batch of requests.batches()) {
        read += batch.length;
        began.resolve();
        await goOn.promise;
      }
      return `${read}`;
    },
  })]);
  let made = 0;
  const requests = function* () {
    for (; made < 3_000; made++) yield "x".repeat(1_000);
  };
  const counted = channel.clientStreaming(Words.count, requests());
  await began.promise;
  let before = -1;
  while (made > before) {
    before = made;
    for (let i = 0; i < 100; i++) await new Promise((r) => setTimeout(r, 0));
  }
  assert(made < 500, `${made} requests of 1 000 octets were made`);
  goOn.resolve();
  assertEquals(await counted, "3000");
});

Deno.test("Who leaves the loop cancels the call", async () => {
  const aborted = Promise.withResolvers<void>();
  await using channel = inProcess([implement(Words, {
    async *say(sentence, call) {
      call.signal.addEventListener("abort", () => aborted.resolve());
      yield* say(sentence, call);
    },
  })]);
  const words = channel.serverStreaming(Words.say, "one two …");
  for await (const batch of words.batches()) {
    assertEquals(batch[0], "one");
    break;
  }
  await aborted.promise;
});

Deno.test("A deadline, a message that is too long and one that cannot be decoded end the call behind words that came before", async () => {
  await using channel = inProcess([implement(Words, { say })]);
  const long = "x".repeat(100);
  const cases = [
    { sentence: "one two …", code: Status.DEADLINE_EXCEEDED, deadline: 100 },
    { sentence: `one two ${long} …`, code: Status.RESOURCE_EXHAUSTED },
    { sentence: "one two !three four …", code: Status.INTERNAL },
  ];
  for (const { sentence, code, deadline = 60_000 } of cases) {
    const options = { deadline, maxReceiveMessageLength: 50 };
    const words = channel.serverStreaming(Words.say, sentence, options);
    const read = await readAll(words.batches());
    assertEquals(statusOf(read.error), code, sentence);
    assertEquals(read.words, ["one", "two"].slice(0, read.words.length));
    if (code !== Status.RESOURCE_EXHAUSTED) assertEquals(read.words.length, 2);
  }
});

Deno.test("A handler is told the same of requests", async () => {
  const seen: unknown[] = [];
  let taken = Promise.withResolvers<void>();
  await using channel = inProcess([implement(Words, {
    async count(requests: MessageStream<string>) {
      const { words, error } = await readAll(requests.batches(), (words) => {
        if (words.length === 2) taken.resolve();
      });
      seen.push(words, statusOf(error));
      throw error;
    },
  })], { server: { maxReceiveMessageLength: 50 } });
  const cases = {
    "!three": Status.INTERNAL,
    ["x".repeat(99)]: Status.RESOURCE_EXHAUSTED,
  };
  for (const [bad, code] of Object.entries(cases)) {
    taken = Promise.withResolvers();
    const requests = async function* () {
      yield* ["one", "two"];
      await taken.promise;
      yield bad;
    };
    const error = await assertRejects(() =>
      channel.clientStreaming(Words.count, requests())
    );
    assertEquals(statusOf(error), code);
    assertEquals(seen.splice(0), [["one", "two"], code]);
  }
});

Deno.test("Responses that an interceptor has changed are batches of one", async () => {
  const shout: ClientInterceptor = async (request, next) => {
    const response = await next(request);
    const messages = async function* () {
      for await (const word of response.messages) yield `${word}!`;
    };
    return { ...response, messages: messages() };
  };
  await using channel = inProcess([implement(Words, { say })], {
    channel: { interceptors: [shout] },
  });
  const words = channel.serverStreaming(Words.say, "one two three");
  assertEquals(await Array.fromAsync(words.batches()), [
    ["one!"],
    ["two!"],
    ["three!"],
  ]);
});

Deno.test("A call that is not begun before its batches are read has none once it is over", async () => {
  await using channel = inProcess([implement(Words, { say })]);
  const words = channel.serverStreaming(Words.say, "one");
  const batches = words.batches();
  assert(words.batches() === batches);
  await words.return(undefined);
  assertEquals((await batches.next()).done, true);
});
