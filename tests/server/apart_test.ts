import { assert, assertEquals } from "@std/assert";
import { Channel, createClient, implement, serve } from "../../mod.ts";
import { rawMethod } from "../grpc/support/played_call.ts";

const Raw = { one: rawMethod("One", false, false) };
const MESSAGE = new Uint8Array(16);

Deno.test("messages of different connections never lie in one buffer, however their reads alternate", async () => {
  const peersOf = new Map<ArrayBufferLike, Set<string>>();
  await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
    implement(Raw, {
      one: ({ buffer }, { peer }) => {
        const peers = peersOf.get(buffer) ?? new Set();
        peersOf.set(buffer, peers.add(peer));
        return MESSAGE;
      },
    }),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  const channels = [1, 2, 3].map(() => new Channel(`127.0.0.1:${port}`));
  const clients = channels.map((channel) => createClient(Raw, channel));
  for (let round = 0; round < 100; round++) {
    const turn = clients[round % 3];
    await Promise.all(
      [...clients, turn, turn].map((each) => each.one(MESSAGE)),
    );
  }
  for (const channel of channels) await channel.close();
  assertEquals(
    new Set([...peersOf.values()].flatMap((each) => [...each])).size,
    3,
  );
  for (const peers of peersOf.values()) assertEquals(peers.size, 1);
  const shared = [...peersOf.keys()].filter(({ byteLength }) =>
    byteLength > 16
  );
  assert(shared.length > 0, "those of one connection do");
});
