import { OTHER_NAMES } from "./other_names.ts";

/** The options of one group, and whose they are. */
interface Place {
  /** Whose options they are. */
  readonly owners: readonly string[];
  /** What stands before a key: the group with a dot, or nothing. */
  readonly group: string;
  /** The keys. */
  readonly keys: readonly string[];
}

const CHANNEL = "a channel";
const SERVER = "a server";
const CALL = "a call";

/**
 * What is most likely to be given in a wrong place; a test holds it to what each
 * place takes. What any place takes, such as `clock`, is not here.
 */
export const PLACES: readonly Place[] = [
  {
    owners: [CHANNEL, SERVER],
    group: "keepalive.",
    keys: ["time", "timeout", "minimumTime"],
  },
  {
    owners: [CHANNEL],
    group: "keepalive.",
    keys: ["permitWithoutStream", "maxPingsWithoutData", "learned"],
  },
  {
    owners: [SERVER],
    group: "keepalive.",
    keys: [
      "maxConnectionIdle",
      "maxConnectionAge",
      "maxConnectionAgeJitter",
      "maxConnectionAgeGrace",
    ],
  },
  {
    owners: [SERVER],
    group: "enforcement.",
    keys: [
      "minTime",
      "permitWithoutStream",
      "maxPingStrikes",
      "tolerance",
      "advertise",
      "pathIdleLimit",
    ],
  },
  {
    owners: [CHANNEL],
    group: "backoff.",
    keys: ["initialBackoff", "maxBackoff", "backoffMultiplier", "jitter"],
  },
  {
    owners: [CHANNEL],
    group: "tls.",
    keys: ["caCerts", "systemCaCerts", "serverName"],
  },
  { owners: [CHANNEL, SERVER], group: "tls.", keys: ["cert", "key"] },
  { owners: [SERVER], group: "tls.", keys: ["clientCaCerts", "clientCert"] },
  {
    owners: [CHANNEL, SERVER],
    group: "memoryQuota.",
    keys: ["total", "patience"],
  },
  {
    owners: [CHANNEL, CALL, SERVER],
    group: "heartbeat.",
    keys: ["interval", "timeout"],
  },
  { owners: [SERVER], group: "heartbeat.", keys: ["minInterval"] },
  {
    owners: [CHANNEL, SERVER],
    group: "",
    keys: [
      "keepalive",
      "memoryQuota",
      "tls",
      "interceptors",
      "observer",
      "handshakeTimeout",
      "maxHeaderListSize",
      "absoluteMaxHeaderListSize",
    ],
  },
  {
    owners: [CHANNEL],
    group: "",
    keys: [
      "authority",
      "backoff",
      "reconnectSpread",
      "idleTimeout",
      "loadBalancing",
      "resolver",
      "verify",
      "verifyAfter",
      "serviceConfig",
    ],
  },
  {
    owners: [SERVER],
    group: "",
    keys: [
      "enforcement",
      "maxConcurrentStreams",
      "maxConnections",
      "maxHandshakes",
      "port",
      "hostname",
      "reusePort",
      "onHandlerError",
    ],
  },
  {
    owners: [CALL],
    group: "",
    keys: [
      "metadata",
      "deadline",
      "waitForReady",
      "onHeaders",
      "onTrailers",
      "onDraining",
    ],
  },
  {
    owners: [CALL, SERVER],
    group: "",
    keys: ["maxReceiveMessageLength", "compression"],
  },
];

/** A name, however its words are set apart: `max_age`, `MaxAge`, `maxAge`. */
export function plain(name: string): string {
  return name.replace(/[^a-z0-9]/gi, "").toLowerCase();
}

/**
 * The options that a key may mean, which is known elsewhere or to other stacks:
 * the path of each, and whose it is.
 */
export function placesOf(key: string): [path: string, owners: string][] {
  const name = plain(key);
  const meant = OTHER_NAMES.find(([, names]) => names.map(plain).includes(name))
    ?.[0] ?? [];
  const owners = new Map<string, string[]>();
  for (const { group, keys, owners: of } of PLACES) {
    for (const each of keys) {
      const path = group + each;
      if (plain(each) !== name && !meant.includes(path)) continue;
      owners.set(path, [...owners.get(path) ?? [], ...of]);
    }
  }
  return [...owners].map(([path, of]) => [path, of.join(" or of ")]);
}
