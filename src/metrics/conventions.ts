/**
 * What the semantic conventions of OpenTelemetry say of gRPC, for metrics and for
 * spans.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
import { Status } from "../grpc/mod.ts";

/** A place, as attributes. */
type PlaceAttributes = { readonly [name: string]: string | number };

/**
 * Where a channel leads to: the name and its port, the path of a Unix socket, or
 * the whole target if it has several addresses.
 */
export function serverAttributes(target: string): PlaceAttributes {
  return placeAttributes("server", target);
}

/** A place under the names of a prefix, such as `network.peer`. */
export function placeAttributes(
  prefix: string,
  place: string,
): PlaceAttributes {
  const address = `${prefix}.address`;
  if (place.startsWith("unix:")) {
    return { [address]: place.replace(/^unix:(?:\/\/)?/, "") };
  }
  const name = place.replace(/^(?:dns|ipv4|ipv6):(?:\/\/\/?(?=.))?/, "");
  const match = /^(?:\[([^\]]+)\]|([^:,\/[]+)):(\d+)$/.exec(name);
  if (match === null) return { [address]: name.includes(",") ? place : name };
  const [, bracketed, plain, port] = match;
  return { [address]: bracketed ?? plain, [`${prefix}.port`]: Number(port) };
}

/** The status codes that are errors of a server, not of its caller. */
const SERVER_ERRORS: readonly number[] = [
  Status.UNKNOWN,
  Status.DEADLINE_EXCEEDED,
  Status.UNIMPLEMENTED,
  Status.INTERNAL,
  Status.UNAVAILABLE,
  Status.DATA_LOSS,
];

/** Whether a status is an error of a server, not of its caller. */
export function isServerError(status: number): boolean {
  return SERVER_ERRORS.includes(status);
}
