import { isMethodPath } from "../../grpc/mod.ts";
import {
  booleanOption,
  display,
  durationOption,
  requireFunction,
  requireKnownKeys,
  requireMembers,
  requireSignal,
  requireText,
} from "../../options/mod.ts";
import { type Clock, requireClock, systemClock } from "../../runtime/mod.ts";
import {
  denoNetwork,
  type DialTlsOptions,
  type Network,
  NETWORK_MEMBERS,
  parseTarget,
  resolveDialTls,
} from "../../transport/mod.ts";
import type { ProbeProgress } from "./progress.ts";

/**
 * Options of {@linkcode probe}. An unknown key or a wrong type is a `TypeError`,
 * a value that is not allowed a `RangeError`.
 */
export interface ProbeOptions {
  /**
   * TLS, with ALPN `h2`; `true` for the system's certificates.
   *
   * @default {false}
   */
  tls?: boolean | DialTlsOptions;
  /**
   * The `:authority` of calls, for a proxy that chooses by it.
   *
   * @default {the target, or `localhost` for a Unix socket}
   */
  authority?: string;
  /**
   * Whether connections of the probe may be closed by the server for too many
   * PINGs, at most two for each rule. Without, what the server takes for too
   * many is not measured.
   *
   * @default {false}
   */
  allowKicks?: boolean;
  /**
   * A keepalive time in milliseconds: only whether the server allows it is
   * measured, which takes as long as that. Needs `allowKicks`.
   */
  time?: number;
  /**
   * The silences between PINGs that are tried, in milliseconds, at most 24. The
   * measurement takes as long as the longest. Needs `allowKicks`.
   *
   * @default {a little above the usual values from 1 s to 300 s}
   */
  gaps?: readonly number[];
  /**
   * Milliseconds to wait for the server, or the path, to end a connection on
   * which nothing is said; 0 for not at all.
   *
   * @default {0}
   */
  wait?: number;
  /**
   * The path of a method that holds a call open and says nothing until it is
   * sent something, such as `/echo.Echo/Bidi`: for servers that have neither
   * `grpc.health.v1.Health` nor reflection.
   */
  streamMethod?: string;
  /**
   * Milliseconds for each answer of the server.
   *
   * @default {10_000}
   */
  timeout?: number;
  /** Ends the probe: it resolves to what is known so far. */
  signal?: AbortSignal;
  /** Is told what is done next, and how long it will take. */
  onProgress?: (progress: ProbeProgress) => void;
  /**
   * Where all times and timers come from.
   *
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * What makes connections.
   *
   * @default {denoNetwork}
   */
  network?: Network;
}

/** Checked options, with every default filled in. */
export interface ProbeSetup {
  readonly target: string;
  readonly tls: boolean | DialTlsOptions;
  readonly authority: string;
  readonly allowKicks: boolean;
  /** Whether only one time is asked about: it is the only gap. */
  readonly time: number | undefined;
  /** The longest first. */
  readonly gaps: readonly number[];
  readonly wait: number;
  readonly streamMethod: string | undefined;
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProbeProgress) => void;
  readonly clock: Clock;
  readonly network: Network;
}

const PROBE_KEYS: readonly string[] = [
  "tls",
  "authority",
  "allowKicks",
  "time",
  "gaps",
  "wait",
  "streamMethod",
  "timeout",
  "signal",
  "onProgress",
  "clock",
  "network",
];

/** What servers are usually set to, in milliseconds. */
const USUAL: readonly number[] = [
  ...[300_000, 240_000, 180_000, 120_000, 90_000, 60_000, 45_000, 30_000],
  ...[20_000, 15_000, 10_000, 5_000, 2_000, 1_000],
];

/** Just above them, as the path may bring two PINGs closer together. */
const DEFAULT_GAPS: readonly number[] = USUAL.map((each) => 1.01 * each + 100);

/** Each gap takes a connection for either rule. */
const MOST_GAPS = 24;

/** No rule of gRPC asks for more (gRFC A8). */
const LONGEST_GAP = 7_260_000;

/**
 * Checks the target and the options.
 *
 * @throws {TypeError} If a key is unknown, a value of a wrong type, or options
 * contradict.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveProbe(
  target: string,
  options: ProbeOptions,
): ProbeSetup {
  requireKnownKeys("the probe options", options, PROBE_KEYS);
  const { transport } = parseTarget(target);
  const {
    tls = false,
    authority = transport === "unix" ? "localhost" : target,
    signal = new AbortController().signal,
    onProgress = () => {},
    clock = systemClock,
    network = denoNetwork,
    streamMethod,
  } = options;
  resolveDialTls(tls);
  requireText("authority", authority);
  requireSignal(signal);
  requireFunction("onProgress", onProgress);
  requireClock(clock);
  requireMembers("network", network, NETWORK_MEMBERS);
  requireMethod(streamMethod);
  return {
    ...{ target, tls, authority, signal, onProgress, clock, network },
    ...resolveKicks(options),
    streamMethod,
    wait: durationOption("wait", options.wait, 0, { minimum: 0, finite: true }),
    timeout: durationOption("timeout", options.timeout, 10_000, {
      finite: true,
    }),
  };
}

function resolveKicks(
  { allowKicks, time, gaps }: ProbeOptions,
): Pick<ProbeSetup, "allowKicks" | "time" | "gaps"> {
  const isAllowed = booleanOption("allowKicks", allowKicks, false);
  if (!isAllowed) refuseWithoutKicks({ time, gaps });
  if (time === undefined) {
    const checked = checkGaps(gaps ?? DEFAULT_GAPS);
    return { allowKicks: isAllowed, time: undefined, gaps: checked };
  }
  if (gaps !== undefined) {
    throw new TypeError(
      "Cannot use time and gaps together: time is the only one that is tried then",
    );
  }
  const asked = requireGap("time", time);
  return { allowKicks: isAllowed, time: asked, gaps: [asked] };
}

function refuseWithoutKicks(options: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    throw new TypeError(
      `Cannot use ${name}: it is found out by being disconnected, which needs allowKicks: true`,
    );
  }
}

function checkGaps(gaps: readonly number[]): readonly number[] {
  if (!Array.isArray(gaps)) {
    throw new TypeError(
      `Cannot use gaps: expected an array of milliseconds, received ${
        display(gaps)
      }`,
    );
  }
  if (gaps.length === 0 || gaps.length > MOST_GAPS) {
    throw new RangeError(
      `Cannot use gaps: expected 1 to ${MOST_GAPS} of them, received ${gaps.length}`,
    );
  }
  return gaps.map((gap, index) => requireGap(`gaps[${index}]`, gap))
    .toSorted((a, b) => b - a);
}

function requireGap(name: string, value: number): number {
  const gap = durationOption(name, value, value, { finite: true });
  if (gap <= LONGEST_GAP) return gap;
  throw new RangeError(
    `Cannot use ${name}: expected at most ${LONGEST_GAP} milliseconds, received ${gap}`,
  );
}

function requireMethod(method: string | undefined): void {
  requireText("streamMethod", method);
  if (method === undefined || isMethodPath(method)) return;
  throw new RangeError(
    `Cannot use streamMethod: expected a path such as /package.Service/Method, received ${
      display(method)
    }`,
  );
}
