import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { ErrorDetail, GrpcError } from "../grpc/mod.ts";

/**
 * A detail for a {@linkcode GrpcError}, of a message of protobuf-es.
 *
 * @param schema The schema of the message, such as `ErrorInfoSchema`.
 * @param init The message, or an init object of it.
 */
export function errorDetail<Desc extends DescMessage>(
  schema: Desc,
  init: MessageInitShape<Desc>,
): ErrorDetail {
  return {
    typeUrl: `type.googleapis.com/${schema.typeName}`,
    value: toBinary(schema, create(schema, init)),
  };
}

/**
 * The details of an error that are messages of a schema of protobuf-es, in their
 * order. One that cannot be decoded is left out.
 *
 * Connect calls it `ConnectError.findDetails(schema)`.
 *
 * @param error What a call has thrown.
 * @param schema The schema to look for, such as `ErrorInfoSchema`.
 */
export function findDetails<Desc extends DescMessage>(
  error: GrpcError,
  schema: Desc,
): MessageShape<Desc>[] {
  return error.findDetails({
    typeName: schema.typeName,
    fromBinary: (octets) => fromBinary(schema, octets),
  });
}
