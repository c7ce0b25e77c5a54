import { ErrorCode } from "../frames/mod.ts";

/**
 * The status codes of gRPC
 * ({@link https://github.com/grpc/grpc/blob/master/doc/statuscodes.md | status codes and their use}).
 */
export const Status = {
  /** The call succeeded. */
  OK: 0,
  /** The call was cancelled, typically by its caller. */
  CANCELLED: 1,
  /** An error that says nothing about itself. */
  UNKNOWN: 2,
  /** The arguments can never be right. */
  INVALID_ARGUMENT: 3,
  /** The deadline passed. */
  DEADLINE_EXCEEDED: 4,
  /** What was asked for does not exist. */
  NOT_FOUND: 5,
  /** What was to be created exists. */
  ALREADY_EXISTS: 6,
  /** The caller may not do this. */
  PERMISSION_DENIED: 7,
  /** A quota, a limit or a resource is used up. */
  RESOURCE_EXHAUSTED: 8,
  /** The system is not in the state that this needs. */
  FAILED_PRECONDITION: 9,
  /** The operation was aborted by another one. */
  ABORTED: 10,
  /** The operation went past the end. */
  OUT_OF_RANGE: 11,
  /** The method is not there. */
  UNIMPLEMENTED: 12,
  /** Something that must hold is broken. */
  INTERNAL: 13,
  /** The service cannot be reached at the moment; a retry may help. */
  UNAVAILABLE: 14,
  /** Data is lost or damaged for good. */
  DATA_LOSS: 15,
  /** The caller has not said who it is. */
  UNAUTHENTICATED: 16,
} as const;

const NAMES: readonly string[] = Object.keys(Status);

/** The name of a status code, for people; the number for an unknown one. */
export function statusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/**
 * The status of a response that has none, by its HTTP status
 * (http-grpc-status-mapping).
 */
export function statusOfHttp(httpStatus: number): number {
  switch (httpStatus) {
    case 400:
      return Status.INTERNAL;
    case 401:
      return Status.UNAUTHENTICATED;
    case 403:
      return Status.PERMISSION_DENIED;
    case 404:
      return Status.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return Status.UNAVAILABLE;
    default:
      return Status.UNKNOWN;
  }
}

/**
 * The status of a call whose stream was reset, by the error code ("HTTP2
 * Transport Mapping" of the gRPC over HTTP/2 protocol).
 */
export function statusOfReset(errorCode: number): number {
  switch (errorCode) {
    case ErrorCode.REFUSED_STREAM:
      return Status.UNAVAILABLE;
    case ErrorCode.CANCEL:
      return Status.CANCELLED;
    case ErrorCode.ENHANCE_YOUR_CALM:
      return Status.RESOURCE_EXHAUSTED;
    case ErrorCode.INADEQUATE_SECURITY:
      return Status.PERMISSION_DENIED;
    default:
      return errorCode <= ErrorCode.HTTP_1_1_REQUIRED
        ? Status.INTERNAL
        : Status.UNKNOWN;
  }
}
