import type { Channel } from "@keepalive/grpc";
import { createClient, implement } from "@keepalive/grpc/protobuf";
import { Notes } from "./generated/protobuf_es/notes_pb.ts";
import { checkCalls, nothing } from "./support.ts";

const notes = implement(Notes, {
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
  const client = createClient(Notes, channel);
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

Deno.test("protobuf-es is served and called", async () => {
  await checkCalls(notes, callsOf);
});
