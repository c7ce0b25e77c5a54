import { reportFault } from "../../runtime/mod.ts";
import type { HandlerQuota } from "./handler_quota.ts";
import {
  type CallRun,
  runCall,
  type RunningHandler,
  type RunSettings,
} from "./run_call.ts";
import type { ServerCall } from "./server_call.ts";
import { type Line, UnaryRun } from "./unary_run.ts";

/**
 * Handlers that start at once: what they answer leaves before the next ones
 * start. So the client works on the first answers while this end makes the
 * others, where each would wait for all of the other's work.
 */
const MOST_AT_ONCE = 32;

/**
 * Where the handlers of one connection start. Those whose request came in a read
 * start when all of it has been handed over: a reset that came with its request
 * is known by then.
 */
export class HandlerStart implements Line {
  /** How many may run at once. */
  readonly quota: HandlerQuota;
  readonly settings: RunSettings;
  #ready: UnaryRun[] = [];

  /** Starts none, and bounds how many run at once. */
  constructor(quota: HandlerQuota, settings: RunSettings) {
    this.quota = quota;
    this.settings = settings;
  }

  /** Runs a call with what serves it, and follows its handler. */
  start(call: ServerCall, handler: RunningHandler): void {
    const { settings } = this;
    const { implementation } = call.head;
    if (!this.quota.enter()) {
      return void this.#wait({ settings, implementation, call, handler });
    }
    const { method } = implementation;
    const isPlain = settings.intercept === undefined &&
      !method.requestStream && !method.responseStream;
    if (isPlain) {
      return call.inbox.awaitOnly(new UnaryRun(call, handler, this));
    }
    const run = { settings, implementation, call, handler };
    void runCall(run, this.quota);
  }

  /** The request of a call is there. */
  join(run: UnaryRun): void {
    if (this.#ready.push(run) === 1) queueMicrotask(this.#runReady);
  }

  readonly #runReady = (): void => {
    const ready = this.#ready;
    this.#ready = ready.length > MOST_AT_ONCE ? ready.splice(MOST_AT_ONCE) : [];
    const isMore = this.#ready.length > 0;
    for (const run of ready) {
      try {
        run.begin();
      } catch (error) {
        reportFault(error);
      }
    }
    // After the connection's turn, for which the first answer has asked.
    if (isMore) queueMicrotask(this.#runReady);
  };

  async #wait(run: CallRun): Promise<void> {
    const { call, handler } = run;
    if (await this.quota.wait(call.signal)) return runCall(run, this.quota);
    call.served();
    handler.leave();
  }
}
