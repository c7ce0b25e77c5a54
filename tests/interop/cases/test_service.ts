/**
 * The messages and methods of `grpc.testing`, as protobufjs and
 * `@grpc/proto-loader` make them of `testing.proto`.
 *
 * @module
 */

import { loadSync } from "npm:@grpc/proto-loader@0.8.1";
import type { MethodDefinition } from "../../../mod.ts";

/** A message without fields. */
export type Empty = Record<string, never>;

/** A value that may be absent. */
export interface BoolValue {
  value: boolean;
}

/** Octets; `type` 0 is COMPRESSABLE, the only one. */
export interface Payload {
  type?: number;
  body: Uint8Array;
}

/** A status that the server is to end the call with. */
export interface EchoStatus {
  code: number;
  message: string;
}

/** The request of `UnaryCall`. */
export interface SimpleRequest {
  responseType?: number;
  responseSize?: number;
  payload?: Payload | null;
  responseCompressed?: BoolValue | null;
  responseStatus?: EchoStatus | null;
  expectCompressed?: BoolValue | null;
}

/** The response of `UnaryCall`. */
export interface SimpleResponse {
  payload?: Payload | null;
}

/** A request of `StreamingInputCall`. */
export interface InputRequest {
  payload?: Payload | null;
  expectCompressed?: BoolValue | null;
}

/** The response of `StreamingInputCall`. */
export interface InputResponse {
  aggregatedPayloadSize: number;
}

/** A response that the server is to send; `intervalUs` after the one before. */
export interface ResponseParameters {
  size: number;
  intervalUs?: number;
  compressed?: BoolValue | null;
}

/** A request of `StreamingOutputCall` and `FullDuplexCall`. */
export interface OutputRequest {
  responseType?: number;
  responseParameters?: ResponseParameters[];
  payload?: Payload | null;
  responseStatus?: EchoStatus | null;
}

/** A response of `StreamingOutputCall` and `FullDuplexCall`. */
export interface OutputResponse {
  payload?: Payload | null;
}

/** A method of a kind that is known. */
export interface Method<
  Request,
  Response,
  RequestStream extends boolean,
  ResponseStream extends boolean,
> extends MethodDefinition<Request, Response> {
  readonly requestStream: RequestStream;
  readonly responseStream: ResponseStream;
}

/** `grpc.testing.TestService`. */
export type TestService = {
  readonly EmptyCall: Method<Empty, Empty, false, false>;
  readonly UnaryCall: Method<SimpleRequest, SimpleResponse, false, false>;
  readonly StreamingOutputCall: Method<
    OutputRequest,
    OutputResponse,
    false,
    true
  >;
  readonly StreamingInputCall: Method<InputRequest, InputResponse, true, false>;
  readonly FullDuplexCall: Method<OutputRequest, OutputResponse, true, true>;
  readonly UnimplementedCall: Method<Empty, Empty, false, false>;
};

/** `grpc.testing.UnimplementedService`. */
export type UnimplementedService = {
  readonly UnimplementedCall: Method<Empty, Empty, false, false>;
};

/** The services of `grpc.testing`. */
export interface TestServices {
  readonly testService: TestService;
  readonly unimplementedService: UnimplementedService;
}

/** Reads the services from `testing.proto`. */
export function loadTestServices(path: string): TestServices {
  const loaded = loadSync(path, { defaults: true });
  return {
    testService: loaded["grpc.testing.TestService"] as unknown as TestService,
    unimplementedService: loaded[
      "grpc.testing.UnimplementedService"
    ] as unknown as UnimplementedService,
  };
}
