import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Channel,
  GrpcError,
  HealthDefinition,
  type MethodDefinition,
  Status,
  subscribe,
  type SubscribeOptions,
} from "../../mod.ts";
import { Log } from "../simulation/support/log_service.ts";
import { ended, subscribed, type Tail } from "./support/subscribed.ts";

/** The next three entries, and then an end with a status. */
function threeAnd(code: number): Tail {
  return function* (after) {
    for (let i = 1; i <= 3; i++) yield after + i;
    if (code !== Status.OK) throw new GrpcError(code, "so it is");
  };
}

subscribed(
  "a server that ends its stream with OK ends the subscription",
  async (subject) => {
    subject.tail = threeAnd(Status.OK);
    const read = subject.read(subject.subscribe());
    await subject.clock.advance(10_000);
    assertEquals(read, { items: [1, 2, 3], end: "done" });
    assertEquals(subject.requests, [[20, 0]]);
    assertEquals(subject.interruptions, []);
  },
);

const LASTING = [
  Status.INVALID_ARGUMENT,
  Status.NOT_FOUND,
  Status.PERMISSION_DENIED,
  Status.UNIMPLEMENTED,
  Status.INTERNAL,
  Status.UNAUTHENTICATED,
  Status.CANCELLED,
];

for (const code of LASTING) {
  subscribed(
    `status ${code} ends the subscription, and is thrown`,
    async (subject) => {
      subject.tail = threeAnd(code);
      const read = subject.read(subject.subscribe());
      await subject.clock.advance(10_000);
      assertEquals(read.items, [1, 2, 3]);
      assert(read.end instanceof GrpcError && read.end.code === code);
      assertEquals(subject.interruptions, []);
    },
  );
}

for (const code of [Status.OK, Status.NOT_FOUND]) {
  subscribed(
    `with status ${code} in retryOn another stream follows, behind the last item`,
    async (subject) => {
      subject.tail = threeAnd(code);
      const items = subject.subscribe({ retryOn: [code] });
      const read = subject.read(items);
      await subject.clock.advance(1_500);
      await items.return();
      await subject.clock.advance(10);
      assertEquals(read, { items: [1, 2, 3, 4, 5, 6, 7, 8, 9], end: "done" });
      assertEquals(subject.requests.map(([, after]) => after), [0, 3, 6]);
    },
  );
}

subscribed("without resume the request stays the same", async (subject) => {
  subject.tail = threeAnd(Status.UNAVAILABLE);
  const items = subject.subscribe({ resume: undefined });
  const read = subject.read(items);
  await subject.clock.advance(700);
  await items.return();
  assertEquals(read.items, [1, 2, 3, 1, 2, 3]);
});

subscribed(
  "the first attempt after a healthy stream comes within initialBackoff, further ones after the backoff",
  async (subject) => {
    const { clock } = subject;
    subject.tail = threeAnd(Status.UNAVAILABLE);
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(100);
    subject.tail = () => {
      throw new GrpcError(Status.UNAVAILABLE, "not now");
    };
    await clock.advance(5_000);
    subject.tail = threeAnd(Status.UNAVAILABLE);
    await clock.advance(3_500);
    await items.return();
    await clock.advance(10);
    const told = subject.interruptions.map((
      { attempt, delay },
    ) => [attempt, Math.round(delay)]);
    const again = [1, 500];
    assertEquals(told.slice(0, 5), [
      again,
      [2, 1_000],
      [3, 1_600],
      [4, 2_560],
      again,
    ]);
    assert(
      subject.interruptions[0].reason?.message === "UNAVAILABLE: so it is",
    );
    assertEquals(read.items.slice(0, 6), [1, 2, 3, 4, 5, 6]);
  },
);

subscribed(
  "a stream without an item was healthy after ten seconds",
  async (subject) => {
    const { clock } = subject;
    let lives = 9_900;
    const failing = async () => {
      await new Promise<void>((resolve) => clock.timer(lives, resolve));
      throw new GrpcError(Status.UNAVAILABLE, "enough");
    };
    subject.tail = () => ({
      [Symbol.asyncIterator]: () => ({ next: failing }),
    });
    const items = subject.subscribe();
    const read = subject.read(items);
    await clock.advance(21_000);
    lives = 10_100;
    await clock.advance(12_000);
    assertEquals(subject.interruptions.map(({ attempt }) => attempt), [
      1,
      2,
      1,
    ]);
    await items.return();
    await clock.advance(12_000);
    assertEquals(read.end, "done");
  },
);

