import type { LintOptions, Severity } from "../../src/doctor/mod.ts";

/** A pair of ends and a path, and what there is to find. */
export interface Pair {
  /** What it is about. */
  readonly about: string;
  /** What is examined. */
  readonly of: LintOptions;
  /** The worst severity. */
  readonly worst: Severity;
  /** The findings that must be there: severity, id, a part of the arithmetic. */
  readonly finds: readonly (readonly [Severity, string, string?])[];
  /** The first advice of the first of them: the option and its value. */
  readonly advice?: readonly [
    option: string,
    value?: string | number | boolean,
  ];
  /** Ids that must not be there above `ok`. */
  readonly without?: readonly string[];
}

/** The defaults of both ends with each of the presets in between. */
export const PRESETS: readonly Pair[] = [
  cut("aws-alb", "60 s", 45_000),
  kept(
    "aws-nlb",
    "325 s + lag 1 s + RTT 200 ms + margin 17.5 s = 343.7 s <= 350 s",
  ),
  kept("aws-gwlb", "343.7 s <= 350 s"),
  {
    about: "aws-global-accelerator",
    of: { path: "aws-global-accelerator" },
    worst: "info",
    finds: [["info", "hop-margin", "margin 17 s = 343.2 s > 340 s"]],
  },
  kept("aws-nat-gateway", "343.7 s <= 350 s"),
  kept("aws-privatelink", "343.7 s <= 350 s"),
  kept(
    "aws-ec2",
    "325 s + lag 1 s + RTT 200 ms + margin 6 h = 21926.2 s <= 120 h",
  ),
  kept("aws-ec2-nitro-v6", "343.7 s <= 350 s"),
  kept("aws-network-firewall", "343.7 s <= 350 s"),
  closed("gcp-alb"),
  closed("gcp-alb-client"),
  lasts("gcp-backend-service", "30 s"),
  kept("gcp-vpc", "margin 30 s = 356.2 s <= 600 s"),
  kept("gcp-cloud-nat", "margin 60 s = 386.2 s <= 1200 s"),
  lasts("gcp-cloud-run", "300 s"),
  onlyTheServer(
    "azure-load-balancer",
    "300 s > limit 240 s - margin 12 s",
    226_000,
  ),
  onlyTheServer(
    "azure-nat-gateway",
    "300 s > limit 240 s - margin 12 s",
    226_000,
  ),
  cut("azure-app-service", "230 s", 45_000),
  cut("azure-container-apps", "240 s", 45_000),
  cut("azure-app-gateway", "240 s", 45_000),
  closed("cloudflare"),
  cut("cloudflare-origin", "100 s", 45_000),
  onlyTheServer("ngrok-tcp", "300 s > limit 300 s - margin 15 s", 283_000),
  cut("ngrok-http", "300 s", 45_000),
  cut("nginx", "60 s", 45_000),
  cut("haproxy", "30 s", 24_000),
  {
    about: "envoy",
    of: { path: "envoy" },
    worst: "warning",
    finds: [
      ["warning", "streams-cut", "300 s"],
      ["warning", "stream-lifetime", "15 s"],
    ],
    advice: ["heartbeat.interval", 45_000],
  },
  cut("istio", "300 s", 45_000),
  {
    about: "linkerd",
    of: { path: "linkerd" },
    worst: "error",
    finds: [["error", "proxy-pings", "2.5 s < minTime 300 s"]],
    advice: ["enforcement.minTime", 2_000],
  },
  closed("traefik"),
  closed("caddy"),
  closed("kestrel"),
  cut("sing-box=300s", "300 s", 45_000),
  kept("kube-proxy", "margin 4320 s"),
  kept("kube-proxy-ipvs", "margin 45 s = 371.2 s <= 900 s"),
  kept("docker-swarm", "margin 45 s = 371.2 s <= 900 s"),
  onlyTheServer("home-nat", "300 s > limit 239 s - margin 11.9 s", 225_000),
  onlyTheServer("mobile", "300 s > limit 300 s - margin 15 s", 283_000),
];

