import type { RequestHead } from "../../../src/server/calls/request_head.ts";
import type { MethodDefinition } from "../../../src/grpc/mod.ts";

/** The head of a request without fields, for a call that no handler serves. */
export function headOf(path: string): RequestHead {
  const implementation = {
    method: { path } as MethodDefinition<unknown, unknown>,
    handler: () => {},
  };
  return {
    fields: [],
    octets: 0,
    path,
    implementation,
    timeout: undefined,
    requestEncoding: "identity",
    responseEncoding: "identity",
  };
}
