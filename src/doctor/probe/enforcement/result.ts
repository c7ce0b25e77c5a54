import type { Origin } from "../origin.ts";

/** What a PING came to that was sent after a time of silence. */
export interface GapSample {
  /** Milliseconds since the PING before. */
  readonly gap: number;
  /**
   * Milliseconds since the connection was begun: grpc-java measures from the
   * last PING that was not early, or from there, others from the last PING.
   */
  readonly sinceBegin: number;
  /** Milliseconds since the connection could be used. */
  readonly sinceOpen: number;
  /** Whether it was a strike; `"lost"` if that cannot be told. */
  readonly outcome: "allowed" | "struck" | "lost";
  /** Why it cannot be told. */
  readonly why?: string;
}

/** What a server allows, with a stream or without. */
export type RuleResult =
  /** It answers PINGs as fast as they were sent. */
  | {
    readonly kind: "none";
    /** How many were sent. */
    readonly pings: number;
    /** Milliseconds between them, on average. */
    readonly pace: number;
  }
  /** It ends connections for early PINGs. */
  | {
    readonly kind: "enforced";
    /** The number of the quick PING that it was closed for. */
    readonly kickedBy: number;
    /** Milliseconds between PINGs that are too few; 0 if none were found. */
    readonly above: number;
    /** Milliseconds that are enough; `Infinity` if none were found. */
    readonly atMost: number;
    /** What was tried. */
    readonly samples: readonly GapSample[];
  }
  /** It could not be told. */
  | { readonly kind: "unknown"; readonly why: string };

/** What was found about PINGs that a server takes for too many. */
export interface EnforcementResult {
  /** Beside an open stream; `undefined` if no stream can be held open. */
  readonly withStream: RuleResult | undefined;
  /** Without one. */
  readonly withoutStream: RuleResult;
  /**
   * Whether PINGs without a stream are as good as with one; `undefined` if that
   * cannot be told. If not, two hours must lie between them (gRFC A8).
   */
  readonly permitWithoutStream: boolean | undefined;
  /** How many connections of the probe were closed for too many PINGs. */
  readonly kicks: number;
}

/**
 * The shortest time that is allowed, as far as samples tell. If it is not known
 * from when the server measures, the shorter time was too short, and the longer
 * one was enough.
 */
export function bracketOf(
  samples: readonly GapSample[],
  origin: Origin,
): { readonly above: number; readonly atMost: number } {
  let above = 0;
  let atMost = Infinity;
  for (const { gap, sinceBegin, sinceOpen, outcome } of samples) {
    if (outcome === "struck") {
      // No PING before it was late enough, if none of that time would be.
      const isFromBegin = origin === "connection" && gap >= sinceBegin - gap;
      above = Math.max(above, isFromBegin ? sinceOpen : gap);
    } else if (outcome === "allowed") {
      atMost = Math.min(atMost, origin === "last-ping" ? gap : sinceBegin);
    }
  }
  return { above, atMost };
}

/** Whether PINGs without a stream are judged like those with one. */
export function permitOf(
  withStream: RuleResult | undefined,
  withoutStream: RuleResult,
): boolean | undefined {
  if (withoutStream.kind === "none") return true;
  if (withoutStream.kind === "unknown") return undefined;
  if (withoutStream.atMost !== Infinity) return true;
  if (withStream === undefined || withStream.kind === "unknown") {
    return undefined;
  }
  if (withStream.kind === "none") return false;
  return ALIKE * withoutStream.above >= enoughOf(withStream.samples)
    ? false
    : undefined;
}

/** Silences that were to be the same differ by less, as the path varies. */
const ALIKE = 1.02;

/** The shortest silence that was allowed; `Infinity` if none was. */
function enoughOf(samples: readonly GapSample[]): number {
  const allowed = samples.filter(({ outcome }) => outcome === "allowed");
  return Math.min(...allowed.map(({ gap }) => gap));
}

/** Milliseconds that people choose, the shortest first. */
const USUAL: readonly number[] = [
  ...[100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000],
  ...[45_000, 60_000, 90_000, 120_000, 180_000, 240_000, 300_000, 600_000],
];

/** The value that was probably configured, if one is likely. */
export function likelyMinTime(
  { above, atMost }: { readonly above: number; readonly atMost: number },
): number | undefined {
  return USUAL.findLast((value) => value > above && value <= atMost);
}
