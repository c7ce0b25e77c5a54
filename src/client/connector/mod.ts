/**
 * Gives calls the connection that they run on, or lets them wait for one.
 *
 * @module
 */
export {
  Connector,
  type ConnectorSetup,
  type LoadBalancing,
} from "./connector.ts";
