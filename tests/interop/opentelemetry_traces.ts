/**
 * Makes a call of each kind, with spans around the callers and in the handlers:
 * they are for the exporter that the environment has chosen.
 *
 * @module
 */
import type { RegisteredApi } from "../../src/tracing/api.ts";
import { otelTracing } from "../../src/tracing/mod.ts";
import { Stage, Words } from "../grpc/support/words.ts";
import { Channel, createClient } from "../../mod.ts";

const api = (globalThis as { [key: symbol]: unknown })[
  Symbol.for("opentelemetry.js.api.1")
] as Required<RegisteredApi>;
const tracer = api.trace.getTracer("the program");

/** A span below the one that is active. */
function span(name: string): void {
  tracer.startSpan(name, {}, api.context.active()).end();
}

/** A span, if a connection has kept one that was active when it was made. */
function noteIfActive(): void {
  const key = Symbol.for("OpenTelemetry Context Key SPAN");
  const active = api.context.active().getValue(key);
  if (active !== undefined) span("kept by a connection");
}

/** Runs inside a span. */
async function inside(name: string, run: () => Promise<unknown>) {
  const active = api.context.active();
  const span = tracer.startSpan(name, {}, active);
  const key = Symbol.for("OpenTelemetry Context Key SPAN");
  await api.context.with(active.setValue(key, span), run);
  span.end();
}

// Either the option, or the parts of it.
const tracing = Deno.args.includes("--option") ? undefined : otelTracing();
await using stage = new Stage({
  one: (word) => {
    span("in one");
    return word;
  },
  down: async function* (word) {
    yield word;
    await Promise.resolve();
    span("in down");
    yield word;
  },
  up: async (words) => {
    const all = await Array.fromAsync(words);
    span("in up");
    return all.join();
  },
  both: async function* (words) {
    for await (const word of words) yield word;
    span("in both");
  },
}, { server: tracing ? { interceptors: [tracing.server] } : { otel: true } });
await using channel = new Channel(
  stage.target,
  tracing
    ? {
      interceptors: [tracing.client(stage.target)],
      observer: tracing.observer,
    }
    : { otel: true, onEvent: () => noteIfActive() },
);
const words = createClient(Words, channel);
await inside("caller of one", () => words.one("a"));
await inside("caller of down", () => Array.fromAsync(words.down("a b")));
await inside("caller of up", () => words.up(["a", "b"]));
await inside("caller of both", () => Array.fromAsync(words.both(["a", "b"])));
await words.one("alone");
