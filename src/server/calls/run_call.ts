import { tell } from "../../runtime/mod.ts";
import {
  type CallContext,
  GrpcError,
  type OnlyMessage,
} from "../../grpc/mod.ts";
import type { Implementation } from "./handler.ts";
import type { HandlerQuota } from "./handler_quota.ts";
import { runHandler, statusOfThrown } from "./run_handler.ts";
import { type Intercept, runIntercepted } from "./run_intercepted.ts";
import type { ServerCall } from "./server_call.ts";

/** What a call is run with. */
export interface CallRun {
  /** What the calls of its server have in common. */
  readonly settings: RunSettings;
  /** What serves it. */
  readonly implementation: Implementation;
  /** The call. */
  readonly call: ServerCall;
  /** Its handler, as it is followed. */
  readonly handler: RunningHandler;
}

/** How calls are run. */
export interface RunSettings {
  /** Wraps the run of each handler; what it throws ends the call. */
  readonly intercept?: Intercept | undefined;
  /** Is told what a handler throws that is not meant for the client. */
  readonly onHandlerError?:
    | ((error: unknown, call: CallContext) => void)
    | undefined;
}

/** A handler that is followed. */
export interface RunningHandler {
  /** It is done, or will not be run; once, as its place is another's then. */
  leave(): void;
}

/**
 * Runs a call that has entered the quota, from its requests to its status.
 *
 * @param only The only request, if it is known by now what came for it.
 */
export async function runCall(
  run: CallRun,
  quota: HandlerQuota,
  only?: OnlyMessage,
): Promise<void> {
  const { settings: { intercept }, implementation, call } = run;
  try {
    if (call.hasEnded) return;
    const response = intercept === undefined
      ? await runHandler(implementation, call, only)
      : await runIntercepted(intercept, implementation, call);
    if (response === undefined) call.finish();
    else await call.finishWith(response);
  } catch (error) {
    failRun(run, error);
  } finally {
    leaveRun(run, quota);
  }
}

/** Something was thrown: it ends the call, and is told if it is news. */
export function failRun({ settings, call }: CallRun, error: unknown): void {
  const isNews = !call.hasEnded && !(error instanceof GrpcError);
  call.fail(statusOfThrown(error));
  const { onHandlerError } = settings;
  if (isNews && onHandlerError !== undefined) tell(onHandlerError, error, call);
}

/** The handler is done. */
export function leaveRun(
  { call, handler }: CallRun,
  quota: HandlerQuota,
): void {
  call.served();
  quota.leave();
  handler.leave();
}