/** The mistakes that people make most often, the most frequent first. */
export const MISTAKES: readonly Pair[] = [
  {
    about: "1: keepalive is off, as it is by default",
    of: {
      client: { stack: "grpc-go" },
      server: { stack: "grpc-go" },
      path: "aws-nlb",
    },
    worst: "error",
    finds: [
      [
        "error",
        "hop-forgets",
        "PING of the server after 2 h + lag 1 s + RTT 200 ms + margin 17.5 s = 7218.7 s > 350 s",
      ],
      ["warning", "keepalive-off", "15 to 17 min"],
    ],
    advice: ["ClientParameters.Time", "315s"],
  },
  {
    about: "2: 10 s against the default minimum of five minutes",
    of: { client: { Time: "10s" }, server: { stack: "grpc-go" } },
    worst: "error",
    finds: [[
      "error",
      "too-many-pings",
      "10 s < minTime 300 s: PING 4 gets GOAWAY, after 40 s of silence; the channel doubles its interval, 5 disconnects",
    ]],
    advice: ["ClientParameters.Time", "315s"],
  },
  {
    about: "3: the interval equals the minimum",
    of: { client: { Time: "20s" }, server: { MinTime: "20s" } },
    worst: "warning",
    finds: [[
      "warning",
      "close-to-minimum",
      "20 s < minTime 20 s + max(1 s, 5 %, 2 RTT) 1 s",
    ]],
    advice: ["ClientParameters.Time", "21s"],
  },
  {
    about: "4: grpc-js on Deno, and a server that retires idle connections",
    of: {
      client: { stack: "grpc-js", "grpc.keepalive_time_ms": 315_000 },
      server: { MaxConnectionIdle: "5m" },
    },
    worst: "warning",
    finds: [["warning", "grpc-js-goaway", "300 s"]],
  },
  {
    about: "5: grpc-js on an older Deno does not connect again",
    of: { client: { stack: "grpc-js", "grpc.keepalive_time_ms": 315_000 } },
    worst: "info",
    finds: [["info", "grpc-js-reconnects"]],
  },
  {
    about: "6: a maximum age without the time to finish",
    of: {
      server: { MaxConnectionAge: "30m", MaxConnectionAgeGrace: "100ms" },
    },
    worst: "error",
    finds: [["error", "short-grace", "100 ms < max(1 s, 2 RTT) 1 s"]],
    advice: ["ServerParameters.MaxConnectionAgeGrace", "30s"],
  },
  {
    about: "7: a process that is frozen between calls",
    of: {
      client: { stack: "grpc-js", "grpc.keepalive_time_ms": 315_000 },
      calls: { freezes: true },
    },
    worst: "warning",
    finds: [["warning", "freezes"]],
  },
  {
    about: "8: only the answer counts, and has a second to come through data",
    of: {
      client: {
        stack: "grpc-js",
        "grpc.keepalive_time_ms": 315_000,
        "grpc.keepalive_timeout_ms": 1_000,
      },
    },
    worst: "warning",
    finds: [
      ["warning", "short-timeout", "1 s < 10 s"],
      ["info", "grpc-js-pings"],
    ],
    advice: ["grpc.keepalive_timeout_ms", 20_000],
  },
  {
    about: "9: PINGs that measure bandwidth, and a server with one strike",
    of: {
      client: { "grpc.keepalive_time_ms": 315_000 },
      server: { enforcement: { maxPingStrikes: 1 } },
    },
    worst: "warning",
    finds: [["warning", "bandwidth-probes"]],
    advice: ["enforcement.maxPingStrikes", 2],
  },
  {
    about: "10: a client that waits long when the network is back",
    of: { client: { backoff: { maxBackoff: 600_000 } } },
    worst: "warning",
    finds: [["warning", "long-backoff", "600 s > 120 s"]],
    advice: ["backoff.maxBackoff", 30_000],
  },
];

