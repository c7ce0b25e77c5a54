/**
 * OpenTelemetry as one option of channels and servers: what its observers
 * measure and its interceptors trace, put together.
 *
 * @module
 */
export {
  type OpenTelemetryOptions,
  type Telemetry,
  telemetryOf,
} from "./open_telemetry.ts";
