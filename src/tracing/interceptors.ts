import type { ClientInterceptor, ServerInterceptor } from "../grpc/mod.ts";
import { serverAttributes } from "../metrics/mod.ts";
import {
  type ContextManager,
  type Propagator,
  type Tracer,
  withoutSpan,
  withSpan,
} from "./api.ts";
import { METADATA } from "./carrier.ts";
import {
  callAttributes,
  methodName,
  OK,
  outcomeOf,
  peerAttributes,
  SpanKind,
} from "./describe.ts";
import { inContext } from "./in_context.ts";
import type { SpanStyle } from "./span_style.ts";

/** With what calls are traced. */
export interface Instruments {
  /** Makes the spans. */
  readonly tracer: Tracer;
  /** Knows what is active. */
  readonly contexts: ContextManager;
  /** Carries the trace, if anything does. */
  readonly propagator: Propagator | undefined;
  /** How spans look. */
  readonly style: SpanStyle;
}

/** Makes a span for each call of a channel. */
export function clientInterceptor(
  { tracer, contexts, propagator, style }: Instruments,
  target: string,
): ClientInterceptor {
  const where = serverAttributes(target);
  return async (request, next) => {
    const parent = contexts.active();
    const name = methodName(request.method.path);
    const attributes = { ...callAttributes(name), ...where };
    const kind = SpanKind.CLIENT;
    const options = { kind, attributes };
    const span = tracer.startSpan(style.clientName(name), options, parent);
    const context = withSpan(parent, span);
    const { metadata } = request;
    propagator?.inject(context, metadata, METADATA);
    try {
      // The span is not made the active one: what a connection begins would
      // keep it beyond the call.
      const response = await style.calls.following(
        { span, context, metadata },
        () => next(inContext(request, contexts, parent)),
      );
      response.trailers.then(
        () => style.endClient(span, OK),
        (error) => style.endClient(span, outcomeOf(error)),
      );
      return response;
    } catch (error) {
      style.endClient(span, outcomeOf(error));
      throw error;
    }
  };
}

/** Makes a span for each call of a server. */
export function serverInterceptor(
  { tracer, contexts, propagator, style }: Instruments,
): ServerInterceptor {
  return async (call, proceed) => {
    // What is active here is what was when the server began to listen.
    const root = withoutSpan(contexts.active());
    const parent = propagator?.extract(root, call.metadata, METADATA) ?? root;
    const name = methodName(call.path);
    const attributes = {
      ...callAttributes(name),
      ...peerAttributes(call.peer),
    };
    const kind = SpanKind.SERVER;
    const options = { kind, attributes };
    const span = tracer.startSpan(style.serverName(name), options, parent);
    style.accepted?.(span);
    try {
      await contexts.with(withSpan(parent, span), proceed);
      style.endServer(
        span,
        call.signal.aborted ? outcomeOf(call.signal.reason) : OK,
      );
    } catch (error) {
      const { aborted, reason } = call.signal;
      style.endServer(span, outcomeOf(aborted ? reason : error));
      throw error;
    }
  };
}
