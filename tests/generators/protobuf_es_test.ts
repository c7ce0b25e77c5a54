import type { Channel } from "@keepalive/grpc";
import { createClient, implement } from "@keepalive/grpc/protobuf";
import { Notes } from "./generated/protobuf_es/notes_pb.ts";
import { checkCalls, HANDLERS, plainCalls } from "./support.ts";

const notes = implement(Notes, HANDLERS);

const callsOf = (channel: Channel) => plainCalls(createClient(Notes, channel));

Deno.test("protobuf-es is served and called", async () => {
  await checkCalls(notes, callsOf);
});