subscribed("it waits for a server that is not there yet", async (subject) => {
  const { clock } = subject;
  const read = subject.read(subject.subscribe());
  await clock.advance(5_000);
  subject.tail = threeAnd(Status.OK);
  subject.serve();
  await clock.advance(5_000);
  assertEquals(read, { items: [1, 2, 3], end: "done" });
  assertEquals(subject.interruptions, []);
}, { starts: false });

subscribed(
  "without waitForReady a failure to connect is an interruption",
  async (subject) => {
    const items = subject.subscribe({ waitForReady: false });
    subject.read(items);
    await subject.clock.advance(3_000);
    assert(subject.interruptions.length >= 2);
    await items.return();
  },
  { starts: false },
);

subscribed(
  "a resume that throws ends the subscription with its error",
  async (subject) => {
    subject.tail = threeAnd(Status.UNAVAILABLE);
    const error = new Error("no way back");
    const read = subject.read(subject.subscribe({
      resume: () => {
        throw error;
      },
    }));
    await subject.clock.advance(2_000);
    assertEquals(read, { items: [1, 2, 3], end: error });
  },
);

/** A server that sends an entry, and then nothing. */
const quiet: Tail = async function* (after, call) {
  yield after + 1;
  await ended(call);
};

subscribed("break ends the call", async (subject) => {
  subject.tail = quiet;
  const reading = (async () => {
    for await (const item of subject.subscribe()) {
      assertEquals(item, 1);
      break;
    }
  })();
  await subject.clock.advance(100);
  await reading;
  assertEquals(subject.running, 0);
});

subscribed(
  "return() ends a next() that is pending, and the call",
  async (subject) => {
    const { clock } = subject;
    subject.tail = quiet;
    const items = subject.subscribe();
    const first = items.next();
    await clock.advance(100);
    assertEquals(await first, { done: false, value: 1 });
    const pending = items.next();
    await clock.advance(100);
    const returned = items.return();
    assertEquals(await pending, { done: true, value: undefined });
    assertEquals(await returned, { done: true, value: undefined });
    assertEquals(await items.next(), { done: true, value: undefined });
    await clock.advance(100);
    assertEquals(subject.running, 0);
  },
);

subscribed(
  "return() before the first next() makes no call",
  async (subject) => {
    const items = subject.subscribe();
    await items.return();
    assertEquals(await items.next(), { done: true, value: undefined });
    assertEquals(subject.requests, []);
  },
);

subscribed("return() in a pause ends it", async (subject) => {
  subject.tail = threeAnd(Status.UNAVAILABLE);
  const items = subject.subscribe();
  const read = subject.read(items);
  await subject.clock.advance(300);
  assertEquals(subject.interruptions.length, 1);
  await items.return();
  await subject.clock.advance(0);
  assertEquals(read, { items: [1, 2, 3], end: "done" });
});

for (
  const [when, at] of [["in a stream", 100], ["before it began", -1]] as const
) {
  subscribed(
    `a signal that is aborted ${when} fails it with CANCELLED`,
    async (subject) => {
      subject.tail = quiet;
      const controller = new AbortController();
      const reason = new Error("enough");
      if (at < 0) controller.abort(reason);
      const read = subject.read(
        subject.subscribe({ signal: controller.signal }),
      );
      await subject.clock.advance(100);
      controller.abort(reason);
      await subject.clock.advance(100);
      assertEquals(read.items, at < 0 ? [] : [1]);
      assert(
        read.end instanceof GrpcError && read.end.code === Status.CANCELLED,
      );
      assertEquals(read.end.cause, reason);
      assertEquals(subject.running, 0);
    },
  );
}

