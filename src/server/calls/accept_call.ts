import { systemClock, tell } from "../../runtime/mod.ts";
import type {
  StreamAcceptor,
  StreamConsumer,
  Transport,
  TransportStream,
} from "../../transport/mod.ts";
import {
  type Arrived,
  fieldOf,
  type Listeners,
  type MessageEncoding,
  type ServerHeartbeatParameters,
} from "../../grpc/mod.ts";
import { type CallTracer, CallTracers } from "./call_tracer.ts";
import { fitFields } from "./fit_status.ts";
import type { Implementation } from "./handler.ts";
import { HandlerQuota } from "./handler_quota.ts";
import { HandlerStart } from "./handler_start.ts";
import { refuse } from "./refuse.ts";
import {
  foreignRequest,
  type Rejection,
  rejectionOf,
  type RequestHead,
  requestHead,
} from "./request_head.ts";
import type { RunningHandler, RunSettings } from "./run_call.ts";
import { ServerCall } from "./server_call.ts";
import { grantHeartbeat } from "./server_heartbeat.ts";
import type { ServerCallSetup } from "./server_call_setup.ts";
import { UsualHeads } from "./usual_heads.ts";

/** What the calls of a server have in common. */
export interface CallSettings extends RunSettings {
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

/** Takes the streams of a server as gRPC calls. */
export function acceptCalls(settings: CallSettings): StreamAcceptor {
  const { tracers = new CallTracers(systemClock, NOBODY) } = settings;
  const callsOf = connectionCalls(settings);
  return (stream, fields, endStream, transport): StreamConsumer | undefined => {
    const calls = callsOf(transport);
    const usual = calls.heads.find(fields);
    if (usual !== undefined) {
      const { path, implementation: { method } } = usual;
      const tracer = tracers.begin(path, method, stream, transport, fields);
      return begin(settings, calls, stream, usual, endStream, tracer);
    }
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
    const { compression } = settings;
    const head = requestHead(fields, path, implementation!, compression);
    calls.heads.note(head);
    return begin(settings, calls, stream, head, endStream, tracer);
  };
}

/** Begins a call whose headers have been found good. */
function begin(
  settings: CallSettings,
  { setup, start }: ConnectionCalls,
  stream: TransportStream,
  head: RequestHead,
  endStream: boolean,
  tracer: CallTracer,
): ServerCall {
  const heartbeat = grantHeartbeat(settings.heartbeat, head.fields);
  const call = new ServerCall(setup, stream, head, tracer, heartbeat);
  if (endStream) call.onRequestsEnd();
  start.start(call, settings.handlers.enter(call, setup.transport));
  return call;
}

const NOTHING: Arrived = { arrivedMessages: 0, arrivedOctets: 0 };

const NOBODY: Listeners = {
  call: undefined,
  message: undefined,
  channel: undefined,
  server: undefined,
};

/** What the calls of one connection have in common. */
interface ConnectionCalls {
  /** What they are set up with. */
  readonly setup: ServerCallSetup;
  /** Their heads. */
  readonly heads: UsualHeads;
  /** Their handlers. */
  readonly start: HandlerStart;
}

/** The calls of each connection, for as long as that is there. */
function connectionCalls(
  settings: CallSettings,
): (transport: Transport) => ConnectionCalls {
  const { maxReceiveLength, maxHandlers } = settings;
  const onDropped = droppedTeller(settings.onHandlerError);
  const byTransport = new WeakMap<Transport, ConnectionCalls>();
  return (transport) => {
    const known = byTransport.get(transport);
    if (known !== undefined) return known;
    const calls = {
      setup: { transport, maxReceiveLength, onDropped },
      heads: new UsualHeads(),
      start: new HandlerStart(new HandlerQuota(maxHandlers), settings),
    };
    byTransport.set(transport, calls);
    return calls;
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
