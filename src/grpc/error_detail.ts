import { display } from "../options/mod.ts";

/**
 * A detail of an error: a message and its type, as `google.protobuf.Any` has
 * them, such as what `anyPack` of protobuf-es returns
 * ({@link https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto | google.rpc.Status}).
 */
export interface ErrorDetail {
  /** The name of its type after a prefix, `type.googleapis.com/google.rpc.ErrorInfo`. */
  readonly typeUrl: string;
  /** The message, encoded. */
  readonly value: Uint8Array;
}

/**
 * A type of message that can decode itself, as protobuf-ts (`typeName`,
 * `fromBinary`) and ts-proto (`$type`, `decode`) generate it. For protobuf-es
 * see `findDetails` of `@keepalive/grpc/protobuf`.
 */
export type DetailType<Detail> =
  | { readonly typeName: string; fromBinary(octets: Uint8Array): Detail }
  | { readonly $type: string; decode(octets: Uint8Array): Detail };

/** The key under which details travel. */
export const DETAILS_KEY = "grpc-status-details-bin";

/**
 * The details of a type, decoded. One that cannot be decoded is left out, as the
 * error is what the call has to say.
 */
export function detailsOf<Detail>(
  details: readonly ErrorDetail[],
  typeName: string,
  decode: (octets: Uint8Array) => Detail,
): Detail[] {
  const found: Detail[] = [];
  for (const detail of details) {
    if (typeNameOf(detail) !== typeName) continue;
    try {
      found.push(decode(detail.value));
    } catch {
      // "Any" of a peer: its octets need not be what its name says.
    }
  }
  return found;
}

/** The name of a detail's type, without what stands before it. */
export function typeNameOf({ typeUrl }: ErrorDetail): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}

/** What a type is called, and how it decodes. */
export function decoderOf<Detail>(
  type: DetailType<Detail>,
): { typeName: string; decode: (octets: Uint8Array) => Detail } {
  const given = Object(type);
  const typeName = given.typeName ?? given.$type;
  const decode = given.fromBinary ?? given.decode;
  if (typeof typeName === "string" && typeof decode === "function") {
    return { typeName, decode: (octets) => decode.call(type, octets) };
  }
  throw new TypeError(
    `Cannot find details: expected a type with typeName and fromBinary, or $type and decode, received ${
      display(type)
    }; for a schema of protobuf-es, use findDetails of @keepalive/grpc/protobuf`,
  );
}

/**
 * Checks what is to be sent as details.
 *
 * @throws {TypeError} If it is no array of them.
 */
export function requireDetails(details: readonly ErrorDetail[]): void {
  const isWrong = !Array.isArray(details);
  const wrong = isWrong ? details : details.find((detail) => !isDetail(detail));
  if (!isWrong && wrong === undefined && !details.includes(undefined!)) return;
  throw new TypeError(
    `Cannot use the details of a GrpcError: expected ${
      isWrong ? "an array of" : "each to have"
    } typeUrl, a string such as "type.googleapis.com/google.rpc.ErrorInfo", and value, a Uint8Array, received ${
      display(wrong)
    }`,
  );
}

function isDetail(detail: ErrorDetail | undefined): boolean {
  return typeof detail === "object" && detail !== null &&
    typeof detail.typeUrl === "string" && detail.value instanceof Uint8Array;
}
