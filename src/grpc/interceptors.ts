import type { CallContext } from "./call_context.ts";
import type { CallOptions } from "./call_options.ts";
import type { Metadata } from "./metadata.ts";
import type { MethodDefinition } from "./method.ts";

/** A call that is about to be made. */
export interface ClientRequest {
  /** The method. */
  readonly method: MethodDefinition<unknown, unknown>;
  /** The custom metadata to send; an interceptor may add to it. */
  readonly metadata: Metadata;
  /** The requests. */
  readonly messages: AsyncIterable<unknown> | Iterable<unknown>;
  /** The options of the call; its deadline is a point in time. */
  readonly options: CallOptions;
}

/** A call that is being made. */
export interface ClientResponse {
  /** Resolves to the server's initial metadata. */
  readonly headers: Promise<Metadata>;
  /** Resolves to the server's trailing metadata, when the status is OK. */
  readonly trailers: Promise<Metadata>;
  /**
   * The responses; the iteration throws what the call ends with. Who stops
   * reading cancels the call. One that is never read goes on until its
   * deadline or its signal ends it.
   */
  readonly messages: AsyncIterable<unknown>;
}

/**
 * Wraps a call: one function that calls the next one, or does not, or does so
 * again. For logging, authentication, retries.
 *
 * @example Send a token with each call
 * ```ts
 * import type { ClientInterceptor } from "@keepalive/grpc";
 *
 * const authenticate: ClientInterceptor = (request, next) => {
 *   request.metadata.set("authorization", "Bearer …".replace("…", "token"));
 *   return next(request);
 * };
 * ```
 */
export type ClientInterceptor = (
  request: ClientRequest,
  next: (request: ClientRequest) => Promise<ClientResponse>,
) => Promise<ClientResponse>;

/**
 * Wraps the run of a handler: logging, authentication, timing. To refuse a
 * call, throw a `GrpcError` instead of calling `proceed`.
 */
export type ServerInterceptor = (
  call: CallContext,
  proceed: () => Promise<void>,
) => Promise<void>;
