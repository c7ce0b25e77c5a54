import { assertEquals } from "@std/assert";
import { Channel, implement, serve } from "../../mod.ts";
import { rawMethod } from "../grpc/support/played_call.ts";
import { type Random, withSeed } from "../harness/seed.ts";

const Raw = { both: rawMethod("Both", true, true) };

/** Octets of a message at the most: some are copied, some are not. */
const MOST = 6_000;

/** A message whose octets tell whose it is. */
function messageOf(stream: number, index: number, length: number): Uint8Array {
  const message = new Uint8Array(length);
  for (let i = 0; i < length; i++) message[i] = stream * 7 + index * 31 + i;
  return message;
}

/** The lengths of messages, many of them short. */
function lengthsOf(random: Random, count: number): number[] {
  return Array.from(
    { length: count },
    () => random.below(random.oneIn(4) ? MOST : 200),
  );
}

Deno.test(
  "messages of streams that share a connection arrive as they were sent, even where others are cut off midway",
  withSeed(async (random) => {
    await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
      implement(Raw, { both: (requests) => requests }),
    ]);
    const { port } = server.addr as Deno.NetAddr;
    const channel = new Channel(`127.0.0.1:${port}`);
    const one = async (stream: number) => {
      const lengths = lengthsOf(random, 400);
      const isCutOff = stream % 3 === 2;
      const pauses = random.below(50) + 1;
      const requests = function* () {
        for (const [index, length] of lengths.entries()) {
          yield messageOf(stream, index, length);
        }
      };
      const responses = channel.bidiStreaming(Raw.both, requests());
      let index = 0;
      for await (const response of responses) {
        assertEquals(response, messageOf(stream, index, lengths[index]));
        if (++index % pauses === 0) await new Promise((go) => setTimeout(go));
        if (isCutOff && index === 100) break;
      }
      assertEquals(index, isCutOff ? 100 : lengths.length);
    };
    await Promise.all(Array.from({ length: 12 }, (_, stream) => one(stream)));
    await channel.close();
  }),
);
