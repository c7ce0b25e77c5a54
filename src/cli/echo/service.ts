import {
  type CallContext,
  GrpcError,
  implement,
  type Metadata,
  type Service,
  Status,
} from "../../../mod.ts";
import { pause } from "../pause.ts";
import { Echo, INTERVAL, LARGEST_VALUE, REPEAT } from "./echo.ts";

/** Serves `echo.Echo`. */
export const echo: Service = implement(Echo, {
  unary: (request) => request,
  serverStream: repeat,
  clientStream: lastOf,
  bidi: (requests) => requests,
});

async function* repeat(
  request: Uint8Array,
  { metadata, signal }: CallContext,
): AsyncGenerator<Uint8Array> {
  const times = numberIn(metadata, REPEAT, 10);
  const interval = numberIn(metadata, INTERVAL, 0);
  for (let count = 0; count < times; count++) {
    if (count > 0 && interval > 0) await pause(interval, signal);
    yield request;
  }
}

async function lastOf(
  requests: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  let last: Uint8Array = new Uint8Array(0);
  for await (const request of requests) last = request;
  return last;
}

function numberIn(metadata: Metadata, key: string, otherwise: number): number {
  const value = metadata.get(key);
  if (value === undefined) return otherwise;
  if (/^\d{1,9}$/.test(String(value))) return Number(value);
  throw new GrpcError(
    Status.INVALID_ARGUMENT,
    `Cannot use ${key}: expected a whole number up to ${LARGEST_VALUE}, received "${value}"`,
  );
}
