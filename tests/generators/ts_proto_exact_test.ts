import {
  type Channel,
  type Client,
  createClient,
  type Handlers,
  implement,
  type MessageStream,
  type PartialMessage,
} from "@keepalive/grpc";
import {
  type Note,
  type NoteRequest,
  NotesDefinition,
} from "./generated/ts_proto_exact/notes.ts";
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

Deno.test("generic definitions of ts-proto with exact types are served and called", async () => {
  await checkCalls(notes, callsOf);
});

Deno.test("the types follow from what is decoded: fields may be left out of what is given", () => {
  type Calls = Client<typeof NotesDefinition>;
  type Served = Required<Handlers<typeof NotesDefinition>>;
  holds<Same<Parameters<Calls["getNote"]>[0], PartialMessage<NoteRequest>>>();
  holds<
    Same<PartialMessage<NoteRequest>, {
      text?: string | undefined;
      limit?: number | undefined;
    }>
  >();
  holds<Same<ReturnType<Calls["getNote"]>, Promise<Note>>>();
  holds<Same<ReturnType<Calls["listNotes"]>, MessageStream<Note>>>();
  holds<Same<Parameters<Served["getNote"]>[0], NoteRequest>>();
  holds<Same<Parameters<Served["countNotes"]>[0], MessageStream<Note>>>();
});

Deno.test("a field that a message does not have is refused where it is written", () => {
  const _calls = (client: Client<typeof NotesDefinition>) => {
    // @ts-expect-error: no such field
    client.getNote({ txt: "a" });
    // @ts-expect-error: another type
    client.getNote({ text: 1 });
  };
  implement(NotesDefinition, {
    // @ts-expect-error: a response has another type
    getNote: () => ({ text: 1 }),
  });
});

interface Whole {
  at: Date | undefined;
  octets: Uint8Array;
  large: bigint;
  inner: { name: string } | undefined;
  list: { name: string }[];
  byName: { [key: string]: { name: string } };
  map: Map<string, number>;
  choice?: { $case: "a"; a: { name: string } } | { $case: "b"; b: string };
}

Deno.test("what is given may be partial at any depth, but for the case of a oneof", () => {
  const given: PartialMessage<Whole>[] = [
    {},
    { at: new Date(0), octets: new Uint8Array(1), large: 1n },
    { inner: {}, list: [{}, { name: "a" }], byName: { a: {} } },
    { map: new Map([["a", 1]]), choice: { $case: "a", a: {} } },
  ];
  // @ts-expect-error: a oneof without its case
  given.push({ choice: { a: { name: "b" } } });
  // @ts-expect-error: a map of other values
  given.push({ map: new Map([["a", "1"]]) });
  type Octets = NonNullable<PartialMessage<Whole>["octets"]>;
  holds<Same<Octets, Uint8Array>>();
});
