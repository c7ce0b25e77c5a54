import type { EncodableHeaderField } from "../hpack/mod.ts";
import { ACCEPT_ENCODING } from "./compression.ts";
import type { MessageEncoding } from "./encoding.ts";
import type { GrpcError } from "./grpc_error.ts";
import type { Metadata } from "./metadata.ts";
import { encodeStatusMessage } from "./percent.ts";

type Fields = readonly EncodableHeaderField[];

const HEAD: Fields = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

const PLAIN_HEAD: Fields = [
  ...HEAD,
  ["grpc-accept-encoding", ACCEPT_ENCODING],
];

const OK: EncodableHeaderField = ["grpc-status", "0"];

const PLAIN_TRAILERS: Fields = [OK];

/** The headers of a response with messages in an encoding. */
export function headFields(
  encoding: MessageEncoding,
  metadata: Metadata | undefined,
): Fields {
  if (encoding === "identity" && metadata === undefined) return PLAIN_HEAD;
  const fields = [...PLAIN_HEAD];
  if (encoding !== "identity") fields.push(["grpc-encoding", encoding]);
  if (metadata !== undefined) fields.push(...metadata.toFields());
  return fields;
}

/** The trailers of a response with the status OK. */
export function okFields(metadata: Metadata | undefined): Fields {
  return metadata === undefined ? PLAIN_TRAILERS : [OK, ...metadata.toFields()];
}

/** The trailers of a response with an error; without headers, trailers-only. */
export function errorFields(
  error: GrpcError,
  metadata: Metadata | undefined,
  hasHead: boolean,
): Fields {
  const fields: EncodableHeaderField[] = [
    ...(hasHead ? [] : HEAD),
    ["grpc-status", String(error.code)],
  ];
  if (error.details !== "") {
    fields.push(["grpc-message", encodeStatusMessage(error.details)]);
  }
  if (metadata !== undefined) fields.push(...metadata.toFields());
  fields.push(...error.metadata.toFields());
  return fields;
}
