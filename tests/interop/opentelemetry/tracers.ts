/**
 * The SDK for traces from npm, registered in this process.
 *
 * @module
 */
import {
  context,
  propagation,
  SpanKind,
  trace,
} from "npm:@opentelemetry/api@1.10.0";
import { AsyncLocalStorageContextManager } from "npm:@opentelemetry/context-async-hooks@3.1.1";
import { W3CTraceContextPropagator } from "npm:@opentelemetry/core@3.1.1";
import {
  type ReadableSpan,
  TracerProvider,
} from "npm:@opentelemetry/sdk-trace@3.1.1";
import type { Span } from "./collected.ts";
import type { Around } from "./scene.ts";

/** Registers the SDK until it is disposed of, and keeps the spans. */
export class Tracers implements Disposable {
  readonly #ended: ReadableSpan[] = [];
  readonly provider: TracerProvider = new TracerProvider({
    spanProcessors: [{
      onStart: () => {},
      onEnd: (span) => void this.#ended.push(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    }],
  });

  constructor() {
    trace.setGlobalTracerProvider(this.provider);
    context.setGlobalContextManager(
      new AsyncLocalStorageContextManager().enable(),
    );
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  }

  /** Makes a call inside a span. */
  readonly around: Around = (name, call) =>
    trace.getTracer("the scene").startActiveSpan(
      `caller of ${name}`,
      async (span) => {
        try {
          return await call();
        } finally {
          span.end();
        }
      },
    );

  /** A span inside the active one. */
  note(name: string): void {
    trace.getTracer("the scene").startSpan(name).end();
  }

  /** The spans that have ended. */
  get spans(): Span[] {
    return this.#ended.map((span) => ({
      name: span.name,
      kind: SpanKind[span.kind].toLowerCase(),
      trace: span.spanContext().traceId,
      id: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId,
      status: ["Unset", "Ok", "Error"][span.status.code],
      description: span.status.message,
      attributes: textsOf(span.attributes),
      events: span.events.map(({ name, attributes = {} }) => ({
        name,
        attributes: textsOf(attributes),
      })),
    }));
  }

  [Symbol.dispose](): void {
    trace.disable();
    context.disable();
    propagation.disable();
  }
}

function textsOf(attributes: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, String(value)]),
  );
}

/** Each span with those above it, the topmost first; all of one trace. */
export function lineages(spans: readonly Span[]): string[] {
  return spans.map((span) => lineage(span, spans));
}

/** A span with those above it, the topmost first. */
export function lineage(
  { name, kind, trace, parent }: Span,
  spans: readonly Span[],
): string {
  const shown = kind === "internal" ? name : `${kind} ${name}`;
  if (parent === undefined) return shown;
  const above = spans.find(({ id }) => id === parent);
  const isOne = above?.trace === trace;
  return `${isOne ? lineage(above, spans) : "(another trace)"} > ${shown}`;
}
