import { Buffer } from "node:buffer";
import type * as grpc from "npm:@grpc/grpc-js@1.14.7";

const DEFAULT_REPEAT = 10;

/** Messages are raw bytes. */
export function raw(bytes: Buffer): Buffer {
  return bytes;
}

function method(name: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/echo.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
}

export const echoService = {
  Unary: method("Unary", false, false),
  ServerStream: method("ServerStream", false, true),
  ClientStream: method("ClientStream", true, false),
  Bidi: method("Bidi", true, true),
};

export const echoHandlers = {
  Unary(
    call: grpc.ServerUnaryCall<Buffer, Buffer>,
    reply: grpc.sendUnaryData<Buffer>,
  ): void {
    reply(null, call.request);
  },

  ServerStream(call: grpc.ServerWritableStream<Buffer, Buffer>): void {
    const repeat = Number(call.metadata.get("x-repeat")[0] ?? DEFAULT_REPEAT);
    for (let n = 0; n < repeat; n++) call.write(call.request);
    call.end();
  },

  ClientStream(
    call: grpc.ServerReadableStream<Buffer, Buffer>,
    reply: grpc.sendUnaryData<Buffer>,
  ): void {
    const messages: Buffer[] = [];
    call.on("data", (message: Buffer) => messages.push(message));
    call.on("end", () => reply(null, Buffer.concat(messages)));
  },

  Bidi(call: grpc.ServerDuplexStream<Buffer, Buffer>): void {
    call.on("data", (message: Buffer) => call.write(message));
    call.on("end", () => call.end());
  },
};
