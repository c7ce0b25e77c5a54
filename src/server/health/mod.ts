/**
 * The health service (grpc.health.v1).
 *
 * @module
 */
export { Health } from "./health.ts";
export {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthDefinition,
  ServingStatus,
} from "./messages.ts";
