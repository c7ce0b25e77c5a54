import type { HeaderField } from "../../hpack/mod.ts";
import { tell } from "../../runtime/mod.ts";
import type {
  StreamAcceptor,
  StreamConsumer,
  Transport,
  TransportStream,
} from "../../transport/mod.ts";
import {
  ACCEPT_ENCODING,
  acceptedEncoding,
  binaryProblem,
  canKeepFields,
  decodeTimeout,
  encodeStatusMessage,
  fieldOf,
  GrpcError,
  isGrpcContentType,
  type MessageEncoding,
  messageEncoding,
  Status,
} from "../../grpc/mod.ts";
import { fitFields } from "./fit_status.ts";
import { refuse } from "./refuse.ts";
import type { Implementation } from "./handler.ts";
import { HandlerQuota } from "./handler_quota.ts";
import { runHandler, statusOfThrown } from "./run_handler.ts";
import { type Intercept, runIntercepted } from "./run_intercepted.ts";
import { ServerCall } from "./server_call.ts";

/** What the calls of a server have in common. */
export interface CallSettings {
  /** The longest request message to accept, in octets. */
  readonly maxReceiveLength: number;
  /** Handlers that may run at once on a connection. */
  readonly maxHandlers: number;
  /** The encoding of responses, for clients that accept it. */
  readonly compression: MessageEncoding;
  /** Finds what implements a path. */
  find(path: string): Implementation | undefined;
  /** Wraps the run of each handler; what it throws ends the call. */
  readonly intercept?: Intercept | undefined;
  /** Is told what a handler throws that is not meant for the client. */
  readonly onHandlerError?:
    | ((error: unknown, call: ServerCall) => void)
    | undefined;
  /** Follows the handlers, so that a shutdown can wait for them. */
  readonly handlers: HandlerObserver;
}

/** Follows the handlers of a server. */
export interface HandlerObserver {
  /** A call begins, and its handler is about to. */
  enter(call: ServerCall, transport: Transport): RunningHandler;
}

/** A handler that is followed. */
export interface RunningHandler {
  /** It is done, or will not be run. */
  leave(): void;
}

/** Characters of a field that are repeated to who has sent it. */
const SHOWN_LENGTH = 200;

/** Takes the streams of a server as gRPC calls. */
export function acceptCalls(settings: CallSettings): StreamAcceptor {
  const quotas = new WeakMap<Transport, HandlerQuota>();
  const quotaOf = (transport: Transport): HandlerQuota => {
    const known = quotas.get(transport);
    if (known !== undefined) return known;
    const quota = new HandlerQuota(settings.maxHandlers);
    quotas.set(transport, quota);
    return quota;
  };
  const { onHandlerError } = settings;
  const onDropped = onHandlerError === undefined
    ? undefined
    : (error: RangeError, call: ServerCall) =>
      tell(onHandlerError, error, call);
  return (stream, fields, endStream, transport): StreamConsumer | undefined => {
    const path = fieldOf(fields, ":path") ?? "";
    const refused = refusal(fields);
    if (refused !== undefined) {
      const fitting = fitFields(refused, stream.maxHeaderListSize);
      return refuse(stream, fields, endStream, fitting);
    }
    const timeout = timeoutOf(fields);
    if (timeout === 0) return void stream.refuse(TOO_LATE);
    const implementation = settings.find(path);
    if (implementation === undefined) {
      const details = `unknown method ${shown(path)}`;
      return answer(stream, trailersOnly(Status.UNIMPLEMENTED, details));
    }
    const encoding = messageEncoding(fields);
    if (encoding === undefined) {
      const unknown = shown(fieldOf(fields, "grpc-encoding") ?? "");
      const details = `grpc-encoding "${unknown}" is not supported`;
      return answer(stream, [
        ...trailersOnly(Status.UNIMPLEMENTED, details),
        ["grpc-accept-encoding", ACCEPT_ENCODING],
      ]);
    }
    if (!canKeepFields(transport.memory, fields)) {
      const response = fitFields(NO_ROOM, stream.maxHeaderListSize);
      return void stream.sendHeaders(response, true);
    }
    const call = new ServerCall({
      stream,
      transport,
      path,
      fields,
      timeout,
      requestEncoding: encoding,
      responseEncoding: acceptedEncoding(fields, settings.compression),
      maxReceiveLength: settings.maxReceiveLength,
      onDropped,
    });
    if (endStream) call.onRequestsEnd();
    const quota = quotaOf(transport);
    const handler = settings.handlers.enter(call, transport);
    void run(settings, implementation, call, quota, handler);
    return call;
  };
}

