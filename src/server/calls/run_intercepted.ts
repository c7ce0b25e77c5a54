import type { ServerInterceptor } from "../../grpc/mod.ts";
import type { Implementation } from "./handler.ts";
import { runHandler } from "./run_handler.ts";
import type { ServerCall } from "./server_call.ts";

/** Wraps the run of a handler; what it throws ends the call. */
export type Intercept = (
  call: ServerCall,
  proceed: () => Promise<void>,
) => Promise<void>;

/**
 * Runs a handler inside an interceptor, like `runHandler`.
 *
 * @throws {TypeError} If the interceptor proceeds twice, returns before the
 * handler has, or leaves a call that is to have a response without one.
 * @throws Whatever the interceptor throws.
 */
export async function runIntercepted(
  intercept: Intercept,
  implementation: Implementation,
  call: ServerCall,
): Promise<Uint8Array | undefined> {
  let state: "before" | "running" | "done" = "before";
  let response: Uint8Array | undefined;
  const run = async () => {
    if (state !== "before") throw misuse(call, "proceeded twice");
    state = "running";
    try {
      response = await runHandler(implementation, call);
    } finally {
      state = "done";
    }
  };
  const stateNow = () => state as "before" | "running" | "done";
  await intercept(call, () => {
    const running = run();
    // Whoever does not wait for it has not asked for its error, either.
    running.catch(() => {});
    return running;
  });
  if (stateNow() === "running") {
    throw misuse(call, "returned before the handler had");
  }
  const isDue = !implementation.method.responseStream && !call.hasEnded;
  if (isDue && response === undefined) {
    throw misuse(call, "left the call without a response");
  }
  return response;
}

function misuse({ path }: ServerCall, what: string): TypeError {
  return new TypeError(
    `An interceptor of ${path} ${what}: expected it to await proceed() once, or to throw`,
  );
}

/** Puts interceptors around each other, the first outermost, if there are any. */
export function composeInterceptors(
  interceptors: readonly ServerInterceptor[],
): ServerInterceptor | undefined {
  if (interceptors.length === 0) return undefined;
  return interceptors.reduceRight<ServerInterceptor>(
    (next, interceptor) => (call, proceed) =>
      interceptor(call, () => next(call, proceed)),
    (_call, proceed) => proceed(),
  );
}
