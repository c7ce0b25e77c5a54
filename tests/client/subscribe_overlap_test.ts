import { assert, assertEquals } from "@std/assert";
import { GrpcError, Status } from "../../mod.ts";
import { Log } from "../simulation/support/log_service.ts";
import {
  ended,
  type Subscribed,
  subscribed,
  type Tail,
} from "./support/subscribed.ts";

/** An entry every 100 ms, until the call ends. */
function ticking({ clock }: Subscribed): Tail {
  return async function* (after, { signal }) {
    while (!signal.aborted) {
      yield ++after;
      await new Promise<void>((resolve) => clock.timer(100, resolve));
    }
  };
}

/** An entry, and then nothing until the call ends. */
const quiet: Tail = async function* (after, call) {
  yield after + 1;
  await ended(call);
};

/** Nothing at all, not even headers. */
const mute: Tail = async function* (_after, call) {
  await ended(call);
  yield 0;
};

const inOrder = (items: number[]) => items.map((_, i) => i + 1);

/** The server retires its connections, and another one takes over at once. */
async function restart(subject: Subscribed): Promise<void> {
  const { server } = subject;
  const leaving = server.shutdown({ grace: 20_000 });
  subject.serve();
  await subject.clock.advance(0);
  void leaving;
}

subscribed(
  "a stream whose connection is retired is followed by another one before it has ended",
  async (subject) => {
    const { clock } = subject;
    subject.tail = ticking(subject);
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(1_000);
    await restart(subject);
    await clock.advance(2_000);
    assertEquals(subject.requests.length, 2);
    assertEquals(subject.running, 1);
    assertEquals(read.items, inOrder(read.items));
    assert(read.items.length >= 28, `${read.items.length}`);
    assertEquals(subject.interruptions, []);
    await items.return();
    await clock.advance(1_000);
  },
);

subscribed(
  "a quiet stream is followed, too, once its successor has something to say",
  async (subject) => {
    const { clock } = subject;
    subject.tail = quiet;
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(1_000);
    await restart(subject);
    await clock.advance(2_000);
    assertEquals(subject.requests.map(([, after]) => after), [0, 1]);
    assertEquals(read.items, [1, 2]);
    assertEquals(subject.running, 1);
    await items.return();
    await clock.advance(1_000);
  },
);

subscribed(
  "while its successors fail a stream goes on, and nothing comes twice",
  async (subject) => {
    const { clock } = subject;
    subject.tail = ticking(subject);
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(1_000);
    await restart(subject);
    subject.tail = () => {
      throw new GrpcError(Status.UNAVAILABLE, "not yet");
    };
    await clock.advance(4_000);
    assertEquals(subject.requests.length, 4);
    assert(read.items.length >= 48, `${read.items.length}`);
    subject.tail = ticking(subject);
    await clock.advance(4_000);
    assertEquals(subject.requests.length, 5);
    assertEquals(read.items, inOrder(read.items));
    assertEquals(subject.interruptions, []);
    await items.return();
    await clock.advance(1_000);
  },
);

subscribed(
  "a successor that says nothing for five seconds is given up, if there is something to deliver",
  async (subject) => {
    const { clock } = subject;
    subject.tail = ticking(subject);
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(1_000);
    const before = read.items.length;
    subject.tail = mute;
    await restart(subject);
    await clock.advance(5_400);
    assert(read.items.length <= before + 7, `${read.items.length}`);
    await clock.advance(400);
    assert(read.items.length >= before + 10, `${read.items.length}`);
    assertEquals(read.items, inOrder(read.items));
    await items.return();
    await clock.advance(1_000);
  },
);

subscribed(
  "a successor is kept while there is nothing to deliver, and takes over when the stream is cut off",
  async (subject) => {
    const { clock } = subject;
    subject.tail = quiet;
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(1_000);
    subject.tail = mute;
    await restart(subject);
    await clock.advance(25_000);
    assertEquals(read.items, [1]);
    assertEquals(subject.requests.length, 2);
    assertEquals(subject.running, 1);
    assertEquals(subject.interruptions, []);
    await items.return();
    await clock.advance(1_000);
  },
);

subscribed(
  "a successor that ends for good ends the subscription",
  async (subject) => {
    const { clock } = subject;
    subject.tail = ticking(subject);
    const read = subject.read(subject.subscribe());
    await clock.advance(1_000);
    await restart(subject);
    subject.tail = () => {
      throw new GrpcError(Status.NOT_FOUND, "gone");
    };
    await clock.advance(2_000);
    assert(read.end instanceof GrpcError && read.end.code === Status.NOT_FOUND);
    assertEquals(read.items, inOrder(read.items));
    await clock.advance(1_000);
    assertEquals(subject.running, 0);
  },
);

for (const options of [{ overlap: false }, { resume: undefined }]) {
  subscribed(
    `a stream is read to its end with ${JSON.stringify(options)}${
      "resume" in options ? " and no resume" : ""
    }`,
    async (subject) => {
      const { clock } = subject;
      subject.tail = ticking(subject);
      const items = subject.subscribe(options);
      const read = subject.read(items);
      await clock.advance(1_000);
      await restart(subject);
      await clock.advance(15_000);
      assertEquals(subject.requests.length, 1);
      await clock.advance(8_000);
      assertEquals(subject.requests.length, 2);
      assertEquals(subject.interruptions.length, 1);
      if ("overlap" in options) assertEquals(read.items, inOrder(read.items));
      await items.return();
      await clock.advance(1_000);
    },
  );
}

subscribed(
  "a stream that is cut off while its successor waits is followed when that was due",
  async (subject) => {
    const { clock, server } = subject;
    subject.tail = ticking(subject);
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(1_000);
    const leaving = server.shutdown({ grace: 200 });
    subject.serve();
    await clock.advance(3_000);
    await leaving;
    assertEquals(subject.interruptions.length, 1);
    const [{ attempt, delay }] = subject.interruptions;
    assertEquals(attempt, 1);
    assert(delay > 250 && delay <= 300, `${delay}`);
    assertEquals(read.items, inOrder(read.items));
    await items.return();
    await clock.advance(1_000);
  },
);

subscribed("return() ends both", async (subject) => {
  const { clock } = subject;
  subject.tail = quiet;
  const items = subject.subscribe();
  const read = subject.read(items);
  await clock.advance(1_000);
  subject.tail = mute;
  await restart(subject);
  await clock.advance(2_000);
  assertEquals(subject.running, 2);
  await items.return();
  await clock.advance(100);
  assertEquals(subject.running, 0);
  assertEquals(read.end, "done");
});

subscribed(
  "onDraining of a call is told once, and not after its end",
  async (subject) => {
    const { clock, channel } = subject;
    subject.tail = quiet;
    const told: string[] = [];
    const watch = () =>
      channel.serverStreaming(Log.tail, 0, {
        onDraining: ({ reason }) => told.push(reason),
      });
    const [stays, leaves] = [watch(), watch()];
    const first = Promise.all([stays.next(), leaves.next()]);
    await clock.advance(100);
    await first;
    await leaves.return(undefined);
    await restart(subject);
    await clock.advance(1_000);
    assertEquals(told, ["graceful_stop"]);
    await stays.return(undefined);
    await clock.advance(1_000);
  },
);
