/**
 * Clients and routers of Connect (`@connectrpc/connect` version 2), over the
 * channels and servers of this package.
 *
 * @module
 */
export { connectRoutes, type RoutesOptions } from "./routes.ts";
export { createTransport, type TransportOptions } from "./transport.ts";
