/**
 * A server that is attacked, in a process of its own. Its options are the
 * argument; it tells its port, and answers each line when it has collected its
 * garbage.
 *
 * @module
 */
import { implement, serve } from "../../../mod.ts";
import { linesOfInput, tell } from "./lines.ts";
import { Arena } from "./methods.ts";

const LARGE = new Uint8Array(65_536);

const service = implement(Arena, {
  echo: (request) => request.slice(),
  async collect(requests) {
    let octets = 0;
    for await (const request of requests) octets += request.length;
    return new TextEncoder().encode(String(octets));
  },
  async *chat(requests) {
    for await (const request of requests) yield request.slice();
  },
  large: () => LARGE,
  async *hang(requests, { signal }) {
    for await (const request of requests) yield request.slice();
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      if (signal.aborted) reject(signal.reason);
    });
  },
  async *watch(_request, { signal }) {
    while (!signal.aborted) {
      yield new Uint8Array(10);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
});

const options = JSON.parse(Deno.args[0] ?? "{}");
const server = serve({ hostname: "127.0.0.1", port: 0, ...options }, [service]);
// Honest clients need no TLS.
const honest = options.tls === undefined
  ? server
  : serve({ hostname: "127.0.0.1", port: 0 }, [service]);
const [port, honestPort] = [server, honest].map(({ addr }) =>
  (addr as Deno.NetAddr).port
);
tell({ port, honestPort });
for await (const _ of linesOfInput()) {
  (globalThis as { gc?: () => void }).gc?.();
  tell({ connections: server.listener.transports.size });
}
await server.close();
await honest.close();