/** Other pairs. */
export const OTHERS: readonly Pair[] = [
  {
    about: "the defaults of both ends",
    of: {},
    worst: "info",
    finds: [["ok", "dead-server", "325 s + timeout 20 s = 345 s"]],
  },
  {
    about: "a server that tells its policy, and a client that keeps to it",
    of: {
      client: { keepalive: { time: 10_000, permitWithoutStream: true } },
      server: { enforcement: { minTime: 20_000 } },
    },
    worst: "info",
    finds: [["info", "policy-told", "interval 10 s, minTime 20 s"]],
    without: ["too-many-pings", "close-to-minimum", "permit-without-stream"],
  },
  {
    about: "the same, told behind a proxy, with metadata",
    of: {
      client: { keepalive: { time: 10_000 } },
      server: { enforcement: { minTime: 100_000 } },
      path: [{ layer: 4, idle: "90s" }, "traefik"],
    },
    worst: "error",
    finds: [["error", "hop-forgets", "PING after 100 s + lag 1 s"]],
    advice: ["enforcement.minTime", 41_000],
  },
  {
    about: "a server that does not tell its policy",
    of: {
      client: { keepalive: { time: 10_000 } },
      server: { enforcement: { minTime: 20_000, advertise: false } },
    },
    worst: "error",
    finds: [["error", "too-many-pings", "10 s < minTime 20 s: PING 4 gets"]],
    advice: ["keepalive.time", 20_000],
  },
  {
    about: "a server that is gone behind a proxy",
    of: {
      client: { heartbeat: { interval: 45_000, timeout: 10_000 } },
      server: { heartbeat: { interval: 30_000 } },
      path: "nginx",
    },
    worst: "info",
    finds: [
      ["ok", "dead-backend", "heartbeat 30 s + timeout 10 s"],
      ["ok", "stream-kept", "heartbeat 30 s <= 0.8"],
    ],
  },
  {
    about: "both ends ours, with the tolerance of our server",
    of: {
      client: { keepalive: { time: 20_000 } },
      server: { enforcement: { minTime: 20_000, advertise: false } },
    },
    worst: "info",
    finds: [["ok", "too-many-pings", "20 s >= minTime 20 s - tolerance 1 s"]],
  },
  {
    about: "335 s is thin for an accelerator",
    of: {
      client: { keepalive: { time: 335_000 } },
      path: "aws-global-accelerator",
    },
    worst: "warning",
    finds: [["warning", "hop-margin", "margin 17 s = 353.2 s > 340 s"]],
    advice: ["keepalive.time", 321_000],
  },
  {
    about: "PINGs without a stream that the server does not permit",
    of: {
      client: { Time: "10m", PermitWithoutStream: true },
      server: { stack: "grpc-go" },
    },
    worst: "error",
    finds: [[
      "error",
      "permit-without-stream",
      "600 s < 2 h: PING 4 gets GOAWAY, after 2400 s",
    ]],
    advice: ["ClientParameters.PermitWithoutStream", false],
  },
  {
    about: "a key that gRPC Core ignores",
    of: {
      client: { "grpc.keepalive_time_ms": 20_000 },
      server: { "grpc.http2.min_recv_ping_interval_without_data_ms": 10_000 },
    },
    worst: "error",
    finds: [
      // 20, 40, 100 and 160 s: after two PINGs one a minute.
      [
        "error",
        "too-many-pings",
        "20 s < minTime 300 s: PING 4 gets GOAWAY, after 160 s",
      ],
      ["warning", "ignored-option"],
      ["info", "pings-throttled", "2 PINGs at 20 s, then one every 60 s"],
      ["info", "hidden-ping-timeout", "60 s > grpc.keepalive_timeout_ms 20 s"],
    ],
    advice: ["grpc.keepalive_time_ms", 315_000],
  },
  {
    about: "tonic never slows down",
    of: { client: { http2_keep_alive_interval: "10s" } },
    worst: "error",
    finds: [["error", "too-many-pings", "tonic never slows down"]],
    advice: ["http2_keep_alive_interval", "314s"],
  },
  {
    about: "the jitter of Envoy",
    of: {
      client: { connection_keepalive: { interval: "300s", timeout: "20s" } },
      server: { stack: "tonic", http2_keepalive_interval: "2h" },
      path: "aws-nlb",
    },
    worst: "warning",
    finds: [[
      "warning",
      "hop-margin",
      "345 s + lag 1 s + RTT 200 ms + margin 17.5 s = 363.7 s > 350 s",
    ]],
    advice: ["connection_keepalive.interval", "288s"],
  },
  {
    about: "Envoy without a timeout",
    of: { client: { connection_keepalive: { interval: "320s" } } },
    worst: "error",
    finds: [["error", "no-timeout"]],
    advice: ["connection_keepalive.timeout", "20s"],
  },
  {
    about: "a heartbeat in time",
    of: { client: { heartbeat: { interval: 45_000 } }, path: "aws-alb" },
    worst: "info",
    finds: [["ok", "stream-kept", "45 s <= 0.8 × 60 s = 48 s"]],
  },
  {
    about: "a heartbeat that is nearly too late",
    of: { client: { heartbeat: { interval: 50_000 } }, path: "aws-alb" },
    worst: "warning",
    finds: [["warning", "heartbeat-too-slow", "50 s > 0.8 × 60 s = 48 s"]],
    advice: ["heartbeat.interval", 45_000],
  },
  {
    about: "a heartbeat that is too late",
    of: { client: { heartbeat: { interval: 70_000 } }, path: "aws-alb" },
    worst: "error",
    finds: [["error", "heartbeat-too-slow", "70 s > 0.8 × 60 s = 48 s"]],
    advice: ["heartbeat.interval", 45_000],
  },
  {
    about: "a heartbeat that the server does not know",
    of: {
      client: { heartbeat: { interval: 45_000 } },
      server: { stack: "grpc-go" },
      path: "aws-alb",
    },
    worst: "error",
    finds: [["error", "heartbeat-not-spoken"], ["warning", "streams-cut"]],
  },
  {
    about: "streams that are never silent for long",
    of: { path: "nginx", calls: { silence: "20s" } },
    worst: "info",
    finds: [[
      "ok",
      "stream-kept",
      "20 s + lag 1 s + RTT 200 ms + margin 5 s = 26.2 s <= 60 s",
    ]],
  },
  {
    about: "streams that are silent for longer than a proxy waits",
    of: { path: "nginx", calls: { silence: "90s" } },
    worst: "error",
    finds: [["error", "streams-cut", "90 s + lag 1 s + RTT 200 ms > 60 s"]],
    advice: ["heartbeat.interval", 45_000],
  },
  {
    about: "a dead server is noticed after the deadline of calls",
    of: {
      client: { Time: "5m15s" },
      calls: { deadline: "10s" },
    },
    worst: "warning",
    finds: [[
      "warning",
      "slow-detection",
      "315 s + timeout 20 s = 335 s > deadline 10 s",
    ]],
  },
  {
    about: "nanoseconds that were meant as seconds",
    of: {
      client: { Time: 10, Timeout: 20 },
      server: { stack: "grpc-go", MinTime: "5s" },
    },
    worst: "error",
    finds: [
      ["error", "unit-mistake"],
      ["error", "timeout-below-rtt", "20 ns < RTT 200 ms"],
      ["warning", "raised", "10 ns < 10 s"],
    ],
  },
  {
    about: "grpc-java raises what is too short",
    of: {
      client: { keepAliveTime: [5, "SECONDS"] },
      server: { permitKeepAliveTime: "5 SECONDS" },
    },
    worst: "warning",
    finds: [["warning", "raised", "5 s < 10 s"]],
    advice: ["keepAliveTime", "10 SECONDS"],
  },
  {
    about: "a timer of grpc-js that overflows",
    of: { client: { stack: "grpc-js", "grpc.keepalive_time_ms": 3e9 } },
    worst: "error",
    finds: [["error", "timer-overflow", "3000000000 ms > 2147483647 ms"]],
    advice: ["grpc.keepalive_time_ms", 2_147_483_647],
  },
  {
    about: "tonic sends no GOAWAY with a grace",
    of: {
      server: {
        stack: "tonic",
        http2_keepalive_interval: "60s",
        max_connection_age: "30m",
        max_connection_age_grace: "30s",
      },
    },
    worst: "error",
    finds: [["error", "age-kills"], ["info", "no-enforcement"]],
  },
  {
    about: "the server keeps what the client may not",
    of: {
      server: { keepalive: { time: 200_000 } },
      path: "azure-load-balancer",
    },
    worst: "info",
    finds: [[
      "ok",
      "hop-kept",
      "PING of the server after 200 s + lag 1 s + RTT 200 ms + margin 12 s = 213.2 s <= 240 s",
    ]],
    without: ["only-the-server-can-ping", "idle-connections-forgotten"],
  },
  {
    about: "PINGs without a call that both ends know",
    of: {
      client: {
        stack: "grpc-java",
        keepAliveTime: "316s",
        keepAliveWithoutCalls: true,
      },
      server: { permitKeepAliveWithoutCalls: true },
      path: "aws-nlb",
    },
    worst: "info",
    finds: [
      [
        "ok",
        "hop-kept",
        "316 s + lag 1 s + RTT 200 ms + margin 17.5 s = 334.7 s <= 350 s",
      ],
      [
        "ok",
        "too-many-pings",
        "316 s >= minTime 300 s + max(1 s, 5 %, 2 RTT) 15 s",
      ],
    ],
    without: ["idle-connections-forgotten"],
  },
  {
    about: "a client that verifies nothing before use",
    of: { client: { verify: "off" }, path: "aws-nlb" },
    worst: "warning",
    finds: [["warning", "idle-connections-forgotten", "1800 s > limit 350 s"]],
    advice: ["keepalive.maxConnectionIdle", 332_000],
  },
  {
    about: "a server that retires idle connections before a hop forgets them",
    of: {
      client: { stack: "grpc-go", Time: "5m20s" },
      server: { keepalive: { maxConnectionIdle: 300_000 } },
      path: "aws-nlb",
    },
    worst: "info",
    finds: [["ok", "hop-kept", "320 s"]],
    without: ["idle-connections-forgotten"],
  },
  {
    about: "behind a proxy the server polices nobody's PINGs but its own",
    of: {
      client: { Time: "20s" },
      server: { stack: "grpc-go" },
      path: [
        "aws-nlb",
        { layer: 7, idle: "10m", name: "our proxy" },
        "kube-proxy",
      ],
      calls: { silence: "5m" },
    },
    worst: "warning",
    finds: [
      ["info", "proxy-answers-pings"],
      ["ok", "stream-kept", "<= 600 s"],
      ["ok", "hop-kept", "PING after 20 s"],
      ["warning", "idle-connections-forgotten", "1800 s > limit 350 s"],
    ],
    without: ["too-many-pings"],
  },
  {
    about: "ConnectParams with what was left out",
    of: {
      client: {
        Time: "5m20s",
        ConnectParams: { Backoff: { BaseDelay: "1s" } },
      },
    },
    worst: "error",
    finds: [["error", "no-backoff"]],
    advice: ["ConnectParams.Backoff.MaxDelay", "120s"],
  },
];

function kept(path: string, arithmetic: string): Pair {
  return {
    about: path,
    of: { path },
    worst: "info",
    finds: [["ok", "hop-kept", arithmetic]],
  };
}

function cut(path: string, limit: string, heartbeat: number): Pair {
  return {
    about: path,
    of: { path },
    worst: "warning",
    finds: [["warning", "streams-cut", limit]],
    advice: ["heartbeat.interval", heartbeat],
  };
}

function closed(path: string): Pair {
  return {
    about: path,
    of: { path },
    worst: "info",
    finds: [["info", "idle-connections-closed"]],
    without: ["streams-cut"],
  };
}

function lasts(path: string, lifetime: string): Pair {
  return {
    about: path,
    of: { path },
    worst: "warning",
    finds: [["warning", "stream-lifetime", lifetime]],
    without: ["streams-cut"],
  };
}

function onlyTheServer(path: string, arithmetic: string, time: number): Pair {
  return {
    about: path,
    of: { path },
    worst: "error",
    finds: [["error", "only-the-server-can-ping", arithmetic]],
    advice: ["keepalive.time", time],
  };
}
