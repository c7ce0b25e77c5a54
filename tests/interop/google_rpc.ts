import protobuf from "npm:protobufjs@7.6.6";

/** google/rpc/status.proto and what the tests need of google/rpc/error_details.proto. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  package google.rpc;

  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; }
    repeated FieldViolation field_violations = 1;
  }
  `,
  { keepCase: false },
);

/** A message of `google.rpc` with its codec, plain objects on both sides. */
export interface RpcType {
  readonly typeName: string;
  fromBinary(octets: Uint8Array): Record<string, unknown>;
  toBinary(message: Record<string, unknown>): Uint8Array;
}

/** A message of `google.rpc`, by its name there. */
export function rpcType(name: string): RpcType {
  const type = root.lookupType(`google.rpc.${name}`);
  return {
    typeName: `google.rpc.${name}`,
    fromBinary: (octets) => type.toObject(type.decode(octets)),
    toBinary: (message) => type.encode(type.fromObject(message)).finish(),
  };
}
