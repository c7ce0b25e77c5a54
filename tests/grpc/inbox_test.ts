import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { GrpcError, Inbox, Status } from "../../src/grpc/mod.ts";
import { frameMessage } from "../../src/grpc/messages/framing.ts";
import { concat, octets } from "../harness/octets.ts";
import { seeded } from "./support/seeded.ts";
import { flush } from "./support/timers.ts";

/** An inbox, and the octets that the peer was told it may send anew. */
class Metered {
  credit = 0;
  readonly inbox: Inbox;

  constructor(maxLength = 1_000) {
    this.inbox = new Inbox(maxLength, {
      consumed: (octets) => void (this.credit += octets),
    });
  }

  /** Data arrives that holds messages of some lengths. */
  arrive(...lengths: number[]): void {
    this.inbox.push(messages(...lengths));
  }

  /** The lengths of the next messages. */
  async take(count: number): Promise<(number | undefined)[]> {
    const lengths: (number | undefined)[] = [];
    while (lengths.length < count) {
      lengths.push((await this.inbox.next())?.payload.length);
    }
    return lengths;
  }
}

function messages(...lengths: number[]): Uint8Array {
  return concat(
    ...lengths.flatMap((length) => frameMessage(new Uint8Array(length), false)),
  );
}

const FAILURE = new GrpcError(Status.UNAVAILABLE, "gone");

Deno.test("Messages are taken in the order in which they came", async () => {
  const { inbox } = new Metered();
  inbox.push(octets("00 00000001 aa  00 00000001 bb"));
  assertEquals((await inbox.next())?.payload, octets("aa"));
  inbox.push(octets("00 00000001 cc"));
  assertEquals((await inbox.next())?.payload, octets("bb"));
  assertEquals((await inbox.next())?.payload, octets("cc"));
});

Deno.test("Who waits gets the message as it comes, and the peer its credit", async () => {
  const metered = new Metered();
  const next = metered.inbox.next();
  metered.arrive(3);
  assertEquals(metered.credit, 8);
  assertEquals((await next)?.payload.length, 3);
});

Deno.test("While messages wait to be taken, the peer gets no credit", async () => {
  const metered = new Metered();
  metered.arrive(10, 20);
  assertEquals(metered.credit, 0);
  await metered.take(1);
  assertEquals(metered.credit, 0);
  await metered.take(1);
  assertEquals(metered.credit, 40);
});

Deno.test("The rest of a message that nobody waits for gets no credit", () => {
  const metered = new Metered();
  metered.arrive(10);
  const [message] = frameMessage(new Uint8Array(100), false);
  metered.inbox.push(message.subarray(0, 3));
  metered.inbox.push(message.subarray(3, 50));
  assertEquals(metered.credit, 0);
  void metered.inbox.next();
  assertEquals(metered.credit, 15);
  void metered.inbox.next();
  assertEquals(metered.credit, 15 + 50);
  metered.inbox.push(message.subarray(50, 90));
  assertEquals(metered.credit, 15 + 90);
  metered.inbox.push(concat(message.subarray(90), message.subarray(0, 7)));
  assertEquals(metered.credit, 15 + 105);
  metered.inbox.discard();
  assertEquals(metered.credit, 15 + 105 + 7);
});

Deno.test("The rest of a message that somebody waits for may come, however long it is", async () => {
  const metered = new Metered(100_000);
  const [head, payload] = frameMessage(new Uint8Array(100_000), false);
  metered.inbox.push(head);
  const next = metered.inbox.next();
  for (let at = 0; at < 90_000; at += 10_000) {
    metered.inbox.push(payload.subarray(at, at + 10_000));
    assertEquals(metered.credit, 5 + at + 10_000);
  }
  metered.inbox.push(payload.subarray(90_000));
  assertEquals(metered.credit, 100_005);
  assertEquals((await next)?.payload.length, 100_000);
});

Deno.test("After the end, what has come is taken first", async () => {
  const metered = new Metered();
  metered.arrive(1);
  metered.inbox.end();
  assertEquals(await metered.take(3), [1, undefined, undefined]);
});

Deno.test("After the end with an error, what has come is taken first", async () => {
  const metered = new Metered();
  metered.arrive(1);
  metered.inbox.end(FAILURE);
  assertEquals(await metered.take(1), [1]);
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => metered.inbox.next());
    assertStrictEquals(error, FAILURE);
  }
});

Deno.test("Who waits is told of the end", async () => {
  const [ended, failed] = [new Metered(), new Metered()];
  const waiting = [ended.inbox.next(), failed.inbox.next()];
  ended.inbox.end();
  failed.inbox.end(FAILURE);
  assertEquals(await waiting[0], undefined);
  assertStrictEquals(await assertRejects(() => waiting[1]), FAILURE);
});

