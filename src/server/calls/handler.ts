import type {
  AnyService,
  CallContext,
  DefinitionOf,
  MessageStream,
  MethodDefinition,
} from "../../grpc/mod.ts";

/** Serves a method with one request and one response. */
export type UnaryHandler<Request, Response> = (
  request: Request,
  call: CallContext,
) => Response | Promise<Response>;

/** Serves a method with one request and a stream of responses. */
export type ServerStreamingHandler<Request, Response> = (
  request: Request,
  call: CallContext,
) => AsyncIterable<Response> | Iterable<Response>;

/** Serves a method with a stream of requests and one response. */
export type ClientStreamingHandler<Request, Response> = (
  requests: MessageStream<Request>,
  call: CallContext,
) => Response | Promise<Response>;

/** Serves a method with a stream of requests and a stream of responses. */
export type BidiStreamingHandler<Request, Response> = (
  requests: MessageStream<Request>,
  call: CallContext,
) => AsyncIterable<Response> | Iterable<Response>;

/** The handlers of a service; what is left out is UNIMPLEMENTED. */
export type Handlers<Service extends AnyService> = {
  readonly [
    Name in keyof DefinitionOf<Service> & string as Name | Uncapitalize<Name>
  ]?: DefinitionOf<Service>[Name] extends
    MethodDefinition<unknown, infer Response, infer Request, unknown> & {
      readonly requestStream: infer RequestStream;
      readonly responseStream: infer ResponseStream;
    }
    // Of a method whose kind is known at run time only, any handler will do.
    ? boolean extends RequestStream
      // deno-lint-ignore no-explicit-any
      ? (requests: any, call: CallContext) => any
    : RequestStream extends true
      ? ResponseStream extends true ? BidiStreamingHandler<Request, Response>
      : ClientStreamingHandler<Request, Response>
    : ResponseStream extends true ? ServerStreamingHandler<Request, Response>
    : UnaryHandler<Request, Response>
    : never;
};

/** The handler of a method whose kind is known at run time only. */
// deno-lint-ignore no-explicit-any
export type AnyHandler = (requests: any, call: CallContext) => any;

/** A method and its handler. */
export interface Implementation {
  /** The method. */
  readonly method: MethodDefinition<unknown, unknown>;
  /** Its handler. */
  readonly handler: AnyHandler;
}
