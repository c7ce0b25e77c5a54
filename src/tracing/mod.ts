/**
 * Traces of calls with OpenTelemetry, without a dependency.
 *
 * @module
 */
export * from "./public.ts";
export { outsideOfCalls, PROPAGATOR_MEMBERS, registeredApi } from "./api.ts";
export { spansOption } from "./span_style.ts";