subscribed(
  "a signal that is aborted in a pause fails it at once",
  async (subject) => {
    subject.tail = threeAnd(Status.UNAVAILABLE);
    const controller = new AbortController();
    const read = subject.read(subject.subscribe({ signal: controller.signal }));
    await subject.clock.advance(300);
    controller.abort();
    await subject.clock.advance(0);
    assert(read.end instanceof GrpcError && read.end.code === Status.CANCELLED);
  },
);

subscribed(
  "the deadline is that of the subscription, over all streams",
  async (subject) => {
    subject.tail = threeAnd(Status.UNAVAILABLE);
    const read = subject.read(subject.subscribe({ deadline: 5_000 }));
    await subject.clock.advance(4_990);
    assertEquals(read.end, undefined);
    await subject.clock.advance(20);
    assert(
      read.end instanceof GrpcError &&
        read.end.code === Status.DEADLINE_EXCEEDED,
    );
    assert(subject.requests.length > 5);
  },
);

subscribed("a channel that is closed ends it", async (subject) => {
  subject.tail = quiet;
  const read = subject.read(subject.subscribe());
  await subject.clock.advance(100);
  const closed = subject.channel.close();
  await subject.clock.advance(2_000);
  await closed;
  assert(read.end instanceof GrpcError && read.end.code === Status.UNAVAILABLE);
});

subscribed("who does not ask holds up the server", async (subject) => {
  let sent = 0;
  subject.tail = function* () {
    for (;;) yield ++sent;
  };
  const items = subject.subscribe();
  const first = items.next();
  await subject.clock.advance(100);
  await first;
  await subject.clock.advance(10_000);
  const before = sent;
  await subject.clock.advance(10_000);
  assertEquals(sent, before);
  await items.return();
});

const REFUSED: [SubscribeOptions<number, number>, RegExp][] = [
  [{ retryon: [] } as never, /unknown key "retryon", did you mean "retryOn"/],
  [{ retryOn: 14 } as never, /retryOn: expected an array of status codes/],
  [{ retryOn: [17] }, /retryOn: expected an array of status codes.*17/],
  [{ resume: {} } as never, /resume/],
  [{ onInterruption: 1 } as never, /onInterruption/],
  [{ overlap: "yes" } as never, /overlap/],
  [{ backoff: { jitter: 2 } }, /backoff.jitter/],
  [{ deadline: Number.NaN }, /deadline/],
  [{ signal: 1 } as never, /signal/],
  [{ waitForReady: 1 } as never, /waitForReady/],
  [{ onDraining: () => {} } as never, /onDraining/],
  [{ metadata: 5 } as never, /metadata|Metadata/],
];

for (const [options, message] of REFUSED) {
  subscribed(
    `refused before anything is sent: ${message.source}`,
    (subject) => {
      const error = assertThrows(() => subject.subscribe(options));
      assert(error instanceof TypeError || error instanceof RangeError);
      assert(message.test(error.message), error.message);
      assertEquals(subject.requests, []);
      return Promise.resolve();
    },
  );
}

subscribed(
  "what does not stream responses to one request is refused",
  (subject) => {
    const { channel } = subject;
    const { check } = HealthDefinition;
    assertThrows(
      () => subscribe(channel, check, { service: "" }),
      TypeError,
      "Cannot subscribe to /grpc.health.v1.Health/Check: expected the definition of a method with one request and a stream of responses",
    );
    assertThrows(
      () => subscribe(channel, {} as MethodDefinition<number, number>, 0),
      TypeError,
      "Cannot subscribe to",
    );
    assertThrows(
      () => subscribe("localhost" as unknown as Channel, Log.tail, 0),
      TypeError,
      "expected a Channel as the first argument",
    );
    return Promise.resolve();
  },
);

subscribed("an error that is none of gRPC ends it", async (subject) => {
  const broken = {
    ...Log.tail,
    responseDeserialize: () => {
      throw new Error("not a number");
    },
  };
  subject.tail = quiet;
  const items = subscribe(subject.channel, broken, 0);
  const failed = assertRejects(
    () => items.next(),
    GrpcError,
    "cannot be decoded",
  );
  await subject.clock.advance(100);
  await failed;
});
