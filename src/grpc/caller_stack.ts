import { GrpcError } from "./grpc_error.ts";

/**
 * Has the stack of an error tell who waits for the call that it ends. By itself
 * it tells of the socket that was read. Nothing is captured for a call before it
 * fails.
 *
 * @param beneath The function whose callers are told.
 */
export function showCaller(
  error: unknown,
  beneath: (...args: never[]) => unknown,
): void {
  if (error instanceof GrpcError) Error.captureStackTrace(error, beneath);
}
