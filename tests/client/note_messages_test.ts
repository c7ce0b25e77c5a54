import { assertEquals } from "@std/assert";
import { implement } from "../../mod.ts";
import { inProcess } from "../../src/testing/mod.ts";
import { TransportStream } from "../../src/transport/mod.ts";
import { rawMethod } from "../grpc/support/played_call.ts";

const MESSAGES = 300;

const Methods = {
  up: rawMethod("Up", true, false),
  down: rawMethod("Down", false, true),
};

const MESSAGE = Uint8Array.of(1, 2, 3);

function* several() {
  for (let i = 0; i < MESSAGES; i++) yield MESSAGE;
}

/** How many messages streams have told their connections of meanwhile. */
async function toldDuring(action: () => Promise<unknown>): Promise<number> {
  const { prototype } = TransportStream;
  const { noteMessages } = prototype;
  let told = 0;
  prototype.noteMessages = function (messages) {
    told += messages;
    noteMessages.call(this, messages);
  };
  try {
    await action();
  } finally {
    prototype.noteMessages = noteMessages;
  }
  return told;
}

Deno.test("a connection knows how many messages it has left to be taken, at either end", async () => {
  await using channel = inProcess([
    implement(Methods, {
      up: async (requests) => {
        for await (const _ of requests);
        return MESSAGE;
      },
      down: several,
    }),
  ]);
  const up = () => channel.clientStreaming(Methods.up, several());
  assertEquals(await toldDuring(up), MESSAGES + 1);
  const down = () =>
    Array.fromAsync(channel.serverStreaming(Methods.down, MESSAGE));
  assertEquals(await toldDuring(down), 1 + MESSAGES);
});
