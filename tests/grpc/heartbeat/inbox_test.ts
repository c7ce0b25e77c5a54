import { assertEquals } from "@std/assert";
import { Inbox, StreamHeartbeat } from "../../../src/grpc/mod.ts";
import { systemClock } from "../../../src/runtime/mod.ts";
import { assertCostRatio, once } from "../../harness/cost_ratio.ts";
import { concat } from "../../harness/octets.ts";
import { type Random, withSeed } from "../../harness/seed.ts";
import { BEAT, framed, LOOKALIKE } from "./support/scene.ts";

/** An inbox on a stream with heartbeats, and what it lets its peer send anew. */
function beating(maxLength = 1_000) {
  const counts = { consumed: 0, beats: 0 };
  const inbox = new Inbox(maxLength, {
    consumed: (octets) => void (counts.consumed += octets),
  });
  const heartbeat = new StreamHeartbeat({
    stream: {
      canSend: true,
      queuedOctets: 0,
      receiveWindow: 65_535,
      sendData: () => {},
    },
    clock: systemClock,
    peer: "client",
    timeout: Infinity,
    fail: () => {},
    tell: (news) => void (news === "heartbeat-received" && counts.beats++),
  });
  heartbeat.agree(2 ** 31 - 1, inbox);
  return { inbox, heartbeat, counts };
}

/** A message of a length that is likely to matter, which is no heartbeat. */
function someMessage(random: Random): Uint8Array {
  const length = random.pick([0, 1, 5, 6, 6, 6, 7, 11, 511, 512, 513, 900]);
  const message = random.oneIn(3) && length === 6
    ? LOOKALIKE.slice()
    : random.octets(length);
  if (message.length === 6) message[random.below(6)] ^= 0x10;
  return message;
}

Deno.test(
  "Whatever lies between heartbeats, however it is cut and taken, arrives whole and in order, and each octet is given back once",
  withSeed(async (random) => {
    for (let round = 0; round < 300; round++) {
      const { inbox, heartbeat, counts } = beating();
      const messages: Uint8Array[] = [];
      const parts: Uint8Array[] = [];
      let beats = 0;
      while (parts.length < 40) {
        if (random.oneIn(2)) {
          beats++;
          parts.push(BEAT);
          continue;
        }
        const message = someMessage(random);
        if (String(message) === String(LOOKALIKE)) continue;
        messages.push(message);
        parts.push(framed(message.subarray(0, 255)));
        if (message.length > 255) {
          const [head] = [parts.pop()!];
          head[3] = message.length >> 8;
          head[4] = message.length;
          parts.push(Uint8Array.of(...head.subarray(0, 5), ...message));
        }
      }
      const octets = concat(...parts);
      const taken: Uint8Array[] = [];
      for (let at = 0; at < octets.length;) {
        const end = Math.min(octets.length, at + 1 + random.below(200));
        inbox.push(octets.subarray(at, end));
        at = end;
        while (!inbox.isEmpty && random.oneIn(2)) {
          taken.push((await inbox.next())!.payload);
        }
      }
      inbox.end();
      for (;;) {
        const message = await inbox.next();
        if (message === undefined) break;
        taken.push(message.payload);
      }
      assertEquals(taken, messages);
      assertEquals(counts, { consumed: octets.length, beats });
      assertEquals(inbox.arrivedMessages, messages.length);
      heartbeat.close();
    }
  }),
);

Deno.test("A flood of heartbeats costs no more than one of small messages that are taken at once, and leaves nothing behind", async () => {
  const count = 5_000;
  const flood = concat(...Array<Uint8Array>(count).fill(BEAT));
  const message = framed(Uint8Array.of(1, 2, 3, 4, 5, 6));
  const honest = concat(...Array<Uint8Array>(count).fill(message));
  const { inbox, heartbeat, counts } = beating();
  const plain = new Inbox(1_000, { consumed() {} });
  const take = (data: Uint8Array) => {
    plain.push(data);
    // Who waits for each of them is given them one by one.
    while (!plain.isEmpty) void plain.next();
  };
  assertCostRatio({
    of: once(() => inbox.push(flood)),
    to: once(() => take(honest)),
    below: 1.5,
  });
  assertEquals(counts.consumed, counts.beats * BEAT.length);
  assertEquals([inbox.isEmpty, inbox.isAtBoundary], [true, true]);
  heartbeat.close();
  inbox.end();
  assertEquals(await inbox.next(), undefined);
});

Deno.test("So does one behind a message that nobody takes", () => {
  const count = 5_000;
  const flood = concat(...Array<Uint8Array>(count).fill(BEAT));
  const message = framed(Uint8Array.of(1, 2, 3, 4, 5, 6));
  const honest = concat(...Array<Uint8Array>(count).fill(message));
  const { inbox, heartbeat, counts } = beating();
  inbox.push(message);
  const before = counts.consumed;
  const plain = new Inbox(1_000, { consumed() {} });
  assertCostRatio({
    of: once(() => inbox.push(flood)),
    to: once(() => {
      plain.push(honest);
      while (!plain.isEmpty) void plain.next();
    }),
    below: 1.5,
  });
  assertEquals(counts.consumed - before, counts.beats * BEAT.length);
  assertEquals(inbox.arrivedMessages, 1);
  heartbeat.close();
});
