import { type Flag, NO_DEFAULT, type Tool } from "./flag.ts";
import { CALL_KINDS } from "./settings.ts";

const CONNECTION: readonly Omit<Flag, "group">[] = [
  {
    name: "target",
    option: "target",
    kind: "text",
    placeholder: "target",
    help: "Where to connect to: host:port, [ipv6]:port or unix:path",
    client: "localhost:50051",
  },
  {
    name: "tls",
    option: "tls",
    kind: "boolean",
    help: "Connect with TLS",
    client: false,
  },
  {
    name: "ca",
    option: "ca",
    kind: "pem",
    placeholder: "file",
    help: "Trust the certificates in this file, too; implies --tls",
    client: NO_DEFAULT,
  },
  {
    name: "system-ca",
    option: "systemCa",
    kind: "boolean",
    help: "Trust those of the system besides --ca",
    client: true,
  },
  {
    name: "reconnect",
    option: "reconnect",
    kind: "boolean",
    help: "Connect again when the connection ends or cannot be made",
    client: false,
  },
  {
    name: "reconnect-pause",
    option: "reconnectPause",
    kind: "duration",
    help: "How long to wait before that",
    client: 1_000,
  },
  {
    name: "host",
    option: "hostname",
    kind: "text",
    placeholder: "address",
    help: "Address to listen on; by default all, of IPv4 and IPv6",
    server: NO_DEFAULT,
  },
  {
    name: "port",
    option: "port",
    kind: "port",
    help: "Port to listen on; 0 takes a free one and says which",
    server: 50_051,
  },
  {
    name: "unix",
    option: "path",
    kind: "text",
    placeholder: "path",
    help: "Listen on a Unix socket at this path instead",
    server: NO_DEFAULT,
  },
  {
    name: "tls-cert",
    option: "tls.cert",
    kind: "pem",
    placeholder: "file",
    help: "File with the certificate chain; turns TLS on",
    server: NO_DEFAULT,
  },
  {
    name: "tls-key",
    option: "tls.key",
    kind: "pem",
    placeholder: "file",
    help: "File with the private key",
    server: NO_DEFAULT,
  },
  {
    name: "shutdown-grace",
    option: "shutdownGrace",
    kind: "duration",
    help: "How long connections may take to drain after Ctrl-C",
    server: 5_000,
  },
];

const CALLS: readonly Omit<Flag, "group">[] = [
  {
    name: "call",
    option: "call.kind",
    kind: "call",
    placeholder: "kind",
    help: `Call echo.Echo, and end then: ${CALL_KINDS.join(", ")}`,
    client: NO_DEFAULT,
  },
  {
    name: "size",
    option: "call.size",
    kind: "octets",
    help: "Length of a message",
    client: 32,
  },
  {
    name: "count",
    option: "call.count",
    kind: "count",
    help: "How many calls; of a stream, how many messages",
    client: 1,
  },
  {
    name: "interval",
    option: "call.interval",
    kind: "duration",
    help: "Pause between them",
    client: 0,
  },
  {
    name: "deadline",
    option: "call.deadline",
    kind: "duration",
    help: "Time that a call may take",
    client: Infinity,
  },
];

const KEEPALIVE: readonly Omit<Flag, "group">[] = [
  {
    name: "keepalive-time",
    option: "keepalive.time",
    kind: "duration",
    help: "Silence of the peer after which a PING is sent",
    client: 10_000,
    server: 5_000,
  },
  {
    name: "keepalive-timeout",
    option: "keepalive.timeout",
    kind: "duration",
    help: "Further silence after which the peer is gone",
    client: 1_000,
    server: 1_000,
  },
  {
    name: "minimum-time",
    option: "keepalive.minimumTime",
    kind: "duration",
    help: "A shorter --keepalive-time is raised to this",
    client: 10_000,
    server: 1_000,
  },
  {
    name: "permit-without-stream",
    option: "keepalive.permitWithoutStream",
    kind: "boolean",
    help: "Send PINGs while no call is active",
    client: true,
  },
  {
    name: "max-pings-without-data",
    option: "keepalive.maxPingsWithoutData",
    kind: "count",
    help: "PINGs without sending data, then only one a minute; 0: no limit",
    client: 0,
  },
];