Deno.test("A second end changes nothing", async () => {
  const metered = new Metered();
  metered.inbox.end();
  metered.inbox.end(FAILURE);
  metered.inbox.discard(FAILURE);
  assertEquals(await metered.take(1), [undefined]);
});

Deno.test("What is discarded gives its credit back, and so does what still comes", async () => {
  const metered = new Metered();
  metered.arrive(10, 20);
  metered.inbox.discard(FAILURE);
  assertEquals(metered.credit, 40);
  metered.arrive(5);
  assertEquals(metered.credit, 50);
  assertStrictEquals(
    await assertRejects(() => metered.inbox.next()),
    FAILURE,
  );
});

Deno.test("Messages that are lost after the end do not pass for a whole", async () => {
  const metered = new Metered();
  metered.arrive(1, 2, 3);
  metered.inbox.end();
  await metered.take(1);
  metered.inbox.discard(FAILURE);
  assertStrictEquals(
    await assertRejects(() => metered.inbox.next()),
    FAILURE,
  );
});

Deno.test("The only message is told with the end, and costs no credit meanwhile", async () => {
  const [early, late] = [new Metered(), new Metered()];
  early.arrive(3);
  early.inbox.end();
  const told = [early.inbox.only(), late.inbox.only()];
  late.arrive(3);
  assertEquals(late.credit, 8);
  late.inbox.end();
  for (const only of await Promise.all(told)) {
    assertEquals(typeof only === "string" ? only : only.payload.length, 3);
  }
});

Deno.test("Instead of the only message there may be none, or several, or an error", async () => {
  const [none, several, failed] = [new Metered(), new Metered(), new Metered()];
  const told = [none, several].map(({ inbox }) => inbox.only());
  const failing = failed.inbox.only();
  none.inbox.end();
  several.arrive(1, 2);
  failed.arrive(1);
  failed.inbox.end(FAILURE);
  assertEquals(await Promise.all(told), ["none", "several"]);
  assertStrictEquals(await assertRejects(() => failing), FAILURE);
  several.arrive(3);
  several.inbox.discard(FAILURE);
  assertEquals(several.credit, 6 + 7 + 8);
});

Deno.test("Half a message is no boundary", () => {
  const { inbox } = new Metered();
  assertEquals(inbox.isAtBoundary, true);
  inbox.push(octets("00 00000002 aa"));
  assertEquals(inbox.isAtBoundary, false);
  inbox.push(octets("bb"));
  assertEquals(inbox.isAtBoundary, true);
});

Deno.test(
  "What is held is bounded by the window and the message somebody waits for, and all of it comes",
  seeded(100, async (random) => {
    const [window, maxLength] = [1_000, 3_000];
    const metered = new Metered(maxLength);
    const lengths = Array.from(
      { length: 40 },
      () => random.below(random.oneIn(5) ? maxLength : 50),
    );
    const data = messages(...lengths);
    const taken: number[] = [];
    let isWaiting = false;
    let sent = 0;
    const take = async () => {
      isWaiting = true;
      const [length = NaN] = await metered.take(1);
      taken.push(length);
      isWaiting = false;
    };
    while (taken.length < lengths.length) {
      const room = window - (sent - metered.credit);
      const rest = Math.min(room, data.length - sent);
      if (!isWaiting && (rest === 0 || random.oneIn(2))) {
        void take();
      } else {
        const count = 1 + random.below(rest);
        metered.inbox.push(data.subarray(sent, sent + count));
        sent += count;
      }
      await flush(5);
      const done = lengths.slice(0, taken.length);
      const held = sent - done.reduce((sum, length) => sum + length + 5, 0);
      const bound = isWaiting ? window + maxLength + 5 : window;
      assert(held <= bound, `${held} octets are held`);
    }
    await flush();
    assertEquals(taken, lengths);
    assertEquals(metered.credit, data.length);
  }),
);

Deno.test("What has arrived is counted without prefixes, taken or not, however it is kept", async () => {
  const metered = new Metered();
  const { inbox } = metered;
  metered.arrive(300, 2, 3, 0, 400, 1);
  for (let taken = 0; taken <= 6; taken++) {
    assertEquals([inbox.arrivedMessages, inbox.arrivedOctets], [6, 706]);
    if (taken < 6) await metered.take(1);
  }
  metered.arrive(5, 6);
  inbox.discard();
  assertEquals([inbox.arrivedMessages, inbox.arrivedOctets], [6, 706]);
});
