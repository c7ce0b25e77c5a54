import { assert, assertEquals } from "@std/assert";
import { acceptCalls } from "../../src/server/calls/accept_call.ts";
import type { Implementation } from "../../src/server/calls/handler.ts";
import type { CallContext } from "../../src/grpc/mod.ts";
import type {
  StreamAcceptor,
  TransportStream,
} from "../../src/transport/mod.ts";
import type { Random } from "../harness/seed.ts";
import { PlayedCall, rawMethod } from "./support/played_call.ts";
import { PlayedHandler, THROWN } from "./support/played_handler.ts";
import { seeded } from "./support/seeded.ts";
import { flush, Timers } from "./support/timers.ts";
import { TransportPair } from "./support/transport_pair.ts";

const METHODS = [
  rawMethod("Unary", false, false),
  rawMethod("Down", false, true),
  rawMethod("Up", true, false),
  rawMethod("Both", true, true),
];
const ECHO = rawMethod("Echo", false, false);
const RESET_CODES = [0, 1, 2, 7, 8, 11, 99];
const OFF = { time: Infinity };

/** Calls on one connection, to which things happen in a random order. */
class Play {
  readonly random: Random;
  readonly timers: Timers;
  readonly calls: PlayedCall[] = [];
  readonly handlers: PlayedHandler[] = [];
  readonly streams: TransportStream[] = [];
  readonly running = new Set<CallContext>();
  readonly log: string[] = [];
  readonly pair: TransportPair;
  isDisturbed = false;
  isOver = false;

  constructor(random: Random, timers: Timers) {
    this.random = random;
    this.timers = timers;
    const accept = acceptCalls({
      maxReceiveLength: 1_000_000,
      maxHandlers: 3,
      compression: "identity",
      find: (path) => this.#find(path),
      intercept: (_call, proceed) => proceed(),
      handlers: {
        enter: (call) => {
          this.running.add(call);
          return { leave: () => void this.running.delete(call) };
        },
      },
    });
    const onStream: StreamAcceptor = (stream, ...rest) => {
      this.streams.push(stream);
      return accept(stream, ...rest);
    };
    this.pair = new TransportPair({
      client: { keepalive: OFF },
      server: { keepalive: OFF, maxConcurrentStreams: 3 },
      onStream,
    });
  }

  /** Does something. */
  act(): void {
    const { random, pair } = this;
    const call = this.calls.length > 0 ? random.pick(this.calls) : undefined;
    const handler = this.handlers.length > 0
      ? random.pick(this.handlers)
      : undefined;
    switch (random.below(16)) {
      case 0:
      case 1:
        return this.#start();
      case 2:
      case 3:
      case 4:
      case 5: {
        const end = random.below(2);
        if (!pair.ends[end].hasWire) return;
        const count = random.oneIn(3) ? 1 + random.below(30) : Infinity;
        this.log.push(`deliver ${count} from ${end}`);
        return pair.ends[end].deliver(count);
      }
      case 6:
        this.log.push("push");
        return call?.requests.push(this.#payload());
      case 7:
        this.log.push("half-close");
        return call?.requests.end(
          random.oneIn(4) ? new Error("no more") : undefined,
        );
      case 8:
      case 9:
        this.log.push("read");
        return call?.reads.push("read");
      case 10:
        this.log.push("command");
        return handler?.commands.push({ kind: "read" });
      case 11:
        this.log.push("send");
        return handler?.commands.push({
          kind: "send",
          length: this.#payload().length,
        });
      case 12:
        return this.#end(call, handler);
      case 13:
        this.log.push("tick");
        return this.timers.tick(random.below(20));
      case 14:
        this.log.push("headers");
        return handler?.commands.push({ kind: "headers" });
      case 15:
        if (random.oneIn(4)) this.#disturb();
        return;
    }
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    this.isOver = true;
    for (let i = 0; i < 5; i++) {
      for (const { requests, reads } of this.calls) {
        requests.end();
        for (let n = 0; n < 30; n++) reads.push("read");
      }
      for (const { commands } of this.handlers) commands.end();
      await this.pair.settle();
    }
  }

  /** Nothing is left, but for the connection. */
  check(): void {
    const { pair } = this;
    const pending = this.calls.flatMap(({ result }, number) =>
      result === undefined ? [number] : []
    );
    assertEquals(pending, [], "calls that have not ended");
    assertEquals(this.running.size, 0, "handlers that run");
    for (const { session, transport } of pair.sides) {
      const { streamsStarted, streamsSucceeded, streamsFailed } = transport
        .counters();
      const active = streamsStarted - streamsSucceeded - streamsFailed;
      assertEquals(active, 0, `streams of the ${session.parameters.role}`);
    }
    if (!this.isDisturbed) assertEquals(this.timers.pending, [], "timers");
  }

  /** The connection is as good as a new one. */
  async checkConnection(): Promise<void> {
    for (const length of [10, 100_000]) {
      const call = new PlayedCall(ECHO, this.pair.client, undefined, length);
      await this.pair.settle();
      assertEquals(call.result, "ok", "a call afterwards");
    }
  }

  /** Closes the connection; nothing at all is left. */
  async close(): Promise<void> {
    assert(await this.pair.close(this.timers));
    assertEquals(this.timers.pending, [], "timers after the close");
  }

  #find(path: string): Implementation | undefined {
    const method = METHODS.find((method) => method.path === path);
    if (path === ECHO.path) {
      return { method: ECHO as never, handler: (request) => request };
    }
    if (method === undefined) return undefined;
    const handler = (
      requests: AsyncIterable<Uint8Array> | Uint8Array,
      call: CallContext,
    ) => {
      const handler = new PlayedHandler(requests, call, this.random.oneIn(2));
      this.handlers.push(handler);
      if (this.isOver) handler.commands.end();
      return method.responseStream ? handler.run() : handler.runOnce();
    };
    return { method: method as never, handler };
  }

