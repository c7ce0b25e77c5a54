import { systemClock, tell } from "../../runtime/mod.ts";
import type {
  StreamAcceptor,
  StreamConsumer,
  Transport,
  TransportStream,
} from "../../transport/mod.ts";
import {
  acceptedEncoding,
  type Arrived,
  type CallContext,
  fieldOf,
  GrpcError,
  type Listeners,
  type MessageEncoding,
  messageEncoding,
  type ServerHeartbeatParameters,
} from "../../grpc/mod.ts";
import { CallTracers } from "./call_tracer.ts";
import { fitFields } from "./fit_status.ts";
import type { Implementation } from "./handler.ts";
import { HandlerQuota } from "./handler_quota.ts";
import { refuse } from "./refuse.ts";
import {
  foreignRequest,
  type Rejection,
  rejectionOf,
  timeoutOf,
} from "./request_head.ts";
import { runHandler, statusOfThrown } from "./run_handler.ts";
import { type Intercept, runIntercepted } from "./run_intercepted.ts";
import { ServerCall } from "./server_call.ts";
import { grantHeartbeat } from "./server_heartbeat.ts";
import type { ServerCallSetup } from "./server_call_setup.ts";

/** What the calls of a server have in common. */
export interface CallSettings {
  /** The longest request message to accept, in octets. */
  readonly maxReceiveLength: number;
  /** Handlers that may run at once on a connection. */
  readonly maxHandlers: number;
  /** The encoding of responses, for clients that accept it. */
  readonly compression: MessageEncoding;
  /** What is granted to clients that ask for heartbeats; nothing if unset. */
  readonly heartbeat?: ServerHeartbeatParameters | undefined;
  /** Finds what implements a path. */
  find(path: string): Implementation | undefined;
  /** Wraps the run of each handler; what it throws ends the call. */
  readonly intercept?: Intercept | undefined;
  /** Is told what a handler throws that is not meant for the client. */
  readonly onHandlerError?:
    | ((error: unknown, call: CallContext) => void)
    | undefined;
  /** Traces the calls: totals, and events for an observer. */
  readonly tracers?: CallTracers;
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

/** Takes the streams of a server as gRPC calls. */
export function acceptCalls(settings: CallSettings): StreamAcceptor {
  const { tracers = new CallTracers(systemClock, NOBODY) } = settings;
  const quotaOf = quotas(settings.maxHandlers);
  const onDropped = droppedTeller(settings.onHandlerError);
  return (stream, fields, endStream, transport): StreamConsumer | undefined => {
    const foreign = foreignRequest(fields);
    if (foreign !== undefined) {
      const response = fitFields(foreign, stream.maxHeaderListSize);
      return refuse(stream, fields, endStream, response);
    }
    const path = fieldOf(fields, ":path") ?? "";
    const implementation = settings.find(path);
    const method = implementation?.method;
    const tracer = tracers.begin(path, method, stream, transport, fields);
    const isKnown = method !== undefined;
    const rejection = rejectionOf(fields, path, isKnown, transport.memory);
    if (rejection !== undefined) {
      tracer.ended(rejection.code, rejection.details, "local", NOTHING);
      return answer(stream, rejection);
    }
    const call = new ServerCall({
      stream,
      transport,
      path,
      fields,
      timeout: timeoutOf(fields),
      requestEncoding: messageEncoding(fields)!,
      responseEncoding: acceptedEncoding(fields, settings.compression),
      maxReceiveLength: settings.maxReceiveLength,
      heartbeat: grantHeartbeat(settings.heartbeat, fields),
      tracer,
      onDropped,
    });
    if (endStream) call.onRequestsEnd();
    const handler = settings.handlers.enter(call, transport);
    void run(settings, implementation!, call, quotaOf(transport), handler);
    return call;
  };
}

const NOTHING: Arrived = { arrivedMessages: 0, arrivedOctets: 0 };

const NOBODY: Listeners = {
  call: undefined,
  message: undefined,
  channel: undefined,
  server: undefined,
};

/** The quota of each connection, for as long as that is there. */
function quotas(limit: number): (transport: Transport) => HandlerQuota {
  const byTransport = new WeakMap<Transport, HandlerQuota>();
  return (transport) => {
    const known = byTransport.get(transport);
    if (known !== undefined) return known;
    const quota = new HandlerQuota(limit);
    byTransport.set(transport, quota);
    return quota;
  };
}

function droppedTeller(
  onHandlerError: CallSettings["onHandlerError"],
): ServerCallSetup["onDropped"] {
  if (onHandlerError === undefined) return undefined;
  return (error, call) => tell(onHandlerError, error, call);
}

function answer(
  stream: TransportStream,
  { fields, isEarly }: Rejection,
): undefined {
  const response = fitFields(fields, stream.maxHeaderListSize);
  if (isEarly) stream.refuse(response);
  else stream.sendHeaders(response, true);
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