async function run(
  settings: CallSettings,
  implementation: Implementation,
  call: ServerCall,
  quota: HandlerQuota,
  handler: RunningHandler,
): Promise<void> {
  if (!quota.enter() && !await quota.wait(call.signal)) {
    call.served();
    return handler.leave();
  }
  try {
    if (call.hasEnded) return;
    const response = settings.intercept === undefined
      ? await runHandler(implementation, call)
      : await runIntercepted(settings.intercept, implementation, call);
    if (response === undefined) call.finish();
    else await call.finishWith(response);
  } catch (error) {
    const isNews = !call.hasEnded && !(error instanceof GrpcError);
    call.fail(statusOfThrown(error));
    const { onHandlerError } = settings;
    if (isNews && onHandlerError !== undefined) {
      tell(onHandlerError, error, call);
    }
  } finally {
    call.served();
    quota.leave();
    handler.leave();
  }
}

/**
 * Why a request is none of gRPC, as the response to it. As in grpc-go, such a
 * stream is no activity; an unknown method is. Neither is charged to the
 * client, which may just be newer than this server: nothing has begun that
 * could go on when the stream is gone.
 */
function refusal(
  fields: readonly HeaderField[],
): HeaderField[] | undefined {
  const method = fieldOf(fields, ":method") ?? "";
  if (method !== "POST") {
    const details = `Received :method "${shown(method)}", expected "POST"`;
    const response = trailersOnly(Status.INTERNAL, details, "405");
    return [...response, ["allow", "POST"]];
  }
  const contentType = fieldOf(fields, "content-type");
  if (!isGrpcContentType(contentType)) {
    const received = shown(contentType ?? "");
    const details =
      `Received content-type "${received}", expected "application/grpc"`;
    return trailersOnly(Status.INVALID_ARGUMENT, details, "415");
  }
  const malformed = binaryProblem(fields);
  if (malformed !== undefined) return trailersOnly(Status.INTERNAL, malformed);
  const timeout = fieldOf(fields, "grpc-timeout");
  if (timeout !== undefined && decodeTimeout(timeout) === undefined) {
    const details = `malformed grpc-timeout "${shown(timeout)}"`;
    return trailersOnly(Status.INTERNAL, details);
  }
}

function timeoutOf(fields: readonly HeaderField[]): number | undefined {
  const timeout = fieldOf(fields, "grpc-timeout");
  return timeout === undefined ? undefined : decodeTimeout(timeout);
}

/** The HTTP status is for who knows no gRPC; others read `grpc-status`. */
function trailersOnly(
  code: number,
  details: string,
  httpStatus = "200",
): HeaderField[] {
  return [
    [":status", httpStatus],
    ["content-type", "application/grpc"],
    ["grpc-status", String(code)],
    ["grpc-message", encodeStatusMessage(details)],
  ];
}

/** The answer to a call whose client does not wait any more: no fault of its. */
const TOO_LATE: readonly HeaderField[] = trailersOnly(
  Status.DEADLINE_EXCEEDED,
  "the deadline had passed when the call arrived",
);

/** The answer to metadata for which there is no room: no fault of its client. */
const NO_ROOM: readonly HeaderField[] = trailersOnly(
  Status.RESOURCE_EXHAUSTED,
  "the metadata of running calls uses up half of memoryQuota.total",
);

function shown(value: string): string {
  return value.slice(0, SHOWN_LENGTH);
}

function answer(
  stream: TransportStream,
  fields: readonly HeaderField[],
): undefined {
  stream.sendHeaders(fitFields(fields, stream.maxHeaderListSize), true);
}
