/**
 * Traces of calls with OpenTelemetry, without a dependency.
 *
 * @module
 */
export * from "./public.ts";
export { outsideOfCalls, registeredApi } from "./api.ts";
