import type {
  ClientInterceptor,
  ClientRequest,
  ClientResponse,
} from "../../grpc/mod.ts";

/** Puts interceptors around the call itself, the first outermost. */
export function composeInterceptors(
  interceptors: readonly ClientInterceptor[],
  call: (request: ClientRequest) => Promise<ClientResponse>,
): (request: ClientRequest) => Promise<ClientResponse> {
  return interceptors.reduceRight<typeof call>(
    (next, interceptor) => (request) => interceptor(request, next),
    call,
  );
}
