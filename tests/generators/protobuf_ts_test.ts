import {
  type Channel,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MessageStream,
  typedAs,
} from "@keepalive/grpc";
import {
  type INotes,
  notesDefinition,
} from "./generated/protobuf_ts/notes.grpc-server.ts";
import { Note, NoteCount, NoteRequest } from "./generated/protobuf_ts/notes.ts";
import { checkCalls, HANDLERS, holds, nothing, type Same } from "./support.ts";
import { assertEquals } from "@std/assert";

const Notes = typedAs<INotes>(notesDefinition);

const notes = implement(Notes, HANDLERS);

function callsOf(channel: Channel) {
  const client = createClient(Notes, channel);
  const note = (text: string) => Note.create({ text });
  return {
    getNote: (text: string) => client.getNote(NoteRequest.create({ text })),
    listNotes: (text: string, limit: number) =>
      client.listNotes({ text, limit }),
    countNotes: async (texts: readonly string[]) =>
      (await client.countNotes(texts.map(note))).count,
    translate: (texts: readonly string[]) => client.translate(texts.map(note)),
  };
}

Deno.test("protobuf-ts with server_grpc1 is served and called", async () => {
  await checkCalls(notes, callsOf);
});

Deno.test("a type of protobuf-ts finds its details in an error", () => {
  const [detail] = nothing().findDetails(NoteCount);
  assertEquals(detail.count, 7);
});

Deno.test("the types of protobuf-ts are kept, with those of its handlers", () => {
  type Calls = Client<typeof Notes>;
  type Served = Required<Handlers<typeof Notes>>;
  holds<Same<Parameters<Calls["getNote"]>[0], NoteRequest>>();
  holds<Same<ReturnType<Calls["getNote"]>, Promise<Note>>>();
  holds<Same<ReturnType<Calls["listNotes"]>, MessageStream<Note>>>();
  holds<Same<ReturnType<Calls["countNotes"]>, Promise<NoteCount>>>();
  holds<Same<ReturnType<Calls["translate"]>, MessageStream<Note>>>();
  holds<Same<Parameters<Served["getNote"]>[0], NoteRequest>>();
  holds<Same<Parameters<Served["translate"]>[0], MessageStream<Note>>>();
});
