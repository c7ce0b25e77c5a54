import { assertEquals, assertRejects } from "@std/assert";
import {
  Channel,
  GrpcError,
  serve,
  type Service,
  Status,
} from "@keepalive/grpc";

/** What is asked and answered, without what generators add to it. */
export interface Words {
  readonly text: string;
  readonly number: number;
}

/** The calls of the service, whatever client makes them. */
export interface Calls {
  getNote(text: string): Promise<Words>;
  listNotes(text: string, limit: number): AsyncIterable<Words>;
  countNotes(texts: readonly string[]): Promise<number>;
  translate(texts: readonly string[]): AsyncIterable<Words>;
}

/** The detail of the error, in the octets of any encoder. */
export const DETAIL = {
  typeUrl: "type.googleapis.com/notes.v1.NoteCount",
  value: Uint8Array.of(0x08, 7),
};

/** What a handler throws for an empty text. */
export function nothing(): GrpcError {
  return new GrpcError(Status.NOT_FOUND, "no text", { details: [DETAIL] });
}

/**
 * The handlers of the service, for generators whose messages are plain objects.
 * Each test checks by itself which types its handlers are given.
 */
export const HANDLERS = {
  getNote({ text }: { readonly text: string }): Words {
    if (text === "") throw nothing();
    return { text, number: 1 };
  },
  *listNotes(
    { text, limit }: { readonly text: string; readonly limit: number },
  ): Generator<Words> {
    for (let number = 1; number <= limit; number++) yield { text, number };
  },
  async countNotes(
    requests: AsyncIterable<unknown>,
  ): Promise<{ readonly count: number }> {
    let count = 0;
    for await (const _ of requests) count++;
    return { count };
  },
  async *translate(
    requests: AsyncIterable<{ readonly text: string }>,
  ): AsyncGenerator<Words> {
    let number = 0;
    for await (const { text } of requests) {
      yield { text: text.toUpperCase(), number: ++number };
    }
  },
};

/** A client whose messages are plain objects, and need not be whole. */
interface PlainClient {
  getNote(request: { text: string }): Promise<Words>;
  listNotes(request: { text: string; limit: number }): AsyncIterable<Words>;
  countNotes(requests: { text: string }[]): Promise<{ readonly count: number }>;
  translate(requests: { text: string }[]): AsyncIterable<Words>;
}

/** The calls of such a client. */
export function plainCalls(client: PlainClient): Calls {
  return {
    getNote: (text) => client.getNote({ text }),
    listNotes: (text, limit) => client.listNotes({ text, limit }),
    countNotes: async (texts) =>
      (await client.countNotes(texts.map((text) => ({ text })))).count,
    translate: (texts) => client.translate(texts.map((text) => ({ text }))),
  };
}

/** Makes one call of each kind, and one that fails, between the two ends. */
export async function checkCalls(
  service: Service,
  callsOf: (channel: Channel) => Calls,
): Promise<void> {
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [service]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`);
  const calls = callsOf(channel);
  assertEquals(await plain(calls.getNote("é")), ["é 1"]);
  assertEquals(await plain(calls.listNotes("a", 3)), ["a 1", "a 2", "a 3"]);
  assertEquals(await calls.countNotes(["x", "y", "z"]), 3);
  assertEquals(await plain(calls.translate(["b", "c"])), ["B 1", "C 2"]);
  const error = await assertRejects(() => calls.getNote(""), GrpcError);
  assertEquals([error.code, error.statusMessage], [5, "no text"]);
  assertEquals(error.details, [DETAIL]);
}

async function plain(
  given: AsyncIterable<Words> | Promise<Words>,
): Promise<string[]> {
  const notes = given instanceof Promise ? [await given] : given;
  const found = [];
  for await (const { text, number } of notes) found.push(`${text} ${number}`);
  return found;
}

/** `true` for the same type only: `any` is no other type than itself. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Does not compile for anything but `true`. */
export function holds<_Claim extends true>(): void {}
