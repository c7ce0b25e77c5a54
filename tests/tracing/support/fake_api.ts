import { AsyncLocalStorage } from "node:async_hooks";
import type {
  Context,
  ContextManager,
  Propagator,
  Span,
  SpanAttributes,
  SpanOptions,
  Tracer,
  TracerProvider,
} from "../../../src/tracing/mod.ts";

import type { MeterProvider } from "../../../src/metrics/mod.ts";

const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

class FakeContext implements Context {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown> = new Map()) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new FakeContext(new Map([...this.#values, [key, value]]));
  }

  deleteValue(key: symbol): Context {
    return new FakeContext(
      new Map([...this.#values].filter(([each]) => each !== key)),
    );
  }
}

/** A span that remembers what it is told. */
export class FakeSpan implements Span {
  readonly name: string;
  readonly options: SpanOptions;
  readonly parent: FakeSpan | undefined;
  readonly attributes: Record<string, unknown> = {};
  readonly events: [name: string, attributes: SpanAttributes, time?: number][] =
    [];
  status: { code: number; message?: string } | undefined;
  ends = 0;
  endTime: number | undefined;

  constructor(name: string, options: SpanOptions, parent?: FakeSpan) {
    this.name = name;
    this.options = options;
    this.parent = parent;
  }

  setAttributes(attributes: SpanAttributes): void {
    Object.assign(this.attributes, attributes);
  }

  addEvent(name: string, attributes: SpanAttributes = {}, time?: number): void {
    if (this.ends > 0) throw new Error(`${this.name} has ended: ${name}`);
    this.events.push(
      time === undefined ? [name, attributes] : [name, attributes, time],
    );
  }

  setStatus(status: { code: number; message?: string }): void {
    this.status = status;
  }

  end(endTime?: number): void {
    this.ends++;
    this.endTime = endTime;
  }
}

/** What an SDK registers, in memory; remembers all spans. */
export class FakeApi implements Tracer, Propagator {
  readonly spans: FakeSpan[] = [];
  readonly #storage = new AsyncLocalStorage<Context>();
  readonly trace: TracerProvider = { getTracer: () => this };
  readonly context: ContextManager = {
    active: () => this.#storage.getStore() ?? new FakeContext(),
    with: (context, run) => this.#storage.run(context, run),
  };
  readonly propagation: Propagator = this;
  readonly metrics: MeterProvider | undefined;

  constructor(metrics?: MeterProvider) {
    this.metrics = metrics;
  }

  startSpan(name: string, options: SpanOptions, context: Context): FakeSpan {
    const parent = context.getValue(SPAN) as FakeSpan | undefined;
    const span = new FakeSpan(name, options, parent);
    this.spans.push(span);
    return span;
  }

  inject(...[context, carrier, setter]: Parameters<Propagator["inject"]>) {
    const index = this.spans.indexOf(context.getValue(SPAN) as FakeSpan);
    if (index >= 0) setter.set(carrier, "traceparent", String(index));
  }

  extract(...[context, carrier, getter]: Parameters<Propagator["extract"]>) {
    const index = getter.get(carrier, "traceparent");
    if (!getter.keys(carrier).includes("traceparent")) return context;
    return context.setValue(SPAN, this.spans[Number(index)]);
  }

  /** Runs with a span that is the active one. */
  inside<Result>(name: string, run: () => Result): Result {
    const active = this.context.active();
    const span = this.startSpan(name, {}, active);
    return this.context.with(active.setValue(SPAN, span), run);
  }

  /** The span that is active now. */
  get active(): FakeSpan | undefined {
    return this.context.active().getValue(SPAN) as FakeSpan | undefined;
  }

  /** The spans with a name. */
  of(name: string): FakeSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** Registers it while something runs. */
  async registered(run: () => Promise<void>): Promise<void> {
    const key = Symbol.for("opentelemetry.js.api.1");
    const process = globalThis as { [key: symbol]: unknown };
    process[key] = this;
    try {
      await run();
    } finally {
      delete process[key];
    }
  }
}
