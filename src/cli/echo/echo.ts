/**
 * The service `echo.Echo`. Its messages are plain octets, so that it needs no
 * generated code.
 *
 * @module
 */
import type { MethodDefinition } from "../../../mod.ts";

/** A method of the echo. */
export interface EchoMethod<
  RequestStream extends boolean,
  ResponseStream extends boolean,
> extends MethodDefinition<Uint8Array, Uint8Array> {
  /** Whether the client sends a stream of messages. */
  readonly requestStream: RequestStream;
  /** Whether the server sends a stream of messages. */
  readonly responseStream: ResponseStream;
}

/** The methods of the echo, for servers and clients. */
export const Echo = {
  /** Answers with the request. */
  unary: method("Unary", false, false),
  /** Answers with the request as often as {@linkcode REPEAT} says. */
  serverStream: method("ServerStream", false, true),
  /**
   * Answers with the last request, or with no octets if there is none. All of
   * them together could be longer than a message may be.
   */
  clientStream: method("ClientStream", true, false),
  /** Answers with each request as soon as it comes. */
  bidi: method("Bidi", true, true),
};

/** Metadata of `ServerStream`: how many responses to send; 10 by default. */
export const REPEAT = "x-repeat";

/** Metadata of `ServerStream`: milliseconds between two responses. */
export const INTERVAL = "x-interval";

/** The largest value of {@linkcode REPEAT} and {@linkcode INTERVAL}. */
export const LARGEST_VALUE = 999_999_999;

function method<RequestStream extends boolean, ResponseStream extends boolean>(
  name: string,
  requestStream: RequestStream,
  responseStream: ResponseStream,
): EchoMethod<RequestStream, ResponseStream> {
  const octets = (message: Uint8Array) => message;
  return {
    path: `/echo.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: octets,
    requestDeserialize: octets,
    responseSerialize: octets,
    responseDeserialize: octets,
  };
}
