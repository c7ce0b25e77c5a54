import type { MeterProvider } from "./meter.ts";

/** What telemetry calls this package. */
export const INSTRUMENTATION = { name: "@keepalive/grpc", version: "0.1.0" };

/** Where the packages of OpenTelemetry and Deno leave their API. */
const API = Symbol.for("opentelemetry.js.api.1");

/** The API that is registered in the process; of it, what makes meters. */
export function registeredMetrics(): { readonly metrics?: MeterProvider } {
  return (globalThis as { readonly [API]?: object })[API] ?? {};
}
