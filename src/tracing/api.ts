/**
 * What is needed of OpenTelemetry's API for traces, by shape: no package is
 * imported, and any SDK of the API 1.x fits.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/
 */
import { type MeterProvider, registeredMetrics } from "../metrics/mod.ts";

/** What a span tells of its operation. */
export type SpanAttributes = {
  readonly [name: string]: string | number | boolean;
};

/** An operation that is traced. */
export interface Span {
  /** Tells more of it. */
  setAttributes(attributes: SpanAttributes): unknown;
  /**
   * Something happens in it, now or at a time in milliseconds since 1970. An SDK
   * keeps so many, 128 by default.
   */
  addEvent(name: string, attributes?: SpanAttributes, time?: number): unknown;
  /** Says how it ended: 1 is well, 2 is an error. */
  setStatus(status: { code: number; message?: string }): unknown;
  /** It has ended, now or at a time in milliseconds since 1970. */
  end(endTime?: number): void;
}

/** How a span begins. */
export interface SpanOptions {
  /** 1 is the server's, 2 the client's. */
  readonly kind?: number;
  /** What is known of it. */
  readonly attributes?: SpanAttributes;
  /** When it began, in milliseconds since 1970, if not now. */
  readonly startTime?: number;
}

/** Makes spans. */
export interface Tracer {
  /** A span below that of the context. */
  startSpan(name: string, options: SpanOptions, context: Context): Span;
}

/** Makes tracers. */
export interface TracerProvider {
  /** The tracer of an instrumented library. */
  getTracer(name: string, version?: string): Tracer;
}

/** What goes along with an operation, such as its span. */
export interface Context {
  /** What it has under a key. */
  getValue(key: symbol): unknown;
  /** One with more. */
  setValue(key: symbol, value: unknown): Context;
  /** One with less. */
  deleteValue(key: symbol): Context;
}

/** Knows the context of what runs. */
export interface ContextManager {
  /** That of what runs now. */
  active(): Context;
  /** Runs something, and what it begins, in a context. */
  with<Result>(context: Context, run: () => Result): Result;
}

/** Carries a context from one process to another. */
export interface Propagator {
  /** Writes it into what travels. */
  inject(
    context: Context,
    carrier: unknown,
    setter: { set(carrier: unknown, key: string, value: string): void },
  ): void;
  /** Reads it from what has come. */
  extract(
    context: Context,
    carrier: unknown,
    getter: {
      get(carrier: unknown, key: string): string | undefined;
      keys(carrier: unknown): string[];
    },
  ): Context;
}

/** The functions of a {@linkcode Propagator}. */
export const PROPAGATOR_MEMBERS: readonly string[] = ["inject", "extract"];

/** What Deno or an SDK has registered in the process. */
export interface RegisteredApi {
  /** Makes meters. */
  readonly metrics?: MeterProvider;
  /** Makes tracers. */
  readonly trace?: TracerProvider;
  /** Knows the context. */
  readonly context?: ContextManager;
  /** Carries it. */
  readonly propagation?: Propagator;
}

/** What is registered now. */
export function registeredApi(): RegisteredApi {
  return registeredMetrics();
}

/** Under which a context has its span. */
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

/** A context whose span is another. */
export function withSpan(context: Context, span: Span): Context {
  return context.setValue(SPAN, span);
}

/** Under which a context has what travels along with a trace. */
const BAGGAGE = Symbol.for("OpenTelemetry Baggage Key");

/** A context without a span and its baggage: what begins in it has no parent. */
export function withoutSpan(context: Context): Context {
  return context.deleteValue(SPAN).deleteValue(BAGGAGE);
}

/**
 * Begins what outlives the call that it is begun for: its callbacks, and the calls
 * that come to it later, are not to find the span of that one as the active one.
 */
export function outsideOfCalls(): <Result>(begin: () => Result) => Result {
  const { context } = registeredApi();
  if (context === undefined) return (begin) => begin();
  return (begin) => context.with(withoutSpan(context.active()), begin);
}
