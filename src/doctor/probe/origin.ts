/**
 * From when a server measures the time to a PING: from the last one, early or
 * not, as most do; or, as grpc-java, from the last that was not early, which
 * there was none on a new connection, so that it is when that was made.
 */
export type Origin = "last-ping" | "connection" | "unknown";
