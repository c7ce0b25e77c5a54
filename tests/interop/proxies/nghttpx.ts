import { findProgram, type ProxyKind, type Route } from "./proxy.ts";
import { children } from "./process_tree.ts";

/** nghttpx, of nghttp2: a main process, and one worker process. */
export const nghttpx: ProxyKind = {
  name: "nghttpx",

  find: () => findProgram("nghttpx", "--version"),

  async configure(route) {
    const file = `${route.folder}/nghttpx.conf`;
    await Deno.writeTextFile(file, configuration(route));
    return [`--conf=${file}`];
  },

  async reload(proxy) {
    const old = await this.worker(proxy);
    proxy.signal("SIGHUP");
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

function configuration({ port, backend, folder }: Route): string {
  return `
frontend=127.0.0.1,${port};no-tls
backend=127.0.0.1,${backend};;proto=h2
workers=1
pid-file=${folder}/pid
accesslog-file=/dev/null
errorlog-file=/dev/stderr
request-header-field-buffer=24576
response-header-field-buffer=65536
no-ocsp=yes
`;
}
