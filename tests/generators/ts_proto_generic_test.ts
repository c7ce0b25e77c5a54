import {
  type Channel,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MessageStream,
} from "@keepalive/grpc";
import {
  type DeepPartial,
  type Note,
  type NoteRequest,
  NotesDefinition,
} from "./generated/ts_proto_generic/notes.ts";
import { checkCalls, holds, nothing, type Same } from "./support.ts";

const notes = implement(NotesDefinition, {
  getNote({ text }) {
    if (text === "") throw nothing();
    return { text, number: 1 };
  },
  *listNotes({ text, limit }) {
    for (let number = 1; number <= limit; number++) yield { text, number };
  },
  async countNotes(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return { count };
  },
  async *translate(requests) {
    let number = 0;
    for await (const { text } of requests) {
      yield { text: text.toUpperCase(), number: ++number };
    }
  },
});

function callsOf(channel: Channel) {
  const client = createClient(NotesDefinition, channel);
  return {
    getNote: (text: string) => client.getNote({ text }),
    listNotes: (text: string, limit: number) =>
      client.listNotes({ text, limit }),
    countNotes: async (texts: readonly string[]) =>
      (await client.countNotes(texts.map((text) => ({ text })))).count,
    translate: (texts: readonly string[]) =>
      client.translate(texts.map((text) => ({ text }))),
  };
}

Deno.test("generic definitions of ts-proto are served and called, as for nice-grpc", async () => {
  await checkCalls(notes, callsOf);
});

Deno.test("the types of generic definitions are kept: fields may be left out of what is given", () => {
  type Calls = Client<typeof NotesDefinition>;
  type Served = Required<Handlers<typeof NotesDefinition>>;
  holds<Same<Parameters<Calls["getNote"]>[0], DeepPartial<NoteRequest>>>();
  holds<Same<ReturnType<Calls["getNote"]>, Promise<Note>>>();
  holds<Same<ReturnType<Calls["listNotes"]>, MessageStream<Note>>>();
  holds<Same<Parameters<Served["getNote"]>[0], NoteRequest>>();
  holds<Same<Parameters<Served["countNotes"]>[0], MessageStream<Note>>>();
});
