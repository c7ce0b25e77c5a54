/** How bad a finding is, the worst first. */
export type Severity =
  /** It ends connections or calls that nothing is wrong with. */
  | "error"
  /** It can, or something dead is noticed too late. */
  | "warning"
  /** Worth knowing. */
  | "info"
  /** It was looked at, and is right. */
  | "ok";

/** All severities, the worst first. */
export const SEVERITIES: readonly Severity[] = [
  "error",
  "warning",
  "info",
  "ok",
];

/** What to change so that a finding goes away. */
export interface Advice {
  /** Whose option it is. */
  readonly end: "client" | "server" | "path";
  /**
   * The option in the words of its stack, such as `keepalive.time`,
   * `grpc.keepalive_time_ms` or `ClientParameters.Time`; on a path the name of
   * the hop. Absent if no option would help.
   */
  readonly option?: string;
  /** The value as that stack takes it, such as `315_000` or `"315s"`. */
  readonly value?: string | number | boolean;
  /** The same in a sentence. */
  readonly text: string;
}

/** Something that was looked at, and what came out. */
export interface Finding {
  /** What was looked at, such as `too-many-pings`: the same in each version. */
  readonly id: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** What was found, in a sentence. */
  readonly title: string;
  /** The calculation behind it, in one line. */
  readonly arithmetic?: string;
  /** What to change, the best first; nothing where nothing is wrong. */
  readonly advice: readonly Advice[];
  /** Where the rule comes from: a link. */
  readonly source?: string;
}

/** What an examination has found. */
export interface Diagnosis {
  /** What was examined, in a line. */
  readonly subject: string;
  /** The worst severity of all findings. */
  readonly severity: Severity;
  /** The outcome, in a sentence. */
  readonly verdict: string;
  /** What was taken for given or measured: names and values, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Everything that was found, the worst first. */
  readonly findings: readonly Finding[];
}

/** The findings, the worst first; those that are alike keep their order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) =>
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  );
}

/** The worst severity of some findings; `"ok"` of none. */
export function worstOf(findings: readonly Finding[]): Severity {
  const [worst] = sortFindings(findings);
  return worst?.severity ?? "ok";
}
