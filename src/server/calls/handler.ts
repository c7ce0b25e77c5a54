import type {
  CallContext,
  MethodDefinition,
  ServiceDefinition,
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
  requests: AsyncIterable<Request>,
  call: CallContext,
) => Response | Promise<Response>;

/** Serves a method with a stream of requests and a stream of responses. */
export type BidiStreamingHandler<Request, Response> = (
  requests: AsyncIterable<Request>,
  call: CallContext,
) => AsyncIterable<Response> | Iterable<Response>;

/** The handlers of a service; what is left out is UNIMPLEMENTED. */
export type Handlers<Definition extends ServiceDefinition> = {
  readonly [Name in keyof Definition & string as Name | Uncapitalize<Name>]?:
    Definition[Name] extends
      MethodDefinition<unknown, infer Response, infer Request, unknown>
      // Of a method whose kind is known at run time only, any handler will do.
      ? boolean extends Definition[Name]["requestStream"]
        // deno-lint-ignore no-explicit-any
        ? (requests: any, call: CallContext) => any
      : Definition[Name]["requestStream"] extends true
        ? Definition[Name]["responseStream"] extends true
          ? BidiStreamingHandler<Request, Response>
        : ClientStreamingHandler<Request, Response>
      : Definition[Name]["responseStream"] extends true
        ? ServerStreamingHandler<Request, Response>
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
