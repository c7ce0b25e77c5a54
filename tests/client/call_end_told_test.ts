import { assertEquals, assertRejects } from "@std/assert";
import {
  type CallEvent,
  type CallMessageEvent,
  type ClientInterceptor,
  GrpcError,
  type Observer,
  Status,
} from "../../mod.ts";
import { encodeData, type FrameWriter } from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { breathe } from "../harness/time.ts";
import { assertStatus, drain } from "../grpc/support/assert_status.ts";
import { RESPONSE, sayFields, sayStatus } from "../grpc/support/foreign.ts";
import { ForeignServer } from "../grpc/support/foreign_server.ts";
import { echo, Stage, until } from "../grpc/support/words.ts";

/** What is told of calls, in order, and what is done when an event comes. */
class Watch implements Observer {
  readonly told: (CallEvent | CallMessageEvent)[] = [];
  readonly #at: string | undefined;
  readonly #act: () => void;

  constructor(at?: string, act: () => void = () => {}) {
    this.#at = at;
    this.#act = act;
  }

  call(event: CallEvent): void {
    this.told.push(event);
    if (event.type === this.#at) this.#act();
  }

  message(event: CallMessageEvent): void {
    this.told.push(event);
  }

  get types(): string[] {
    return this.told.map(({ type }) => type);
  }

  /** The statuses with which calls have ended. */
  get ends(): number[] {
    return this.told.flatMap((event) =>
      event.type === "call-ended" ? [event.status] : []
    );
  }
}

/** A whole response with the status OK, whose message is no gzip. */
function sayNoGzip(writer: FrameWriter): void {
  sayFields(writer, 1, [...RESPONSE, ["grpc-encoding", "gzip"]]);
  encodeData(writer, 1, octets("01 00000001 aa"), false);
  sayStatus(writer, 1, Status.OK);
}

for (const kind of ["one", "down"] as const) {
  Deno.test(`A response of "${kind}" that cannot be decompressed fails its call, also where the server said OK`, async () => {
    const watch = new Watch();
    await using server = new ForeignServer({ observer: watch });
    await server.welcome();
    const call: () => Promise<unknown> = kind === "one"
      ? () => server.words.one("w")
      : () => drain(server.words.down("w"));
    await assertStatus(() => server.answer(call, sayNoGzip), Status.INTERNAL);
    assertEquals(watch.ends, [Status.INTERNAL]);
    const { callsSucceeded, callsFailed } = server.channel.counters();
    assertEquals([callsSucceeded, callsFailed], [0, 1]);
  });
}

Deno.test("A call with a deadline of an interceptor that cannot be used has not begun", async () => {
  const watch = new Watch();
  const wrong: ClientInterceptor = (request, next) =>
    next({ ...request, options: { deadline: NaN } });
  await using stage = new Stage(echo, {
    channel: { observer: watch, interceptors: [wrong] },
  });
  await assertRejects(() => stage.words.one("w"), RangeError);
  assertEquals(watch.types, []);
  assertEquals(stage.channel.counters().callsStarted, 0);
});

const CANCELLED_AT: Record<string, string[]> = {
  "call-started": ["call-started", "call-ended"],
  "attempt-started": [
    "call-started",
    "attempt-started",
    "attempt-ended",
    "call-ended",
  ],
  "attempt-picked": [
    "call-started",
    "attempt-started",
    "attempt-picked",
    "attempt-ended",
    "call-ended",
  ],
};

for (const [at, types] of Object.entries(CANCELLED_AT)) {
  Deno.test(`A call that its observer cancels at "${at}" ends there, and once`, async () => {
    const cancel = new AbortController();
    const watch = new Watch(at, () => cancel.abort());
    await using stage = new Stage(echo, { channel: { observer: watch } });
    await stage.channel.connect();
    await assertStatus(
      () => stage.words.one("w", { signal: cancel.signal }),
      Status.CANCELLED,
    );
    assertEquals(watch.types, types);
    await until(() => stage.clients[0].activeStreams === 0);
    assertEquals(await stage.words.one("w"), "w");
  });

  Deno.test(`A channel that its observer closes at "${at}" fails the call, once`, async () => {
    const watch: Watch = new Watch(at, () => void stage.channel.close());
    await using stage = new Stage(echo, { channel: { observer: watch } });
    await stage.channel.connect();
    await assertStatus(() => stage.words.one("w"), Status.UNAVAILABLE);
    assertEquals(watch.ends, [Status.UNAVAILABLE]);
  });
}

Deno.test("A request that comes when the call has ended is not sent, and not told", async () => {
  const watch = new Watch();
  const ended = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  async function* requests(): AsyncGenerator<string> {
    await ended.promise;
    try {
      yield "late";
    } finally {
      taken.resolve();
    }
  }
  await using stage = new Stage({
    up: () => {
      throw new GrpcError(Status.ABORTED, "enough");
    },
  }, { channel: { observer: watch } });
  await assertStatus(() => stage.words.up(requests()), Status.ABORTED);
  ended.resolve();
  await taken.promise;
  await breathe();
  const after = watch.types.slice(watch.types.indexOf("attempt-ended"));
  assertEquals(after, ["attempt-ended", "call-ended"]);
  assertEquals(stage.channel.counters().messagesSent, 0);
});
