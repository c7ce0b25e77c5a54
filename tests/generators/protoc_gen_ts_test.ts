import {
  type Channel,
  type Client,
  createClient,
  implement,
  type MessageStream,
  typedAs,
} from "@keepalive/grpc";
import { notes as generated } from "./generated/protoc_gen_ts/notes.ts";
import { checkCalls, holds, nothing, type Same } from "./support.ts";

const { Note, NoteCount, NoteRequest, UnimplementedNotesService } =
  generated.v1;
type Served = InstanceType<typeof UnimplementedNotesService>;
type NoteMessage = InstanceType<typeof Note>;

const Notes = typedAs<Served>(UnimplementedNotesService.definition);

const notes = implement(Notes, {
  getNote({ text }) {
    if (text === "") throw nothing();
    return new Note({ text, number: 1 });
  },
  *listNotes({ text, limit }) {
    for (let number = 1; number <= limit; number++) {
      yield new Note({ text, number });
    }
  },
  async countNotes(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return new NoteCount({ count });
  },
  async *translate(requests) {
    let number = 0;
    for await (const { text } of requests) {
      yield new Note({ text: text.toUpperCase(), number: ++number });
    }
  },
});

function callsOf(channel: Channel) {
  const client = createClient(Notes, channel);
  const note = (text: string) => new Note({ text });
  return {
    getNote: (text: string) => client.getNote(new NoteRequest({ text })),
    listNotes: (text: string, limit: number) =>
      client.listNotes(new NoteRequest({ text, limit })),
    countNotes: async (texts: readonly string[]) =>
      (await client.countNotes(texts.map(note))).count,
    translate: (texts: readonly string[]) => client.translate(texts.map(note)),
  };
}

Deno.test("protoc-gen-ts is served and called", async () => {
  await checkCalls(notes, callsOf);
});

Deno.test("the types of protoc-gen-ts are kept, with those of its handlers", () => {
  type Calls = Client<typeof Notes>;
  holds<
    Same<Parameters<Calls["getNote"]>[0], InstanceType<typeof NoteRequest>>
  >();
  holds<Same<ReturnType<Calls["getNote"]>, Promise<NoteMessage>>>();
  holds<Same<ReturnType<Calls["translate"]>, MessageStream<NoteMessage>>>();
});
