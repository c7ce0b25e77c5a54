import { type CallOptions, GrpcError, Status } from "../../grpc/mod.ts";
import { duration } from "../../options/mod.ts";
import { type Clock, onAbort, Timer } from "../../runtime/mod.ts";
import { requireDeadline } from "./check_call.ts";

/** The last millisecond that `Date` knows. */
const LAST_DATE = 8.64e15;

/** What ends a call before it is over: its deadline, or its caller. */
export interface CallLimits {
  /** Milliseconds until the deadline; `Infinity` for none. */
  timeLeft(): number;
  /** Forgets the limits: the call is over. */
  clear(): void;
}

/** A call that is watched over. */
export interface LimitedCall {
  /** It is over. */
  interrupt(error: GrpcError): void;
}

const UNLIMITED: CallLimits = { timeLeft: () => Infinity, clear: () => {} };

/**
 * Watches over a call. One that is too late or aborted is cancelled at once.
 *
 * @param clock Whose milliseconds they are.
 * @param options Say when it is too late, and who may abort it.
 * @throws {TypeError | RangeError} If the deadline is none.
 */
export function limitCall(
  clock: Clock,
  { deadline, signal }: CallOptions,
  call: LimitedCall,
): CallLimits {
  const timeout = timeoutOf(clock, deadline);
  if (timeout === Infinity && signal === undefined) return UNLIMITED;
  return limit(clock, timeout, signal, call);
}

function limit(
  clock: Clock,
  timeout: number,
  signal: AbortSignal | undefined,
  call: LimitedCall,
): CallLimits {
  const expire = () => call.interrupt(exceeded(timeout));
  const abort = () =>
    call.interrupt(
      new GrpcError(Status.CANCELLED, "the call was cancelled by its caller", {
        cause: signal?.reason,
      }),
    );
  const isOver = signal?.aborted || timeout <= 0;
  let watch: Disposable | undefined;
  if (signal?.aborted) abort();
  else if (timeout <= 0) expire();
  else if (signal !== undefined) watch = onAbort(signal, abort);
  const timer = new Timer(clock);
  if (!isOver) timer.plan(timeout, expire);
  const start = clock.now();
  return {
    timeLeft: () => timeout - (clock.now() - start),
    clear: () => {
      timer.cancel();
      watch?.[Symbol.dispose]();
    },
  };
}

/** A deadline that had passed before the call began has no time to tell. */
function exceeded(timeout: number): GrpcError {
  const after = timeout > 0 ? ` after ${duration(timeout)}` : "";
  return new GrpcError(Status.DEADLINE_EXCEEDED, `Deadline exceeded${after}`);
}

/**
 * The same deadline as a point in time, for a call that may be made again.
 *
 * @throws {TypeError | RangeError} If the deadline is none.
 */
export function fixDeadline(
  clock: Clock,
  deadline: number | Date | undefined,
): Date | undefined {
  const timeout = timeoutOf(clock, deadline);
  if (timeout === Infinity) return undefined;
  const at = clock.wall() + timeout;
  return new Date(Math.min(Math.max(at, 0), LAST_DATE));
}

/**
 * The earlier of a deadline and a timeout from now.
 *
 * @throws {TypeError | RangeError} If the deadline is none.
 */
export function earlierDeadline(
  clock: Clock,
  deadline: number | Date | undefined,
  timeout: number,
): number | Date | undefined {
  return timeoutOf(clock, deadline) <= timeout ? deadline : timeout;
}

function timeoutOf(
  clock: Clock,
  deadline: number | Date | undefined,
): number {
  if (deadline === undefined) return Infinity;
  requireDeadline(deadline);
  return deadline instanceof Date
    ? deadline.getTime() - clock.wall()
    : deadline;
}