  #start(): void {
    if (this.calls.length >= 6) return;
    const { random } = this;
    const method = random.pick(METHODS);
    const deadline = random.oneIn(3) ? random.below(40) : undefined;
    this.log.push(`start ${method.path} ${deadline}`);
    this.calls.push(new PlayedCall(method, this.pair.client, deadline));
  }

  #end(call: PlayedCall | undefined, handler: PlayedHandler | undefined): void {
    const { random } = this;
    const what = random.pick(
      ["abort", "stop", "return", "throw", "reset"] as const,
    );
    this.log.push(what);
    switch (what) {
      case "abort":
        return call?.abort();
      case "stop":
        return call?.reads.end();
      case "return":
        return handler?.commands.push({ kind: "return" });
      case "throw":
        return handler?.commands.push({
          kind: "throw",
          error: random.pick(THROWN),
        });
      case "reset":
        if (this.streams.length === 0) return;
        return random.pick(this.streams).reset(random.pick(RESET_CODES));
    }
  }

  #disturb(): void {
    const { client, server, ends } = this.pair;
    this.isDisturbed = true;
    const what = this.random.pick(
      ["fail", "client close", "server close", "client drain", "server drain"],
    );
    this.log.push(what);
    switch (what) {
      case "fail":
        return ends[0].fail(new Error("the network is gone"));
      case "client close":
        return void client.close();
      case "server close":
        return void server.close();
      case "client drain":
        return void client.drain();
      case "server drain":
        return void server.drain("max_age");
    }
  }

  #payload(): Uint8Array {
    const { random } = this;
    return new Uint8Array(random.below(random.oneIn(8) ? 100_000 : 50));
  }
}

Deno.test("A call leaves nothing behind, in whatever order things happen to it", async () => {
  const timers = new Timers();
  let healthy = 0;
  await seeded(3_000, async (random) => {
    const play = new Play(random, timers);
    await play.pair.settle();
    try {
      for (let left = 5 + random.below(60); left > 0; left--) {
        play.act();
        await flush(random.below(40));
      }
      await play.finish();
      play.check();
      if (!play.isDisturbed) {
        healthy++;
        await play.checkConnection();
      }
      await play.close();
    } catch (error) {
      throw new Error(play.log.join(", "), { cause: error });
    }
  })();
  assert(healthy !== 0);
});
