import { Channel } from "../../../mod.ts";
import { setTimeout as delay } from "node:timers/promises";
import { Echo } from "../echo/mod.ts";
import type { Scenario } from "./stage.ts";
import { isAsSaid } from "./verdict.ts";

/** Milliseconds between two calls. */
const INTERVAL = 10;

/** Calls before each disturbance, and after the last one. */
const CALLS = 50;

/** Milliseconds that all of it may take, processes to start included. */
const EXPECTED = 5_000;

/** What a user would write: calls wait for the server, and are tried again. */
const SERVICE_CONFIG = {
  methodConfig: [{
    name: [{ service: "echo.Echo" }],
    waitForReady: true,
    retryPolicy: {
      maxAttempts: 5,
      initialBackoff: "0.05s",
      maxBackoff: "1s",
      backoffMultiplier: 2,
      retryableStatusCodes: ["UNAVAILABLE"],
    },
  }],
};

/** A server is stopped, and another one killed, under one channel. */
export const restart: Scenario = {
  title: "A channel that outlives its servers",
  introduction: [
    "One channel makes a hundred calls a second. Its server is told to stop, and",
    "another one takes its place; that one is killed, and a third one comes. The",
    "calls wait for a server, and those that a kill has cut off are made again.",
  ],

  async play(stage) {
    const first = stage.server("", ["stopped"]);
    const port = await first.port();
    await using channel = new Channel(`127.0.0.1:${port}`, {
      backoff: { initialBackoff: 100 },
      serviceConfig: SERVICE_CONFIG,
    });
    const calls = new Calls(channel);
    const changes = (async () => {
      for await (const { state, reason } of channel.changes()) {
        stage.say(`The channel is ${state}: ${reason}`);
      }
    })();
    await stage.wait(
      "Two restarts",
      EXPECTED,
      (async () => {
        await calls.more();
        await first.stop();
        const second = stage.server("", ["stopped"], port);
        await calls.more();
        second.signal("SIGKILL");
        await second.status;
        stage.server("", ["stopped"], port);
        await calls.more();
      })(),
    );
    await calls.stop();
    await channel.close();
    await changes;
    stage.judge(
      isAsSaid(
        "Two restarts cost no call",
        `0 of ${calls.made} failed`,
        `${calls.failed} of ${calls.made} failed`,
      ),
    );
  },
};

/** Makes calls on a channel, one each few milliseconds. */
class Calls {
  made = 0;
  failed = 0;
  readonly #channel: Channel;
  readonly #running = new Set<Promise<void>>();
  readonly #making: Promise<void>;
  #succeeded = 0;
  #isOver = false;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#making = this.#make();
  }

  /** Resolves when so many more calls have succeeded, or any has failed. */
  async more(): Promise<void> {
    const enough = this.#succeeded + CALLS;
    while (this.#succeeded < enough && this.failed === 0) await delay(INTERVAL);
  }

  /** Makes no more calls, and waits for those that run. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#making;
    await Promise.all(this.#running);
  }

  async #make(): Promise<void> {
    while (!this.#isOver) {
      const call = this.#call();
      this.#running.add(call);
      call.finally(() => this.#running.delete(call));
      await delay(INTERVAL);
    }
  }

  async #call(): Promise<void> {
    this.made++;
    const request = new TextEncoder().encode(`call ${this.made}`);
    try {
      await this.#channel.unary(Echo.unary, request, { deadline: 20_000 });
      this.#succeeded++;
    } catch {
      this.failed++;
    }
  }
}
