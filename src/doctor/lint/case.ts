import {
  booleanOption,
  durationOption,
  parseDuration,
  requireKnownKeys,
} from "../../options/mod.ts";
import type { Advice, Finding } from "../findings.ts";
import { type Hop, type Path, readPath } from "../path/mod.ts";
import {
  type ClientSetup,
  OWN_TIME,
  readClient,
  readServer,
  type ServerSetup,
  type Setup,
  type StackOptions,
} from "../stacks/mod.ts";

/** What is known of the calls, for what depends on it. */
export interface CallsOptions {
  /**
   * The longest silence of a stream while it is open: milliseconds, or a text
   * such as `"30s"`. Without it a stream may be silent for ever.
   */
  readonly silence?: number | string;
  /** The shortest deadline of calls, as `silence`; none by default. */
  readonly deadline?: number | string;
  /**
   * The longest round trip between the ends, as `silence`.
   *
   * @default {200}
   */
  readonly rtt?: number | string;
  /**
   * Whether the process may be frozen between calls, as on AWS Lambda, or the
   * machine may sleep.
   *
   * @default {false}
   */
  readonly freezes?: boolean;
}

/** What is to be examined. */
export interface LintOptions {
  /**
   * The options of the client, as its stack names them.
   *
   * @default {a `Channel` of this library with its defaults}
   */
  readonly client?: StackOptions;
  /**
   * The options of the server, as its stack names them.
   *
   * @default {`serve` of this library with its defaults, which are gRPC's}
   */
  readonly server?: StackOptions;
  /**
   * What stands between them, in order: names of presets, `"nginx=120s"` for
   * one with another limit, or `{ idle: "60s", layer: 7 }`.
   *
   * @default {nothing}
   */
  readonly path?: Path;
  /** What is known of the calls. */
  readonly calls?: CallsOptions;
}

/** Everything that the rules look at; times in milliseconds. */
export interface Case {
  /** The client. */
  readonly client: ClientSetup;
  /** The server. */
  readonly server: ServerSetup;
  /** What stands between them. */
  readonly hops: readonly Hop[];
  /** The shortest interval of the client's PINGs; `Infinity` without any. */
  readonly time: number;
  /** The longest. */
  readonly longestTime: number;
  /**
   * The interval and the permission that the client would have by itself, if the
   * server tells its policy and the client keeps to it.
   */
  readonly told: Told | undefined;
  /** Whether that is a range which this library has by default. */
  readonly isDrawn: boolean;
  /** The interval of heartbeats on streams; `Infinity` if none are agreed. */
  readonly heartbeat: number;
  /** The longest silence of a stream; `undefined` if nobody knows. */
  readonly silence: number | undefined;
  /** The shortest deadline; `Infinity` for none. */
  readonly deadline: number;
  /** The longest round trip. */
  readonly rtt: number;
  /** Whether the process may be frozen. */
  readonly freezes: boolean;
}

/** What a client had before it was told the policy of the server. */
export interface Told {
  /** The shortest interval of its PINGs. */
  readonly time: number;
  /** Whether it sends PINGs without a stream. */
  readonly permitWithoutStream: boolean;
}

/** Something that looks at one thing. */
export type Rule = (of: Case) => readonly Finding[];

/**
 * Reads what is to be examined.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function readCase(options: LintOptions): Case {
  requireKnownKeys("the lint options", options, [
    "client",
    "server",
    "path",
    "calls",
  ]);
  const { calls = {} } = options;
  const keys = ["silence", "deadline", "rtt", "freezes"];
  requireKnownKeys("the calls", calls, keys);
  const client = readClient(options.client);
  const server = readServer(options.server);
  return {
    ...heeding({ client, server, ...intervals(client) }),
    hops: readPath(options.path),
    heartbeat: heartbeatOf(client, server),
    silence: calls.silence === undefined
      ? undefined
      : time("silence", calls.silence, 0),
    deadline: time("deadline", calls.deadline, Infinity),
    rtt: time("rtt", calls.rtt, 200),
    freezes: booleanOption("calls.freezes", calls.freezes, false),
  };
}

function intervals(
  { values, stack }: ClientSetup,
): Pick<Case, "time" | "longestTime" | "isDrawn"> {
  const { time, jitter = 0, minimumTime = 0 } = values;
  if (time !== undefined) {
    return { time, longestTime: time * (1 + jitter), isDrawn: false };
  }
  const isOwn = stack.name === "keepalive";
  const { from, to } = isOwn ? OWN_TIME : { from: Infinity, to: Infinity };
  return {
    time: Math.max(from, minimumTime),
    longestTime: Math.max(to, minimumTime),
    isDrawn: isOwn,
  };
}

/** The longest interval that a server can bring about with what it tells. */
const LONGEST_TOLD = 7_200_000;

/** The same, once the client keeps to what the server tells of its policy. */
function heeding(
  of: Pick<Case, "client" | "server" | "time" | "longestTime" | "isDrawn">,
): typeof of & Pick<Case, "told"> {
  const { client, server, time, longestTime } = of;
  const { advertises, minTime = 0, maxPingStrikes = 0 } = server.values;
  const isTold = advertises && maxPingStrikes !== 0 && time !== Infinity;
  if (!isTold || !client.stack.habits.heedsPolicy) {
    return { ...of, told: undefined };
  }
  const { permitWithoutStream = false } = client.values;
  const permits = permitWithoutStream &&
    (server.values.permitWithoutStream ?? false);
  const least = Math.min(minTime, LONGEST_TOLD);
  return {
    ...of,
    client: {
      ...client,
      values: { ...client.values, permitWithoutStream: permits },
    },
    time: Math.max(time, least),
    longestTime: Math.max(longestTime, least),
    told: { time, permitWithoutStream },
  };
}

function heartbeatOf(client: ClientSetup, server: ServerSetup): number {
  const { heartbeat = Infinity, heartbeats } = client.values;
  const { minHeartbeat = 0, longestHeartbeat = Infinity } = server.values;
  const isAgreed = heartbeats && server.values.heartbeats &&
    heartbeat !== Infinity;
  return isAgreed
    ? Math.max(Math.min(heartbeat, longestHeartbeat), minHeartbeat)
    : Infinity;
}

function time(
  name: string,
  value: number | string | undefined,
  fallback: number,
): number {
  const read = typeof value === "string" ? parseDuration(value) ?? NaN : value;
  return durationOption(`calls.${name}`, read, fallback);
}

/** The first hop that ends HTTP/2: up to it reach the PINGs of the client. */
export function firstProxy({ hops }: Case): number {
  const index = hops.findIndex(({ layer }) => layer === 7);
  return index < 0 ? Infinity : index;
}

/** The last hop that ends HTTP/2: from it on reach the PINGs of the server. */
export function lastProxy({ hops }: Case): number {
  return hops.findLastIndex(({ layer }) => layer === 7);
}

/** An option with another value, in the words of its stack. */
export function change<Field extends string>(
  { end, stack, optionOf }: Setup<Field>,
  field: NoInfer<Field>,
  value: number | boolean,
  why = "",
): Advice[] {
  const option = optionOf(field);
  if (option?.form === undefined) return [];
  const written = option.form.write(value);
  const { key } = option;
  const text = `${key}: ${
    JSON.stringify(written)
  } at the ${end} (${stack.title})`;
  return [{
    end,
    option: key,
    value: written,
    text: why === "" ? text : `${text}, ${why}`,
  }];
}
