import type { Layer } from "./h2spec.ts";
import type { CaseResult } from "./report.ts";

/** The cases of a run. */
export interface Run {
  /** What the server was reached over. */
  readonly layer: Layer;
  /** Its cases, in their order. */
  readonly cases: readonly CaseResult[];
}

/** Runs of the same cases as a table, and their totals. */
export function formatCases(runs: readonly Run[]): string {
  const [{ cases }] = runs;
  const width = Math.max(...cases.map((each) => nameOf(each).length));
  const head = `${"case".padEnd(width)}  ${
    runs.map(({ layer }) => layer.padEnd(7)).join("  ")
  }`;
  const lines = cases.map((each, index) => {
    const outcomes = runs.map((run) => run.cases[index]?.outcome ?? "");
    return `${nameOf(each).padEnd(width)}  ${
      outcomes.map((outcome) => outcome.padEnd(7)).join("  ")
    }  ${each.title}`;
  });
  const faults = runs.flatMap(({ layer, cases }) =>
    cases.filter(({ outcome }) => outcome !== "passed").map((each) =>
      `${layer} ${nameOf(each)} ${each.outcome}: ${each.title}: ${each.detail}`
    )
  );
  return [head, ...lines, ...faults, ...runs.map(totals)].join("\n");
}

function nameOf({ section, number }: CaseResult): string {
  return `${section} ${number}`;
}

function totals({ layer, cases }: Run): string {
  const count = (wanted: string) =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  return `${layer}: ${cases.length} cases, ${count("passed")} passed, ${
    count("skipped")
  } skipped, ${count("failed")} failed`;
}
