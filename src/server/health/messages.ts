import type { MethodDefinition } from "../../grpc/mod.ts";

/** Whether a service can serve (`grpc.health.v1.HealthCheckResponse`). */
export const ServingStatus = {
  /** Nothing is known. */
  UNKNOWN: 0,
  /** It serves. */
  SERVING: 1,
  /** It does not serve at the moment. */
  NOT_SERVING: 2,
  /** `Watch` only: the server does not know the service. */
  SERVICE_UNKNOWN: 3,
} as const;

/** One of the values of {@linkcode ServingStatus}. */
export type ServingStatus = typeof ServingStatus[keyof typeof ServingStatus];

/** The request of both methods: the name of a service, "" for the server. */
export interface HealthCheckRequest {
  /** The name of a service, "" for the server as a whole. */
  service: string;
}

/** The response of both methods. */
export interface HealthCheckResponse {
  /** Whether the service can serve. */
  status: ServingStatus;
}

/** The definition of `grpc.health.v1.Health`, for servers and clients. */
export const HealthDefinition: {
  /** Whether a service can serve now. */
  readonly check:
    & MethodDefinition<HealthCheckRequest, HealthCheckResponse>
    & { readonly requestStream: false; readonly responseStream: false };
  /** The same, and each change from then on. */
  readonly watch:
    & MethodDefinition<HealthCheckRequest, HealthCheckResponse>
    & { readonly requestStream: false; readonly responseStream: true };
} = {
  check: healthMethod("/grpc.health.v1.Health/Check", false),
  watch: healthMethod("/grpc.health.v1.Health/Watch", true),
};

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Wire types of the Protocol Buffers encoding. */
const VARINT = 0;
const I64 = 1;
const LEN = 2;
const I32 = 5;

const FIELD_1_LEN = 1 << 3 | LEN;
const FIELD_1_VARINT = 1 << 3 | VARINT;

function healthMethod<Stream extends boolean>(
  path: string,
  responseStream: Stream,
) {
  return {
    path,
    requestStream: false as const,
    responseStream,
    requestSerialize: encodeRequest,
    requestDeserialize: decodeRequest,
    responseSerialize: encodeResponse,
    responseDeserialize: decodeResponse,
  };
}

function encodeRequest({ service }: HealthCheckRequest): Uint8Array {
  const name = new TextEncoder().encode(service);
  if (name.length === 0) return name;
  return Uint8Array.from([FIELD_1_LEN, ...encodeVarint(name.length), ...name]);
}

function decodeRequest(octets: Uint8Array): HealthCheckRequest {
  let service = "";
  for (const [tag, value] of decodeFields(octets)) {
    if (tag !== FIELD_1_LEN) continue;
    service = decoder.decode(value as Uint8Array);
  }
  return { service };
}

function encodeResponse({ status }: HealthCheckResponse): Uint8Array {
  return Uint8Array.from(status === 0 ? [] : [FIELD_1_VARINT, status]);
}

function decodeResponse(octets: Uint8Array): HealthCheckResponse {
  let status: ServingStatus = ServingStatus.UNKNOWN;
  for (const [tag, value] of decodeFields(octets)) {
    if (tag === FIELD_1_VARINT) status = value as ServingStatus;
  }
  return { status };
}

/** The tags and values of a message, those of unknown fields as well. */
function* decodeFields(
  octets: Uint8Array,
): Generator<[tag: number, value: number | Uint8Array]> {
  for (let at = 0; at < octets.length;) {
    const [tag, start] = decodeVarint(octets, at);
    if ((tag & 7) === VARINT) {
      const [value, end] = decodeVarint(octets, start);
      yield [tag, value];
      at = end;
      continue;
    }
    const [length, from] = lengthOf(tag, octets, start);
    at = from + length;
    if (at > octets.length) throw new TypeError("Truncated field");
    yield [tag, octets.subarray(from, at)];
  }
}

/** The length of a value that is no varint, and where the value begins. */
function lengthOf(
  tag: number,
  octets: Uint8Array,
  at: number,
): [length: number, from: number] {
  switch (tag & 7) {
    case I64:
      return [8, at];
    case LEN:
      return decodeVarint(octets, at);
    case I32:
      return [4, at];
    default:
      throw new TypeError(`Unknown wire type ${tag & 7}`);
  }
}

function encodeVarint(value: number): number[] {
  return value < 0x80
    ? [value]
    : [value & 0x7f | 0x80, ...encodeVarint(value >>> 7)];
}

function decodeVarint(octets: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const octet = octets[at++];
    if (octet === undefined) break;
    value += (octet & 0x7f) * 2 ** shift;
    if (octet < 0x80) return [value, at];
  }
  throw new TypeError("Malformed varint");
}
