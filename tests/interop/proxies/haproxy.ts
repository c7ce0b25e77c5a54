import { findProgram, type ProxyKind, type Route } from "./proxy.ts";
import { children } from "./process_tree.ts";

/** HAProxy in master-worker mode, with HTTP/2 on both sides. */
export const haproxy: ProxyKind = {
  name: "HAProxy",

  find: () => findProgram("haproxy", "-v"),

  async configure(route) {
    const file = `${route.folder}/haproxy.cfg`;
    await Deno.writeTextFile(file, configuration(route));
    return ["-W", "-db", "-f", file];
  },

  async reload(proxy) {
    const old = await this.worker(proxy);
    proxy.signal("SIGUSR2");
    await proxy.until("new worker", async () => {
      const workers = await children(proxy.pid);
      return workers.some((pid) => pid !== old) || undefined;
    });
  },

  async worker(proxy) {
    return await proxy.until(
      "worker",
      async () => (await children(proxy.pid)).at(-1),
    );
  },
};

function configuration(
  { port, backend, folder, patience = 60 }: Route,
): string {
  return `
global
  stats socket ${folder}/stats mode 600 level admin expose-fd listeners
defaults
  mode http
  timeout connect 5s
  timeout client ${patience}s
  timeout server ${patience}s
  timeout tunnel ${patience}s
frontend front
  bind 127.0.0.1:${port} proto h2
  default_backend back
backend back
  server one 127.0.0.1:${backend} proto h2
`;
}
