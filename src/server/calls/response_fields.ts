import { type EncodableHeaderField, listSize } from "../../hpack/mod.ts";
import {
  ACCEPT_ENCODING,
  encodeStatusMessage,
  GrpcError,
  HEARTBEAT_FIELD,
  type MessageEncoding,
  type Metadata,
  Status,
} from "../../grpc/mod.ts";
import { RESPONSE_HEAD } from "../../transport/mod.ts";
import { fitStatus, type FittedStatus } from "./fit_status.ts";

type Fields = readonly EncodableHeaderField[];

const PLAIN_HEAD: Fields = [
  ...RESPONSE_HEAD,
  ["grpc-accept-encoding", ACCEPT_ENCODING],
];

const OK: EncodableHeaderField = ["grpc-status", "0"];

const PLAIN_TRAILERS: Fields = [OK];

const PLAIN_OK: FittedStatus = { fields: PLAIN_TRAILERS, dropped: [] };

/**
 * The headers of a response with messages in an encoding.
 *
 * @param heartbeat The interval that a client is answered, in milliseconds.
 */
export function headFields(
  encoding: MessageEncoding,
  metadata: Metadata | undefined,
  heartbeat: number | undefined,
): Fields {
  const isPlain = encoding === "identity" && metadata === undefined;
  if (isPlain && heartbeat === undefined) return PLAIN_HEAD;
  const fields = [...PLAIN_HEAD];
  if (encoding !== "identity") fields.push(["grpc-encoding", encoding]);
  if (heartbeat !== undefined) {
    fields.push([HEARTBEAT_FIELD, String(heartbeat)]);
  }
  if (metadata !== undefined) fields.push(...metadata.toFields());
  return fields;
}

/** The same with a further field, if the client accepts so much. */
export function withField(
  fields: Fields,
  name: string,
  value: string,
  limit: number,
): Fields {
  const more: Fields = [...fields, [name, value]];
  return listSize(more) <= limit ? more : fields;
}

/** The status of a call whose client does not accept the headers of it. */
export function headProblem(
  fields: Fields,
  limit: number,
): GrpcError | undefined {
  if (limit === Infinity) return undefined;
  const size = listSize(fields);
  if (size <= limit) return undefined;
  return new GrpcError(
    Status.RESOURCE_EXHAUSTED,
    `Cannot send the initial metadata: its header list has ${size} octets, the client accepts ${limit}`,
  );
}

/** What the server is told of metadata that had no room beside a status. */
export function trailersProblem(
  path: string,
  keys: readonly string[],
  limit: number,
): RangeError {
  const names = keys.map((key) => `"${key}"`).join(", ");
  return new RangeError(
    `Cannot send all trailers of ${path}: the client accepts header lists of ${limit} octets, left out ${names}`,
  );
}

/**
 * The trailers of a response with the status OK.
 *
 * @param limit Octets of a header list that the client accepts.
 */
export function okFields(
  metadata: Metadata | undefined,
  limit: number,
): FittedStatus {
  return metadata === undefined
    ? PLAIN_OK
    : fitStatus(PLAIN_TRAILERS, "", metadata.toFields(), limit);
}

/**
 * The trailers of a response with an error; without headers, trailers-only.
 *
 * @param limit Octets of a header list that the client accepts.
 */
export function errorFields(
  error: GrpcError,
  metadata: Metadata | undefined,
  hasHead: boolean,
  limit: number,
): FittedStatus {
  const required: EncodableHeaderField[] = [
    ...(hasHead ? [] : RESPONSE_HEAD),
    ["grpc-status", String(error.code)],
  ];
  // Each character takes an octet at the least: what follows has no room.
  const details = error.statusMessage.slice(0, limit);
  return fitStatus(
    required,
    encodeStatusMessage(details),
    [...metadata?.toFields() ?? [], ...error.metadata.toFields()],
    limit,
  );
}
