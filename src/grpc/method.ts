/**
 * A method of a service, in the shape of grpc-js, which code generators emit.
 */
export interface MethodDefinition<Request, Response> {
  /** The path, such as `/helloworld.Greeter/SayHello`. */
  readonly path: string;
  /** Whether the client sends a stream of messages. */
  readonly requestStream: boolean;
  /** Whether the server sends a stream of messages. */
  readonly responseStream: boolean;
  /** Encodes a request. */
  requestSerialize(value: Request): Uint8Array;
  /** Decodes a request. */
  requestDeserialize(octets: Uint8Array): Request;
  /** Encodes a response. */
  responseSerialize(value: Response): Uint8Array;
  /** Decodes a response. */
  responseDeserialize(octets: Uint8Array): Response;
}

/** Requests of a call that streams them. */
export type Requests<Request> = AsyncIterable<Request> | Iterable<Request>;

/** The methods of a service by their names, in the shape of grpc-js. */
export type ServiceDefinition = Readonly<
  // deno-lint-ignore no-explicit-any
  Record<string, MethodDefinition<any, any>>
>;

/** "Path → "/" Service-Name "/" {method name}": no white space, no controls. */
// deno-lint-ignore no-control-regex
const PATH = /^\/[^\x00-\x20\x7f]*$/;

/** Whether something is the path of a method, such as `/echo.Echo/Unary`. */
export function isMethodPath(path: unknown): path is string {
  return typeof path === "string" && PATH.test(path);
}
