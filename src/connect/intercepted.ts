import type {
  Interceptor,
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";

/** Puts interceptors, the first outermost, around what makes or serves a call. */
export function intercepted<
  Request extends UnaryRequest | StreamRequest,
  Response extends UnaryResponse | StreamResponse,
>(
  interceptors: readonly Interceptor[],
  run: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  type Run = Parameters<Interceptor>[0];
  return interceptors.reduceRight<Run>(
    (next, interceptor) => interceptor(next),
    run as unknown as Run,
  ) as unknown as (request: Request) => Promise<Response>;
}
