import { assertEquals } from "@std/assert";
import { HandlerQuota } from "../../src/server/calls/handler_quota.ts";
import { HandlerStart } from "../../src/server/calls/handler_start.ts";
import type { RequestHead } from "../../src/server/calls/request_head.ts";
import type { ServerCall } from "../../src/server/calls/server_call.ts";
import type { WaitingForOnly } from "../../src/grpc/mod.ts";
import { headOf } from "../grpc/support/head_of.ts";

/** Runs of calls whose requests come when they are told to. */
class Scene {
  readonly log: (number | string)[] = [];
  readonly waiting: WaitingForOnly[] = [];
  readonly start = new HandlerStart(new HandlerQuota(1_000), {});
  hasEnded = false;

  constructor(calls: number, handler: (log: Scene["log"]) => void) {
    for (let index = 0; index < calls; index++) {
      this.start.start(this.#call(index, handler), { leave() {} });
    }
  }

  /** All requests come, in one read. */
  receive(): void {
    const payload = new Uint8Array(1);
    for (const each of this.waiting) {
      each.resolve({ compressed: false, payload });
    }
  }

  #head(index: number, handler: (log: Scene["log"]) => void): RequestHead {
    const head = headOf("/a.B/C");
    return {
      ...head,
      implementation: {
        method: {
          ...head.implementation.method,
          requestDeserialize: (octets) => octets,
          responseSerialize: () => new Uint8Array(1),
        },
        handler: () => {
          this.log.push(index);
          handler(this.log);
        },
      },
    };
  }

  #call(index: number, handler: (log: Scene["log"]) => void): ServerCall {
    const call: Partial<Record<keyof ServerCall, unknown>> = {
      head: this.#head(index, handler),
      inbox: { awaitOnly: (each: WaitingForOnly) => this.waiting.push(each) },
      openOnly: () => new Uint8Array(1),
      isCrowded: false,
      canSendNow: true,
      handlerBegan() {},
      chooseEncoding() {},
      finishWith: () => void this.log.push(`answer ${index}`),
      fail() {},
      served() {},
    };
    Object.defineProperty(call, "hasEnded", { get: () => this.hasEnded });
    return call as unknown as ServerCall;
  }
}

Deno.test("no handler starts before all that was read has been handed over, nor if its call has ended by then", async () => {
  const scene = new Scene(3, () => {});
  scene.receive();
  assertEquals(scene.log, []);
  scene.hasEnded = true;
  await Promise.resolve();
  assertEquals(scene.log, []);
});

Deno.test("what 32 handlers answer leaves before the next ones start, in order", async () => {
  const scene = new Scene(100, (log) => {
    if (log.length > 1) return;
    // As a connection does with the first octets of a turn.
    queueMicrotask(() => log.push("written"));
  });
  scene.receive();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  const { log } = scene;
  const handled = log.filter((each) => typeof each === "number");
  assertEquals(handled, Array.from({ length: 100 }, (_, index) => index));
  const before = log.slice(0, log.indexOf("written"));
  assertEquals(before.filter((each) => typeof each === "number").length, 32);
  assertEquals(before.at(-1), "answer 31");
});
