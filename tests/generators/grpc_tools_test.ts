import { createRequire } from "node:module";
import {
  type Channel,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MessageStream,
  type ServiceDefinition,
} from "@keepalive/grpc";
import { checkCalls, holds, nothing, type Same } from "./support.ts";

// What is generated is CommonJS.
const require = createRequire(import.meta.url);
const generated = "./generated/grpc_tools";
const { NotesService }:
  typeof import("./generated/grpc_tools/notes_grpc_pb.d.ts") = require(
    `${generated}/notes_grpc_pb.js`,
  );
const { Note, NoteCount, NoteRequest }:
  typeof import("./generated/grpc_tools/notes_pb.d.ts") = require(
    `${generated}/notes_pb.js`,
  );

type NoteMessage = InstanceType<typeof Note>;

const note = (text: string, number: number) =>
  new Note().setText(text).setNumber(number);

const notes = implement(NotesService, {
  getNote(request) {
    if (request.getText() === "") throw nothing();
    return note(request.getText(), 1);
  },
  *listNotes(request) {
    for (let number = 1; number <= request.getLimit(); number++) {
      yield note(request.getText(), number);
    }
  },
  async countNotes(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return new NoteCount().setCount(count);
  },
  async *translate(requests) {
    let number = 0;
    for await (const request of requests) {
      yield note(request.getText().toUpperCase(), ++number);
    }
  },
});

const wordsOf = (given: NoteMessage) => ({
  text: given.getText(),
  number: given.getNumber(),
});

async function* allWordsOf(given: AsyncIterable<NoteMessage>) {
  for await (const each of given) yield wordsOf(each);
}

function callsOf(channel: Channel) {
  const client = createClient(NotesService, channel);
  const ask = (text: string, limit = 0) =>
    new NoteRequest().setText(text).setLimit(limit);
  const notesOf = (texts: readonly string[]) =>
    texts.map((text) => note(text, 0));
  return {
    getNote: async (text: string) => wordsOf(await client.getNote(ask(text))),
    listNotes: (text: string, limit: number) =>
      allWordsOf(client.listNotes(ask(text, limit))),
    countNotes: async (texts: readonly string[]) =>
      (await client.countNotes(notesOf(texts))).getCount(),
    translate: (texts: readonly string[]) =>
      allWordsOf(client.translate(notesOf(texts))),
  };
}

Deno.test("grpc-tools is served and called as it comes", async () => {
  await checkCalls(notes, callsOf);
});

Deno.test("the types of grpc_tools_node_protoc_ts are kept", () => {
  type Calls = Client<typeof NotesService>;
  type Served = Required<Handlers<typeof NotesService>>;
  type Request = InstanceType<typeof NoteRequest>;
  holds<
    Same<keyof Calls, "getNote" | "listNotes" | "countNotes" | "translate">
  >();
  holds<Same<Parameters<Calls["getNote"]>[0], Request>>();
  holds<Same<ReturnType<Calls["getNote"]>, Promise<NoteMessage>>>();
  holds<Same<ReturnType<Calls["listNotes"]>, MessageStream<NoteMessage>>>();
  holds<
    Same<
      ReturnType<Calls["countNotes"]>,
      Promise<InstanceType<typeof NoteCount>>
    >
  >();
  holds<Same<ReturnType<Calls["translate"]>, MessageStream<NoteMessage>>>();
  holds<Same<Parameters<Served["getNote"]>[0], Request>>();
  holds<
    Same<Parameters<Served["translate"]>[0], MessageStream<NoteMessage>>
  >();
  // Where no method is named, each name may be one.
  holds<Same<string extends keyof Client<ServiceDefinition> ? 1 : 0, 1>>();
});
