import { findProgram, type ProxyKind, type Route } from "./proxy.ts";
import { children } from "./process_tree.ts";

/** nginx with `grpc_pass`: a master, and one worker. */
export const nginx: ProxyKind = {
  name: "nginx",

  find: () => findProgram("nginx", "-v"),

  async configure(route) {
    const file = `${route.folder}/nginx.conf`;
    await Deno.writeTextFile(file, configuration(route));
    return ["-p", route.folder, "-e", "stderr", "-c", file];
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

function configuration(
  { port, backend, folder, requestsPerConnection = 1_000_000, patience = 60 }:
    Route,
): string {
  return `
daemon off;
user root;
worker_processes 1;
pid ${folder}/pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 0;
  large_client_header_buffers 4 32k;
  keepalive_requests ${requestsPerConnection};
  upstream backend {
    server 127.0.0.1:${backend};
    keepalive 8;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:${port} http2;
    http2_max_concurrent_streams 128;
    location / {
      grpc_pass grpc://backend;
      grpc_buffer_size 64k;
      grpc_read_timeout ${patience}s;
      grpc_send_timeout ${patience}s;
      client_body_timeout ${patience}s;
      send_timeout ${patience}s;
    }
  }
}
`;
}
