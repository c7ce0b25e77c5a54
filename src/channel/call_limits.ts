import { GrpcError, Status } from "../grpc/mod.ts";

/** The longest delay that `setTimeout` takes. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** What ends a call before it is over: its deadline, or its caller. */
export interface CallLimits {
  /** Milliseconds until the deadline; `Infinity` for none. */
  readonly timeout: number;
  /** Forgets the limits: the call is over. */
  clear(): void;
}

/**
 * Watches over a call.
 *
 * @param deadline Milliseconds from now, or when.
 * @param cancel Ends the call.
 * @throws {RangeError} If the deadline is no number.
 */
export function limitCall(
  deadline: number | Date | undefined,
  signal: AbortSignal | undefined,
  cancel: (error: GrpcError) => void,
): CallLimits {
  const timeout = timeoutOf(deadline);
  const timer = timeout === Infinity ? undefined : setTimeout(
    () => cancel(new GrpcError(Status.DEADLINE_EXCEEDED, "Deadline exceeded")),
    Math.min(Math.max(timeout, 0), LONGEST_DELAY),
  );
  const abort = () =>
    cancel(
      new GrpcError(Status.CANCELLED, "the call was cancelled by its caller", {
        cause: signal?.reason,
      }),
    );
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort);
  return {
    timeout,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}

function timeoutOf(deadline: number | Date | undefined): number {
  if (deadline === undefined) return Infinity;
  const timeout = deadline instanceof Date
    ? deadline.getTime() - Date.now()
    : deadline;
  if (typeof timeout === "number" && !Number.isNaN(timeout)) return timeout;
  throw new RangeError(
    `Cannot use deadline: expected milliseconds or a Date, received ${deadline}`,
  );
}
