/**
 * A method of a service, in the shape of grpc-js, which code generators emit.
 *
 * What is given and what is received may have different types: a generator may
 * let fields be left out of what is sent, and fill in those of what has come.
 * The order is that of proto-loader's type of the same name.
 *
 * @typeParam RequestIn What a client gives.
 * @typeParam ResponseIn What a handler gives.
 * @typeParam RequestOut What a handler receives.
 * @typeParam ResponseOut What a client receives.
 */
export interface MethodDefinition<
  RequestIn,
  ResponseIn,
  RequestOut = RequestIn,
  ResponseOut = ResponseIn,
> {
  /** The path, such as `/helloworld.Greeter/SayHello`. */
  readonly path: string;
  /** Whether the client sends a stream of messages. */
  readonly requestStream: boolean;
  /** Whether the server sends a stream of messages. */
  readonly responseStream: boolean;
  /** Encodes a request. */
  requestSerialize(value: RequestIn): Uint8Array;
  /**
   * Decodes a request. Its octets are not written to any more, but lie in a
   * `buffer` with others: `byteOffset` and `byteLength` tell where.
   */
  requestDeserialize(octets: Uint8Array): RequestOut;
  /** Encodes a response. */
  responseSerialize(value: ResponseIn): Uint8Array;
  /** Decodes a response, whose octets lie in the same way. */
  responseDeserialize(octets: Uint8Array): ResponseOut;
}

/** Requests of a call that streams them. */
export type Requests<Request> = AsyncIterable<Request> | Iterable<Request>;

/** The methods of a service by their names, in the shape of grpc-js. */
export type ServiceDefinition = Readonly<
  // deno-lint-ignore no-explicit-any
  Record<string, MethodDefinition<any, any>>
>;

/**
 * The names of a method for callers and handlers, as grpc-js has them: that of the
 * definition, which proto-loader takes as it stands in the `.proto`, `SayHello`,
 * and the same with a small letter, unless another method has that.
 */
export function methodNames(
  name: string,
  definition: ServiceDefinition,
): readonly string[] {
  const small = name.charAt(0).toLowerCase() + name.slice(1);
  return small in definition ? [name] : [name, small];
}

/** "Path → "/" Service-Name "/" {method name}": no white space, no controls. */
// deno-lint-ignore no-control-regex
const PATH = /^\/[^\x00-\x20\x7f]*$/;

/** Whether something is the path of a method, such as `/echo.Echo/Unary`. */
export function isMethodPath(path: unknown): path is string {
  return typeof path === "string" && PATH.test(path);
}
