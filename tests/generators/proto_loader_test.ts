import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import {
  type Channel,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MessageStream,
  type ServiceDefinition,
} from "@keepalive/grpc";
import type { ProtoGrpcType } from "./generated/proto_loader/notes.ts";
import type {
  Note,
  Note__Output,
} from "./generated/proto_loader/notes/v1/Note.ts";
import type {
  NoteRequest,
  NoteRequest__Output,
} from "./generated/proto_loader/notes/v1/NoteRequest.ts";
import {
  checkCalls,
  holds,
  nothing,
  type Same,
  type Words,
} from "./support.ts";

const { pathname } = new URL("notes.proto", import.meta.url);
const loaded = loadSync(decodeURIComponent(pathname));
const { Notes } = (loadPackageDefinition(loaded) as unknown as ProtoGrpcType)
  .notes.v1;

const notes = implement(Notes, {
  getNote({ text = "" }) {
    if (text === "") throw nothing();
    return { text, number: 1 };
  },
  *listNotes({ text, limit = 0 }) {
    for (let number = 1; number <= limit; number++) yield { text, number };
  },
  async countNotes(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return { count };
  },
  async *Translate(requests) {
    let number = 0;
    for await (const { text } of requests) {
      yield { text: text?.toUpperCase(), number: ++number };
    }
  },
});

/** Fields of proto-loader's messages may be missing, as far as types know. */
const words = ({ text = "", number = 0 }: Note__Output): Words => ({
  text,
  number,
});

async function* each(messages: AsyncIterable<Note__Output>) {
  for await (const message of messages) yield words(message);
}

function callsOf(channel: Channel) {
  const client = createClient(Notes, channel);
  return {
    getNote: async (text: string) => words(await client.getNote({ text })),
    listNotes: (text: string, limit: number) =>
      each(client.ListNotes({ text, limit })),
    countNotes: async (texts: readonly string[]) =>
      (await client.countNotes(texts.map((text) => ({ text })))).count ?? 0,
    translate: (texts: readonly string[]) =>
      each(client.translate(texts.map((text) => ({ text })))),
  };
}

Deno.test("what proto-loader loads is served and called, with the types of proto-loader-gen-types", async () => {
  await checkCalls(notes, callsOf);
});

Deno.test("what proto-loader loads is served and called without types", async () => {
  const definition = loaded["notes.v1.Notes"] as ServiceDefinition;
  const untyped = implement(definition, {
    // deno-lint-ignore no-explicit-any
    getNote({ text }: any) {
      if (!text) throw nothing();
      return { text, number: 1 };
    },
    // deno-lint-ignore no-explicit-any
    *listNotes({ text, limit }: any) {
      for (let number = 1; number <= limit; number++) yield { text, number };
    },
    // deno-lint-ignore no-explicit-any
    async countNotes(requests: any) {
      let count = 0;
      for await (const _ of requests) count++;
      return { count };
    },
    // deno-lint-ignore no-explicit-any
    async *Translate(requests: any) {
      let number = 0;
      for await (const { text } of requests) {
        yield { text: text.toUpperCase(), number: ++number };
      }
    },
  });
  await checkCalls(untyped, callsOf);
});

Deno.test("the types of proto-loader-gen-types are kept, and so are the kinds of the calls", () => {
  type Calls = Client<typeof Notes>;
  type Served = Required<Handlers<typeof Notes>>;
  holds<Same<Parameters<Calls["getNote"]>[0], NoteRequest>>();
  holds<Same<ReturnType<Calls["GetNote"]>, Promise<Note__Output>>>();
  holds<Same<ReturnType<Calls["listNotes"]>, MessageStream<Note__Output>>>();
  holds<
    Same<Parameters<Served["getNote"]>[0], NoteRequest__Output>
  >();
  holds<
    Same<Parameters<Served["translate"]>[0], MessageStream<Note__Output>>
  >();
  holds<
    Same<ReturnType<Served["getNote"]>, Note | Promise<Note>>
  >();
});