const ENFORCEMENT: readonly Omit<Flag, "group">[] = [
  {
    name: "min-time",
    option: "enforcement.minTime",
    kind: "duration",
    help: "Time that must lie between two PINGs of a client",
    server: 5_000,
  },
  {
    name: "enforcement-permit-without-stream",
    option: "enforcement.permitWithoutStream",
    kind: "boolean",
    help: "Allow that while no call is active, too; if not, it is 2h then",
    server: true,
  },
  {
    name: "advertise",
    option: "enforcement.advertise",
    kind: "boolean",
    help: "Tell clients of this library, which then ping no more than that",
    server: true,
  },
  {
    name: "max-ping-strikes",
    option: "enforcement.maxPingStrikes",
    kind: "count",
    help: "PINGs that may come too early; one more ends it; 0: no limit",
    server: 2,
  },
  {
    name: "tolerance",
    option: "enforcement.tolerance",
    kind: "duration",
    help: "How early is no strike yet (default: 5 % of --min-time, up to 1s)",
    server: NO_DEFAULT,
  },
  {
    name: "path-idle-limit",
    option: "enforcement.pathIdleLimit",
    kind: "duration",
    help: "Silence after which the path forgets, to be told to clients",
    server: NO_DEFAULT,
  },
];

const AGE: readonly Omit<Flag, "group">[] = [
  {
    name: "max-connection-idle",
    option: "keepalive.maxConnectionIdle",
    kind: "duration",
    help: "Retire a connection after this time without a call",
    server: 15_000,
  },
  {
    name: "max-connection-age",
    option: "keepalive.maxConnectionAge",
    kind: "duration",
    help: "Retire a connection at this age, more or less",
    server: 30_000,
  },
  {
    name: "max-connection-age-jitter",
    option: "keepalive.maxConnectionAgeJitter",
    kind: "part",
    help: "Make each age shorter or longer by up to this part of it",
    server: 0.1,
  },
  {
    name: "max-connection-age-grace",
    option: "keepalive.maxConnectionAgeGrace",
    kind: "duration",
    help: "Time for its calls to finish then, before they are cut off",
    server: 5_000,
  },
];

const OUTPUT: readonly Omit<Flag, "group">[] = [
  {
    name: "json",
    option: "json",
    kind: "boolean",
    help: "Print one JSON object a line",
    client: false,
    server: false,
  },
];

/** Where `--help` stands in the help. */
export const OUTPUT_GROUP = "Output:";

/** Every flag of both tools: what is parsed, and what the help says. */
export const FLAGS: readonly Flag[] = [
  ...group("Connection:", CONNECTION),
  ...group("Calls:", CALLS),
  ...group("Keepalive:", KEEPALIVE),
  ...group("Against clients that PING too much:", ENFORCEMENT),
  ...group("Retiring connections:", AGE),
  ...group(OUTPUT_GROUP, OUTPUT),
];

/** The flags of a tool. */
export function flagsOf(tool: Tool): Flag[] {
  return FLAGS.filter((flag) => flag[tool] !== undefined);
}

/** The same text with options named by the flags that set them. */
export function inFlags(tool: Tool, text: string): string {
  return flagsOf(tool).reduce((told, { option, name }) => {
    const path = new RegExp(`\\b${option.replace(".", "\\.")}\\b`, "g");
    return option.includes(".") ? told.replace(path, `--${name}`) : told;
  }, text);
}

function group(
  headline: string,
  flags: readonly Omit<Flag, "group">[],
): Flag[] {
  return flags.map((flag) => ({ ...flag, group: headline }));
}
