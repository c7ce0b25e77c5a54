/**
 * Reports a fault of this library, which neither the peer nor the user has
 * made, with its stack. Listeners for the `error` event of the process hear of
 * it; unless one of them calls `preventDefault`, it is printed.
 *
 * In contrast to `reportError` it does not end the process: what a peer has
 * provoked must not end the connections of all others.
 */
export function reportFault(error: unknown): void {
  const event = new ErrorEvent("error", {
    error,
    message: `@keepalive/grpc: internal error: ${error}`,
    cancelable: true,
  });
  if (globalThis.dispatchEvent(event)) {
    console.error("@keepalive/grpc: internal error, please report it:", error);
  }
}
