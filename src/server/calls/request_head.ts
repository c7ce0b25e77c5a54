import { type HeaderField, listSize } from "../../hpack/mod.ts";
import { trailersOnly } from "../../transport/mod.ts";
import type { ConnectionMemory } from "../../memory/mod.ts";
import {
  ACCEPT_ENCODING,
  acceptedEncoding,
  binaryProblem,
  canKeepFields,
  decodeTimeout,
  encodeStatusMessage,
  fieldOf,
  isGrpcContentType,
  type MessageEncoding,
  messageEncoding,
  Status,
} from "../../grpc/mod.ts";

import type { Implementation } from "./handler.ts";

/** Characters of a field that are repeated to who has sent it. */
const SHOWN_LENGTH = 200;

/** Why a call ends before its handler is run. */
export interface Rejection {
  /** The status code. */
  readonly code: number;
  /** The status message. */
  readonly details: string;
  /** The response, which is trailers-only. */
  readonly fields: readonly HeaderField[];
  /**
   * Whether it is refused before its method is looked at: like a request that
   * is none of gRPC, it is no activity then.
   */
  readonly isEarly: boolean;
}

/**
 * The response to a request that is none of gRPC. As in grpc-go, such a stream
 * is no activity; an unknown method is. Neither is charged to the client, which
 * may just be newer than this server: nothing has begun that could go on when
 * the stream is gone.
 */
export function foreignRequest(
  fields: readonly HeaderField[],
): HeaderField[] | undefined {
  const method = fieldOf(fields, ":method") ?? "";
  if (method !== "POST") {
    const details = `Received :method "${shown(method)}", expected "POST"`;
    const message = encodeStatusMessage(details);
    const response = trailersOnly(Status.INTERNAL, message, "405");
    return [...response, ["allow", "POST"]];
  }
  const contentType = fieldOf(fields, "content-type");
  if (isGrpcContentType(contentType)) return undefined;
  const received = shown(contentType ?? "");
  const details =
    `Received content-type "${received}", expected "application/grpc"`;
  const message = encodeStatusMessage(details);
  return trailersOnly(Status.INVALID_ARGUMENT, message, "415");
}

/** Why a call is not made, if anything is wrong with its headers. */
export function rejectionOf(
  fields: readonly HeaderField[],
  path: string,
  isKnown: boolean,
  memory: ConnectionMemory,
): Rejection | undefined {
  const malformed = binaryProblem(fields);
  if (malformed !== undefined) return early(Status.INTERNAL, malformed);
  const timeout = fieldOf(fields, "grpc-timeout");
  if (timeout !== undefined) {
    const milliseconds = decodeTimeout(timeout);
    if (milliseconds === undefined) {
      const details = `malformed grpc-timeout "${shown(timeout)}"`;
      return early(Status.INTERNAL, details);
    }
    // No fault of the client, which does not wait any more.
    if (milliseconds === 0) return early(Status.DEADLINE_EXCEEDED, TOO_LATE);
  }
  if (!isKnown) {
    return rejection(Status.UNIMPLEMENTED, `unknown method ${shown(path)}`);
  }
  if (messageEncoding(fields) === undefined) {
    const unknown = shown(fieldOf(fields, "grpc-encoding") ?? "");
    const details = `grpc-encoding "${unknown}" is not supported`;
    return rejection(Status.UNIMPLEMENTED, details, [
      ["grpc-accept-encoding", ACCEPT_ENCODING],
    ]);
  }
  // No fault of the client, either.
  if (!canKeepFields(memory, fields)) {
    return rejection(Status.RESOURCE_EXHAUSTED, NO_ROOM);
  }
}

/** What the headers say of a call that is made. */
export interface RequestHead {
  /** The header list. */
  readonly fields: readonly HeaderField[];
  /** Its size, as SETTINGS_MAX_HEADER_LIST_SIZE counts it. */
  readonly octets: number;
  /** The path of the method. */
  readonly path: string;
  /** What serves it. */
  readonly implementation: Implementation;
  /** Milliseconds that the client waits; `undefined` for ever. */
  readonly timeout: number | undefined;
  /** The encoding of the requests. */
  readonly requestEncoding: MessageEncoding;
  /** The encoding of the responses. */
  readonly responseEncoding: MessageEncoding;
}

/**
 * Reads headers for which there is no {@linkcode Rejection}.
 *
 * @param compression The encoding of responses, for clients that accept it.
 */
export function requestHead(
  fields: readonly HeaderField[],
  path: string,
  implementation: Implementation,
  compression: MessageEncoding,
): RequestHead {
  const timeout = fieldOf(fields, "grpc-timeout");
  return {
    fields,
    octets: listSize(fields),
    path,
    implementation,
    timeout: timeout === undefined ? undefined : decodeTimeout(timeout),
    requestEncoding: messageEncoding(fields)!,
    responseEncoding: acceptedEncoding(fields, compression),
  };
}

const TOO_LATE = "the deadline had passed when the call arrived";

const NO_ROOM =
  "the metadata of running calls uses up half of memoryQuota.total";

function early(code: number, details: string): Rejection {
  return { ...rejection(code, details), isEarly: true };
}

function rejection(
  code: number,
  details: string,
  more: readonly HeaderField[] = [],
): Rejection {
  const message = encodeStatusMessage(details);
  const fields = [...trailersOnly(code, message), ...more];
  return { code, details, fields, isEarly: false };
}

function shown(value: string): string {
  return value.slice(0, SHOWN_LENGTH);
}
