import {
  type Channel,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MessageStream,
} from "@keepalive/grpc";
import {
  type Note,
  type NoteRequest,
  NotesClient,
  NotesService,
} from "./generated/ts_proto_grpc_js/notes.ts";
import { checkCalls, HANDLERS, holds, type Same } from "./support.ts";

const notes = implement(NotesService, HANDLERS);

function callsOf(service: typeof NotesService | typeof NotesClient) {
  return (channel: Channel) => {
    const client = createClient(service, channel);
    const note = (text: string) => ({ text, number: 0 });
    return {
      getNote: (text: string) => client.getNote({ text, limit: 0 }),
      listNotes: (text: string, limit: number) =>
        client.listNotes({ text, limit }),
      countNotes: async (texts: readonly string[]) =>
        (await client.countNotes(texts.map(note))).count,
      translate: (texts: readonly string[]) =>
        client.translate(texts.map(note)),
    };
  };
}

Deno.test("ts-proto as it comes: its service is served and called", async () => {
  await checkCalls(notes, callsOf(NotesService));
});

Deno.test("ts-proto as it comes: its client's constructor does as well", async () => {
  await checkCalls(notes, callsOf(NotesClient));
});

Deno.test("the types of ts-proto are kept", () => {
  type Calls = Client<typeof NotesService>;
  type Served = Required<Handlers<typeof NotesService>>;
  holds<Same<Parameters<Calls["getNote"]>[0], NoteRequest>>();
  holds<Same<ReturnType<Calls["getNote"]>, Promise<Note>>>();
  holds<Same<ReturnType<Calls["listNotes"]>, MessageStream<Note>>>();
  holds<Same<ReturnType<Calls["translate"]>, MessageStream<Note>>>();
  holds<Same<Parameters<Served["getNote"]>[0], NoteRequest>>();
  holds<Same<Parameters<Served["countNotes"]>[0], MessageStream<Note>>>();
  type OfConstructor = Client<typeof NotesClient>;
  holds<Same<ReturnType<OfConstructor["getNote"]>, Promise<Note>>>();
});
