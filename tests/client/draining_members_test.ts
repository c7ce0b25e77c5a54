import { assert, assertEquals } from "@std/assert";
import { Channel, type ChannelOptions, Status } from "../../mod.ts";
import {
  encodeRstStream,
  ErrorCode,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { Words } from "../grpc/support/words.ts";
import type { RawPeer } from "../harness/raw_peer.ts";
import {
  answering,
  goaway,
  greeting,
  type Member,
  Members,
  outlast,
} from "./support/members.ts";
import { atLeast } from "../harness/time.ts";

/** A member that says GOAWAY when a call has come. */
function drainingWith(code: number): Member {
  return async (peer) => {
    await peer.say(greeting);
    await peer.until(FrameType.HEADERS);
    await peer.say((writer) => goaway(writer, code));
    await outlast(peer);
  };
}

const DRAINING: Record<string, Member> = {
  "say GOAWAY when a call comes": drainingWith(ErrorCode.NO_ERROR),
  "say GOAWAY with INTERNAL_ERROR when a call comes": drainingWith(
    ErrorCode.INTERNAL_ERROR,
  ),
  "say GOAWAY beside their SETTINGS": async (peer) => {
    await peer.say((writer) => {
      greeting(writer);
      goaway(writer, ErrorCode.NO_ERROR);
    });
    await outlast(peer);
  },
  "announce GOAWAY, and refuse the call then": async (peer) => {
    await peer.say(greeting);
    await peer.until(FrameType.HEADERS);
    await peer.say((writer) => goaway(writer, 0, MAX_UINT31));
    await peer.say((writer) => goaway(writer, 0));
    await outlast(peer);
  },
  "say GOAWAY and close": async (peer) => {
    await peer.say(greeting);
    await peer.until(FrameType.HEADERS);
    await peer.say((writer) => goaway(writer, 0));
    await peer.conn.closeWrite();
    await outlast(peer);
  },
};

/** So many members that drain before those that serve. */
function after(count: number, member: Member): Members {
  return new Members((index) => index < count ? member : answering());
}

function call(channel: Channel, options = {}): Promise<string> {
  return channel.unary(Words.one, "w", { deadline: 10_000, ...options });
}

for (const [what, member] of Object.entries(DRAINING)) {
  for (const count of [1, 3, 10]) {
    for (const waitForReady of [false, true]) {
      Deno.test(`No call fails over ${count} members that ${what}, with waitForReady ${waitForReady}`, async () => {
        await using members = after(count, member);
        await using channel = new Channel(members.target);
        const calls = Array.from(
          { length: 20 },
          () => call(channel, { waitForReady }),
        );
        assertEquals(new Set(await Promise.all(calls)), new Set(["w"]));
        assertEquals(members.count, count + 1);
      });
    }
  }
}

for (const loadBalancing of ["pick_first", "round_robin"] as const) {
  Deno.test(`${loadBalancing} serves from one address while the other drains each connection`, async () => {
    const drains = drainingWith(ErrorCode.NO_ERROR);
    await using bad = new Members(() => drains);
    await using good = new Members(() => answering());
    await using channel = new Channel([bad.target, good.target], {
      loadBalancing,
    });
    for (let i = 0; i < 100; i++) assertEquals(await call(channel), "w");
    assertEquals(good.count, 1);
    // The slower the machine, the more often it is asked again.
    assert(bad.count <= 50, `${bad.count} connections`);
  });
}

/** How the connections come of a channel whose members all drain. */
async function allDrain(
  member: Member,
  deadline: number,
  options: ChannelOptions = {},
): Promise<{ count: number; details: string }> {
  await using members = new Members(() => member);
  await using channel = new Channel(members.target, options);
  const { statusMessage: details } = await assertStatus(
    () => call(channel, { deadline }),
    Status.DEADLINE_EXCEEDED,
  );
  return { count: members.count, details };
}

for (const [what, member] of Object.entries(DRAINING)) {
  Deno.test(`A call waits while all members ${what}, and they are not called in a tight loop`, async () => {
    const { count, details } = await allDrain(member, 1_000);
    assert(count >= 2 && count <= 18, `${count} connections`);
    assert(
      /connections ended before they answered a call: .*goaway|retires the/i
        .test(details),
      details,
    );
  });
}

Deno.test("A call that meets only servers that refuse it alone fails at the second time", async () => {
  const refuse = async (peer: RawPeer) => {
    await peer.say(greeting);
    for (;;) {
      const { streamId } = await peer.until(FrameType.HEADERS);
      await peer.say((writer) =>
        encodeRstStream(writer, streamId, ErrorCode.REFUSED_STREAM)
      );
    }
  };
  await using members = new Members(() => refuse);
  await using channel = new Channel(members.target);
  await assertStatus(() => call(channel), Status.UNAVAILABLE);
  assertEquals(members.count, 1);
});

Deno.test("A channel without calls does not go back to members that drain", async () => {
  const member = DRAINING["say GOAWAY beside their SETTINGS"];
  await using members = new Members(() => member);
  await using channel = new Channel(members.target);
  const ready = channel.ready({ signal: AbortSignal.timeout(5_000) });
  await ready.catch(() => {});
  await channel.waitFor("IDLE");
  const { count } = members;
  await atLeast(300);
  assertEquals(members.count, count);
});
