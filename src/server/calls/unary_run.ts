import type { GrpcError, OnlyMessage, WaitingForOnly } from "../../grpc/mod.ts";
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
  /** The request of a call is there: `begin` is to be called. */
  join(run: UnaryRun): void;
}

/**
 * Runs a call with one request and one response as {@linkcode runCall} does, but
 * without a promise where nothing has to be waited for: its half dozen promises
 * would cost more than all else about a short call.
 */
export class UnaryRun implements CallRun, WaitingForOnly {
  readonly settings: RunSettings;
  readonly implementation: Implementation;
  readonly call: ServerCall;
  readonly handler: RunningHandler;
  readonly #line: Line;
  #only: OnlyMessage = "none";
  #error: GrpcError | undefined;
  #hasToWait = false;

  /** Awaits the request of a call that has entered the quota. */
  constructor(
    settings: RunSettings,
    implementation: Implementation,
    call: ServerCall,
    handler: RunningHandler,
    line: Line,
  ) {
    this.settings = settings;
    this.implementation = implementation;
    this.call = call;
    this.handler = handler;
    this.#line = line;
  }

  resolve(only: OnlyMessage): void {
    this.#only = only;
    this.#hasToWait = typeof only !== "string" && only.compressed ||
      this.call.isCrowded;
    this.#line.join(this);
  }

  reject(error: GrpcError): void {
    this.#error = error;
    this.#line.join(this);
  }

  /** Begins, as it is known what came for the request. */
  begin(): void {
    const { quota } = this.#line;
    let isOver = true;
    try {
      if (this.#error !== undefined) throw this.#error;
      if (this.#hasToWait) return void runCall(this, quota, this.#only);
      if (!this.call.hasEnded) isOver = this.#respond();
    } catch (error) {
      failRun(this, error);
    }
    if (isOver) leaveRun(this, quota);
  }

  /** Answers whether the call is over. */
  #respond(): boolean {
    const { call, implementation: { method, handler } } = this;
    const payload = call.requests.open(this.#only) as Uint8Array;
    const response = handler(readOnly(method, call, payload), call);
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
