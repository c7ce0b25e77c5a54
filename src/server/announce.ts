import type { ServeOptions } from "./options.ts";

/**
 * Tells `onListen` the address, which may answer with a promise. A failure closes
 * the server, and is thrown, or an uncaught error of the process if it comes later.
 */
export function announce(
  addr: Deno.Addr,
  onListen: ServeOptions["onListen"],
  close: () => void,
): void {
  const fail = (error: unknown): never => {
    close();
    throw error;
  };
  try {
    const heard = onListen?.(addr);
    if (heard instanceof Promise) heard.catch(fail).catch(reportError);
  } catch (error) {
    fail(error);
  }
}
