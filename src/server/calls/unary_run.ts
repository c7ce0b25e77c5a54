import {
  GrpcError,
  type OnlyMessage,
  type WaitingForOnly,
} from "../../grpc/mod.ts";
import type { HandlerQuota } from "./handler_quota.ts";
import type { Implementation } from "./handler.ts";
import {
  type CallRun,
  failRun,
  leaveRun,
  runCall,
  type RunningHandler,
  type RunSettings,
} from "./run_call.ts";
import { isThenable, readOnly, serializeOnly } from "./run_handler.ts";
import type { ServerCall } from "./server_call.ts";

/** Those whose requests have come wait in it for their turn. */
export interface Line {
  /** How many handlers may run at once. */
  readonly quota: HandlerQuota;
  /** How calls are run. */
  readonly settings: RunSettings;
  /** The request of a call is there: `begin` is to be called. */
  join(run: UnaryRun): void;
}

/**
 * Runs a call with one request and one response as {@linkcode runCall} does, but
 * without a promise where nothing has to be waited for: its half dozen promises
 * would cost more than all else about a short call.
 */
export class UnaryRun implements CallRun, WaitingForOnly {
  readonly call: ServerCall;
  readonly handler: RunningHandler;
  readonly #line: Line;
  /** What came for the request, once it is known. */
  #came: OnlyMessage | GrpcError = "none";
  #hasToWait = false;

  /** Awaits the request of a call that has entered the quota. */
  constructor(call: ServerCall, handler: RunningHandler, line: Line) {
    this.call = call;
    this.handler = handler;
    this.#line = line;
  }

  get settings(): RunSettings {
    return this.#line.settings;
  }

  get implementation(): Implementation {
    return this.call.head.implementation;
  }

  resolve(only: OnlyMessage): void {
    this.#came = only;
    this.#hasToWait = typeof only !== "string" && only.compressed ||
      this.call.isCrowded;
    this.#line.join(this);
  }

  reject(error: GrpcError): void {
    this.#came = error;
    this.#line.join(this);
  }

  /** Begins, as it is known what came for the request. */
  begin(): void {
    const { quota } = this.#line;
    const came = this.#came;
    let isOver = true;
    try {
      if (came instanceof GrpcError) throw came;
      if (this.#hasToWait) return void runCall(this, quota, came);
      if (!this.call.hasEnded) isOver = this.#respond(came);
    } catch (error) {
      failRun(this, error);
    }
    if (isOver) leaveRun(this, quota);
  }

  /** Answers whether the call is over. */
  #respond(only: OnlyMessage): boolean {
    const { call, implementation: { method, handler } } = this;
    const request = readOnly(method, call, call.openOnly(only));
    const response = handler(request, call);
    call.handlerBegan();
    if (isThenable(response) || !call.canSendNow) {
      void this.#respondLater(response);
      return false;
    }
    call.finishWith(serializeOnly(method, response, call));
    return true;
  }

  async #respondLater(response: unknown): Promise<void> {
    const { call, implementation: { method } } = this;
    try {
      const payload = serializeOnly(method, await response, call);
      const sending = call.finishWith(payload);
      if (sending !== undefined) await sending;
    } catch (error) {
      failRun(this, error);
    } finally {
      leaveRun(this, this.#line.quota);
    }
  }
}
