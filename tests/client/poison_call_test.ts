import { assert, assertEquals } from "@std/assert";
import { Channel, Status } from "../../mod.ts";
import { encodeRstStream, ErrorCode } from "../../src/frames/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Words } from "../grpc/support/words.ts";
import type { RawPeer } from "../harness/raw_peer.ts";
import { atLeast, breathe, until } from "../harness/time.ts";
import { answering, goaway, Members, outlast } from "./support/members.ts";

type Kill = (peer: RawPeer, lastStreamId: number) => Promise<void>;

/** Says GOAWAY and closes; with or without the true last stream. */
function killWith(code: number, isTrue: boolean): Kill {
  return async (peer, lastStreamId) => {
    await peer.say((writer) => goaway(writer, code, isTrue ? lastStreamId : 0));
    await peer.conn.closeWrite();
    await outlast(peer);
  };
}

const KILLS: Record<string, Kill> = {
  "GOAWAY ENHANCE_YOUR_CALM": killWith(ErrorCode.ENHANCE_YOUR_CALM, true),
  "GOAWAY PROTOCOL_ERROR and no last stream": killWith(
    ErrorCode.PROTOCOL_ERROR,
    false,
  ),
  "GOAWAY NO_ERROR and no last stream": killWith(ErrorCode.NO_ERROR, false),
};

/** Random text, which Huffman coding does not shorten below 16 KiB. */
const LARGE = { "x-large": "x\\^~|".repeat(8_000) };

/** Ends all streams that it has taken, and the connection, as HAProxy does. */
const reset: Kill = async (peer, lastStreamId) => {
  await peer.say((writer) => {
    goaway(writer, ErrorCode.INTERNAL_ERROR, lastStreamId);
    for (let id = 1; id <= lastStreamId; id += 2) {
      encodeRstStream(writer, id, ErrorCode.NO_ERROR);
    }
  });
  await peer.conn.closeWrite();
  await outlast(peer);
};

/** The call whose headers the server cannot bear. */
async function poison(
  channel: Channel,
): Promise<{ details: string; octets: number }> {
  const { statusMessage: details } = await assertStatus(
    () => channel.unary(Words.one, "p", { metadata: LARGE, deadline: 60_000 }),
    Status.UNAVAILABLE,
  );
  const octets = Number(/headers of (\d+) octets/.exec(details)?.[1]);
  return { details, octets };
}

for (const [what, kill] of Object.entries(KILLS)) {
  Deno.test(`A call that a proxy answers with ${what} takes down itself alone`, async () => {
    await using members = new Members(() => answering(kill));
    await using channel = new Channel(members.target);
    let done = false;
    let served = 0;
    const others = Array.from({ length: 8 }, async () => {
      while (!done) {
        await channel.unary(Words.one, "w", { deadline: 60_000 });
        served++;
        await breathe();
      }
    });
    for (let i = 0; i < 5; i++) {
      const before = members.count;
      const { details, octets } = await poison(channel);
      assert(details.startsWith("2 connections ended as soon as"), details);
      assert(octets > 40_000 && octets < 41_000, details);
      assert(members.count - before <= 3, `${members.count - before}`);
      const target = served + 20;
      await until(() => served >= target);
    }
    done = true;
    await Promise.all(others);
    assertEquals(channel.state, "READY");
  });

  Deno.test(`A lone call that a proxy answers with ${what} ends two connections, and no more`, async () => {
    await using members = new Members(() => answering(kill));
    await using channel = new Channel(members.target);
    await poison(channel);
    assertEquals(members.count, 2);
  });
}

Deno.test("A call whose headers make a proxy close is retried as often as its policy says, and no more", async () => {
  await using members = new Members(() =>
    answering(async (peer) => {
      await peer.conn.closeWrite();
      await outlast(peer);
    })
  );
  await using channel = new Channel(members.target, {
    serviceConfig: {
      methodConfig: [{
        name: [{}],
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: "0.001s",
          maxBackoff: "0.001s",
          backoffMultiplier: 1,
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      }],
    },
  });
  const { details } = await poison(channel);
  assert(details.startsWith("5 connections ended as soon as"), details);
  assertEquals(members.count, 5);
});

Deno.test("Calls that run are not ended by headers that a proxy cannot bear, however slowly they are answered", async () => {
  await using members = new Members(() => answering(reset, () => atLeast(20)));
  await using channel = new Channel(members.target);
  let done = false;
  let served = 0;
  const others = Array.from({ length: 8 }, async () => {
    while (!done) {
      await channel.unary(Words.one, "w", { deadline: 10_000 });
      served++;
    }
  });
  await until(() => served >= 8);
  for (let i = 0; i < 4; i++) {
    const { details } = await poison(channel);
    assert(details.startsWith("2 connections ended as soon as"), details);
    const target = served + 8;
    await until(() => served >= target);
  }
  done = true;
  await Promise.all(others);
  assertEquals(channel.peers, [members.target]);
});

Deno.test("Large headers that were answered once go over the connection of all", async () => {
  await using members = new Members(() =>
    answering(undefined, () => atLeast(5))
  );
  await using channel = new Channel(members.target);
  const call = (octets: number) =>
    channel.unary(Words.one, "w", {
      metadata: octets === 0 ? {} : { "x-large": "x".repeat(octets) },
      deadline: 10_000,
    });
  await Promise.all([call(0), call(10_000)]);
  assertEquals(members.count, 2);
  channel.enterIdle();
  await Promise.all([call(0), call(10_000), call(9_000), call(10_000)]);
  assertEquals(members.count, 3);
  await Promise.all([call(0), call(20_000)]);
  assertEquals(members.count, 4);
});

Deno.test("A lone call with large headers needs no connection of its own", async () => {
  await using members = new Members(() => answering());
  await using channel = new Channel(members.target);
  assertEquals(await channel.unary(Words.one, "w", { metadata: LARGE }), "w");
  assertEquals(await channel.unary(Words.one, "w"), "w");
  assertEquals(members.count, 1);
});

Deno.test("A call that is kept apart ends with its channel, and with what the resolver says", async () => {
  await using members = new Members(() =>
    answering(undefined, () => new Promise(() => {}))
  );
  const channel = new Channel(members.target);
  const calls = [{}, LARGE].map((metadata) =>
    assertStatus(
      () => channel.unary(Words.one, "w", { metadata }),
      Status.UNAVAILABLE,
    )
  );
  await until(() => members.count === 2);
  await channel.close();
  await Promise.all(calls);
  assertEquals(channel.state, "SHUTDOWN");
});
