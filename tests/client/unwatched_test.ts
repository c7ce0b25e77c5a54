import { assertEquals } from "@std/assert";
import { Channel, implement, type Observer, serve } from "../../mod.ts";
import { encodePing, FrameType } from "../../src/frames/mod.ts";
import { Words } from "../grpc/support/words.ts";
import { RawPeer, RawServer } from "../harness/raw_peer.ts";
import { countEvents } from "../transport/support/made_events.ts";

const PINGS = 100;

/** A server sends PINGs to a channel, which answers them. */
async function pingChannel(
  observer?: Observer,
  recorder: boolean = false,
): Promise<void> {
  using server = new RawServer();
  await using channel = new Channel(server.target, { observer, recorder });
  const ready = channel.ready();
  using peer = await server.welcome();
  await ready;
  await peer.say((writer) => {
    for (let i = 0; i < PINGS; i++) {
      encodePing(writer, false, new Uint8Array(8));
    }
  });
  for (let answers = 0; answers < PINGS;) {
    if ((await peer.until(FrameType.PING)).ack) answers++;
  }
}

/** A client sends PINGs to a server until that has had enough. */
async function pingServer(
  observer?: Observer,
  recorder: boolean = false,
): Promise<void> {
  await using server = serve(
    { hostname: "127.0.0.1", port: 0, observer, recorder },
    [implement(Words, {})],
  );
  using peer = await RawPeer.greet((server.addr as Deno.NetAddr).port);
  await peer.say((writer) => {
    for (let i = 0; i < PINGS; i++) {
      encodePing(writer, false, new Uint8Array(8));
    }
  });
  await peer.until(FrameType.GOAWAY);
}

const WATCHES: Observer = { connection: () => {} };

Deno.test("a channel that nobody watches makes no event of a PING of its server", async () => {
  const made = await countEvents(() => pingChannel());
  assertEquals([...made.keys()].sort(), ["closed", "established"]);
  const watched = await countEvents(() => pingChannel(WATCHES));
  assertEquals(watched.get("ping-received"), PINGS);
});

Deno.test("a server that nobody watches makes no event of PINGs and strikes", async () => {
  const made = await countEvents(() => pingServer());
  assertEquals([...made.keys()].sort(), ["closed", "established"]);
  const watched = await countEvents(() => pingServer(WATCHES));
  assertEquals(watched.get("ping-strike"), 3);
  assertEquals(watched.get("ping-received"), 4);
  assertEquals(watched.get("goaway-sent"), 1);
});

Deno.test("an observer of calls alone makes no connection tell more", async () => {
  const made = await countEvents(() => pingChannel({ call: () => {} }));
  assertEquals([...made.keys()].sort(), ["closed", "established"]);
});

Deno.test("the recorder that is always on has no event made of a PING of the other end", async () => {
  const channel = await countEvents(() => pingChannel(undefined, true));
  assertEquals([...channel.keys()].sort(), [
    "closed",
    "established",
    "goaway-sent",
    "settings-acked",
  ]);
  const server = await countEvents(() => pingServer(undefined, true));
  assertEquals(server.get("ping-received"), undefined);
  assertEquals([server.get("ping-strike"), server.get("goaway-sent")], [3, 1]);
});
