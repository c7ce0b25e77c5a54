import { assert, assertEquals } from "@std/assert";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import {
  encodeHeaders,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  ErrorCode,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { acceptCalls } from "../../src/server/calls/accept_call.ts";
import { HpackEncoder } from "../../src/hpack/mod.ts";
import type { CallContext } from "../../src/grpc/mod.ts";
import { serverParameters, Session } from "../../src/session/mod.ts";
import { StreamRouter } from "../../src/transport/stream_router.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { request, sayMessage } from "./support/foreign.ts";

const PATH = "/test.Calls/Wait";
const BLOCK = new HpackEncoder().encode(request(PATH));
const METHOD = {
  path: PATH,
  requestStream: false,
  responseStream: false,
  requestSerialize: (value: Uint8Array) => value,
  requestDeserialize: (octets: Uint8Array) => octets,
  responseSerialize: (value: Uint8Array) => value,
  responseDeserialize: (octets: Uint8Array) => octets,
};

/** A server's calls on a session that the test feeds, without a socket. */
class Calls {
  readonly session: Session;
  running = 0;
  most = 0;
  started = 0;
  tracked = 0;
  readonly #router: StreamRouter;
  readonly #writer = new FrameWriter();

  constructor(
    limit: number,
    handler: (call: CallContext) => Promise<Uint8Array>,
  ) {
    const parameters = serverParameters({ maxConcurrentStreams: limit });
    this.session = new Session(parameters, 0);
    const accept = acceptCalls({
      maxReceiveLength: 1_000,
      maxHandlers: limit,
      compression: "identity",
      find: () => ({
        method: METHOD,
        handler: (_request: unknown, call: CallContext) =>
          this.#count(() => handler(call)),
      }),
      handlers: {
        enter: () => {
          this.tracked++;
          return { leave: () => void this.tracked-- };
        },
      },
    });
    const transport = {} as Transport;
    this.#router = new StreamRouter(
      {
        session: this.session,
        now: () => 0,
        schedule: () => {},
        scheduleSoon: () => {},
        offers: () => {},
        noteMessages: () => {},
        commandFailed: (error) => {
          throw error;
        },
      },
      (stream, headers, endStream) =>
        accept(stream, headers, endStream, transport),
    );
    this.session.receive(CLIENT_PREFACE, 0);
    this.say((writer) => {
      encodeSettings(writer, []);
      encodeSettingsAck(writer);
    });
  }

  /** The client says frames, in one piece. */
  say(encode: (writer: FrameWriter) => void): void {
    encode(this.#writer);
    this.session.receive(this.#writer.take(), 0);
    for (const event of this.session.takeEvents()) {
      this.#router.route(event);
    }
    this.session.takeOutput();
  }

  async #count(run: () => Promise<Uint8Array>): Promise<Uint8Array> {
    this.started++;
    this.most = Math.max(this.most, ++this.running);
    try {
      return await run();
    } finally {
      this.running--;
    }
  }
}

/** Lets a handler that may run begin, and read its request. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Opens and cancels calls, a piece for each; the process gets on meanwhile. */
async function cancelMany(calls: Calls, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const id = 2 * i + 1;
    calls.say((writer) => {
      encodeHeaders(writer, id, BLOCK, false, true);
      sayMessage(writer, id, "w", true);
    });
    if (i % 8 === 0) await turns();
    calls.say((writer) => encodeRstStream(writer, id, ErrorCode.CANCEL));
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve));
}

Deno.test("113 FL-max-handlers: 100 000 calls that are cancelled run no more handlers than may, whatever these do", async () => {
  const ends: (() => void)[] = [];
  const calls = new Calls(
    10,
    () => new Promise((resolve) => ends.push(() => resolve(new Uint8Array(1)))),
  );
  await cancelMany(calls, 100_000);
  assertEquals(calls.session.state.kind, "open");
  assertEquals(calls.session.streams.active, 0);
  assertEquals([calls.most, calls.started], [10, 10]);
  assertEquals(calls.tracked, 10);
  for (const end of ends) end();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals([calls.running, calls.tracked], [0, 0]);
});

Deno.test("114 FL-rapid-reset: handlers that give up when they are cancelled leave nothing behind", async () => {
  const calls = new Calls(10, ({ signal }) =>
    new Promise((_, reject) => {
      const giveUp = () => reject(signal.reason);
      signal.addEventListener("abort", giveUp);
      if (signal.aborted) giveUp();
    }));
  await cancelMany(calls, 20_000);
  assertEquals(calls.session.streams.active, 0);
  assert(calls.started > 1_000, `${calls.started} handlers ran`);
  assert(calls.most <= 10, `${calls.most} at once`);
  assertEquals([calls.running, calls.tracked], [0, 0]);
});
