import { HOUR, layer4, layer7, type Preset, SECOND } from "./preset.ts";

const CLOUDFLARE =
  "https://developers.cloudflare.com/fundamentals/reference/connection-limits/";

/** Networks for delivery, and tunnels. */
export const EDGES: readonly Preset[] = [
  layer7("cloudflare", "Cloudflare, from the client", {
    idle: 400 * SECOND,
    silenceOf: "connection",
    source: CLOUDFLARE,
  }),
  layer7("cloudflare-origin", "Cloudflare, to the origin", {
    idle: 100 * SECOND,
    settable: "proxy read timeout (Enterprise)",
    source: CLOUDFLARE,
  }),
  layer4("ngrok-tcp", "ngrok, a TCP tunnel", {
    idle: 300 * SECOND,
    then: "close",
    source: "https://ngrok.com/docs/",
  }),
  layer7("ngrok-http", "ngrok, an HTTP tunnel", {
    idle: 300 * SECOND,
    source: "https://ngrok.com/docs/",
  }),
];

/** Proxies that one runs oneself. */
export const PROXIES: readonly Preset[] = [
  layer7("nginx", "nginx", {
    idle: 60 * SECOND,
    settable: "grpc_read_timeout, grpc_send_timeout and client_body_timeout",
    connectionLifetime: HOUR,
    source: "https://nginx.org/en/docs/http/ngx_http_grpc_module.html",
  }),
  layer7("haproxy", "HAProxy", {
    idle: 30 * SECOND,
    settable: "timeout client and timeout server",
    note: "It has no default: 30 s to 60 s are usual, and 30 s is assumed.",
    source:
      "https://docs.haproxy.org/3.0/configuration.html#4.2-timeout%20client",
  }),
  layer7("envoy", "Envoy", {
    idle: 300 * SECOND,
    then: "reset",
    settable: "stream_idle_timeout",
    streamLifetime: 15 * SECOND,
    note: "timeout of the route; 0s is none",
    source:
      "https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts",
  }),
  layer7("istio", "Istio", {
    idle: 300 * SECOND,
    then: "reset",
    settable: "stream_idle_timeout, by an EnvoyFilter",
    source: "https://github.com/istio/api/issues/1665",
  }),
  layer7("linkerd", "Linkerd", {
    idle: Infinity,
    pings: 10 * SECOND / 4,
    note: "It sends PINGs of its own, every quarter of its timeout of 10 s.",
    source: "https://github.com/linkerd/linkerd2/issues/5988",
  }),
  layer7("traefik", "Traefik", {
    idle: 180 * SECOND,
    silenceOf: "connection",
    settable: "respondingTimeouts.idleTimeout of the entrypoint",
    source: "https://doc.traefik.io/traefik/routing/entrypoints/",
  }),
  layer7("caddy", "Caddy", {
    idle: 300 * SECOND,
    silenceOf: "connection",
    settable: "timeouts idle",
    source: "https://caddyserver.com/docs/caddyfile/options",
  }),
  layer7("kestrel", "Kestrel (ASP.NET Core)", {
    idle: 120 * SECOND,
    silenceOf: "connection",
    countsPings: true,
    settable: "Limits.KeepAliveTimeout",
    source: "https://github.com/dotnet/aspnetcore/issues/24858",
  }),
  layer7("sing-box", "sing-box", {
    idle: undefined,
    settable: "idle_timeout",
    source:
      "https://sing-box.sagernet.org/configuration/shared/v2ray-transport/",
  }),
];

/** What tracks connections in clusters and on the way to them. */
export const TRACKERS: readonly Preset[] = [
  layer4("kube-proxy", "kube-proxy with iptables", {
    idle: 86_400 * SECOND,
    settable: "conntrack.tcpEstablishedTimeout",
    source:
      "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/",
  }),
  layer4("kube-proxy-ipvs", "kube-proxy with IPVS", {
    idle: 900 * SECOND,
    settable: "ipvs.tcpTimeout",
    source:
      "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/",
  }),
  layer4("docker-swarm", "Docker swarm", {
    idle: 900 * SECOND,
    source: "https://github.com/moby/moby/issues/31208",
  }),
  layer4("home-nat", "a NAT at home", {
    idle: 239 * SECOND,
    note: "The shortest of 34 that were measured; RFC 5382 asks for 7440 s.",
    source: "https://www.rfc-editor.org/rfc/rfc5382#section-5",
  }),
  layer4("mobile", "a mobile carrier", {
    idle: 300 * SECOND,
    note: "Five minutes are the rule of the field; some carriers have less.",
    source:
      "https://conferences.sigcomm.org/sigcomm/2011/papers/sigcomm/p374.pdf",
  }),
];
