import type { Role, Stage } from "./stage.ts";

/** One rule, one way to break it or to use it, and what must come of that. */
export interface Row {
  /** The section, of RFC 9113 unless it is said. */
  readonly section: string;
  /** The rule, in the words of the RFC as far as they are short. */
  readonly rule: string;
  /** What the peer does. */
  readonly input: string;
  /**
   * `connection CODE` for GOAWAY, `stream NAME CODE` for RST_STREAM, `none` if
   * the peer may do it, or is not to be answered. A neighbour must go on after
   * all but the first.
   */
  readonly answer: string;
  /** Which ends of ours are tried. */
  readonly roles: readonly Role[];
  /** Whether the peer has not even greeted. */
  readonly greets?: boolean;
  /** The peer does it. */
  act(stage: Stage): void;
}

/** The ends that a row is for. */
export const BOTH: readonly Role[] = ["client", "server"];
export const CLIENT: readonly Role[] = ["client"];
export const SERVER: readonly Role[] = ["server"];

/** Rows of a section that are alike. */
export function rows(
  section: string,
  rule: string,
  roles: readonly Role[],
  answer: string,
  acts: Record<string, (stage: Stage) => void>,
): Row[] {
  return Object.entries(acts).map(([input, act]) => ({
    section,
    rule,
    input,
    answer,
    roles,
    act,
  }));
}
