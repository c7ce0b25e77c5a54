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
import {
  checkCalls,
  HANDLERS,
  holds,
  plainCalls,
  type Same,
} from "./support.ts";

const notes = implement(NotesDefinition, HANDLERS);

const callsOf = (channel: Channel) =>
  plainCalls(createClient(NotesDefinition, channel));

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
