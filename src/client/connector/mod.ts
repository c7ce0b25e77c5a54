/**
 * Gives calls the connection that they run on, or lets them wait for one.
 *
 * @module
 */
export { Connector } from "./connector.ts";
export type { ConnectorParts, ConnectorSetup } from "./connector_setup.ts";
export type { WaitingCall } from "./waiting_calls.ts";
