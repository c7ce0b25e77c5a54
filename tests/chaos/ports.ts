/**
 * Ports that stay free while nobody listens on them.
 *
 * @module
 */

/**
 * Below those that a kernel gives to outgoing connections (32768 on Linux,
 * 49152 elsewhere): one of those could take a port while its server is down,
 * or connect to itself.
 */
const PORTS = { from: 20_000, below: 32_000 };

/** As many free ports of the loopback interface, all different. */
export function freePorts(count: number): number[] {
  const listeners: Deno.TcpListener[] = [];
  try {
    while (listeners.length < count) {
      const port = PORTS.from +
        Math.floor(Math.random() * (PORTS.below - PORTS.from));
      const listener = tryListen(port);
      if (listener !== undefined) listeners.push(listener);
    }
    return listeners.map(({ addr }) => addr.port);
  } finally {
    for (const listener of listeners) listener[Symbol.dispose]();
  }
}

function tryListen(port: number): Deno.TcpListener | undefined {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  }
}
