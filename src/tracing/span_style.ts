import type { CallEvent, Observer } from "../grpc/mod.ts";
import { choiceOption } from "../options/mod.ts";
import type { Span } from "./api.ts";
import { AttemptSpans } from "./attempt_spans.ts";
import {
  endClientSpan,
  endGrpcSpan,
  endServerSpan,
  grpcSpanName,
  type Outcome,
} from "./describe.ts";
import type { CallSpan } from "./followed_calls.ts";
import { GrpcSpans, type SpanMaking } from "./grpc_spans.ts";
import { ServerSpans } from "./server_spans.ts";

/**
 * What the spans of calls look like.
 *
 * - `"semconv"`: OpenTelemetry's semantic conventions. A span is named by its
 *   method, and the attempts at a call have spans if there are several.
 * - `"grpc"`: gRFC A72, as grpc-go's plugin and grpc-java have it. `Sent.pkg.Svc.Method`
 *   of a client has an `Attempt.pkg.Svc.Method` for each attempt, below which is
 *   the server's `Recv.pkg.Svc.Method`; each message is an event. SDKs keep the
 *   first 128 events of a span.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 * @see https://github.com/grpc/proposal/blob/master/A72-open-telemetry-tracing.md
 */
export type SpansOption = "semconv" | "grpc";

/**
 * The option `spans`.
 *
 * @throws {TypeError | RangeError} If it is another value.
 */
export function spansOption(value: SpansOption | undefined): SpansOption {
  return choiceOption("spans", value, "semconv", ["semconv", "grpc"]);
}

/** Spans as one convention has them. */
export interface SpanStyle {
  /** What is told of calls, for the spans. */
  readonly observer: Observer;
  /** Follows the calls of channels. */
  readonly calls: {
    /** Makes a call that has a span. */
    following<Result>(span: CallSpan, call: () => Result): Result;
  };
  /** Names the span of a client, from `pkg.Svc/Method`. */
  clientName(method: string): string;
  /** Names the span of a server. */
  serverName(method: string): string;
  /** Ends the span of a client. */
  endClient(span: Span, outcome: Outcome): void;
  /** The interceptors of a call of a server are done, with its outcome. */
  endServer(span: Span, outcome: Outcome): void;
  /** The span is that of the call that has just arrived. */
  accepted?(span: Span): void;
}

/** The spans of a convention. */
export function spanStyle(spans: SpansOption, making: SpanMaking): SpanStyle {
  return spans === "grpc" ? grpcStyle(making) : semconvStyle(making);
}

function semconvStyle({ tracer, clock }: SpanMaking): SpanStyle {
  const attempts = new AttemptSpans(tracer, clock);
  return {
    observer: { call: (event: CallEvent) => attempts.onEvent(event) },
    calls: attempts.calls,
    clientName: (method) => method,
    serverName: (method) => method,
    endClient: endClientSpan,
    endServer: endServerSpan,
  };
}

function grpcStyle(making: SpanMaking): SpanStyle {
  const attempts = new GrpcSpans(making);
  const server = new ServerSpans();
  return {
    observer: {
      call: (event) => {
        attempts.onCall(event);
        server.onCall(event);
      },
      message: (event) => {
        if (event.attemptId === undefined) server.onMessage(event);
        else attempts.onMessage(event);
      },
      channel: (event) => attempts.onChannel(event),
    },
    calls: attempts.calls,
    clientName: (method) => grpcSpanName("Sent", method),
    serverName: (method) => grpcSpanName("Recv", method),
    endClient: endGrpcSpan,
    endServer: (span, outcome) => server.end(span, outcome),
    accepted: (span) => server.begin(span),
  };
}
