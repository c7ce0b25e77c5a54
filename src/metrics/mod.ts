/**
 * Metrics of calls and connections, for Prometheus and OpenTelemetry.
 *
 * @module
 */
export * from "./public.ts";
export {
  isServerError,
  placeAttributes,
  serverAttributes,
} from "./conventions.ts";
export { namesOption } from "./names.ts";
export { INSTRUMENTATION, registeredMetrics } from "./registered.ts";
