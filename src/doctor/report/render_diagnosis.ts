import { requireObject } from "../../options/mod.ts";
import { dataOf, escapeMarkup, pageOf } from "../../page/mod.ts";
import type { Advice, Diagnosis, Finding, Severity } from "../findings.ts";

/** How a finding of each severity is marked. */
const MARKS: Readonly<Record<Severity, string>> = {
  error: "✗ error",
  warning: "! warning",
  info: "· info",
  ok: "✓ ok",
};

/**
 * Makes one page in HTML of a diagnosis: the verdict, what was examined, every
 * finding with its arithmetic, advice and source, and all of it as JSON.
 *
 * It has no script and asks no network. What a peer has sent stands in it as
 * text.
 *
 * @example Write a report
 * ```ts
 * import { lint, renderDiagnosis } from "@keepalive/grpc/doctor";
 *
 * const page = renderDiagnosis(lint({ path: "aws-alb" }));
 * // Deno.writeTextFile("report.html", page);
 * console.log(page.length);
 * ```
 *
 * @throws {TypeError} If it is no diagnosis.
 */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  requireObject("the diagnosis", diagnosis);
  const { subject, severity, verdict, facts, findings } = diagnosis;
  if (!Array.isArray(facts) || !Array.isArray(findings)) {
    throw new TypeError(
      "Cannot use the diagnosis: expected what lint or probe returned",
    );
  }
  return pageOf(subject, [
    `<p class="story${isBad(severity) ? " bad" : ""}"><b>${
      escapeMarkup(verdict)
    }</b></p>`,
    `<h2>What was examined</h2>${table(facts)}`,
    `<h2>Findings</h2>${findings.map(finding).join("")}`,
    dataOf("diagnosis", diagnosis),
  ]);
}

function isBad(severity: Severity): boolean {
  return severity === "error" || severity === "warning";
}

function table(facts: Diagnosis["facts"]): string {
  const rows = facts.map(([name, value]) =>
    `<tr><td class="n">${escapeMarkup(name)}</td><td>${
      escapeMarkup(value)
    }</td></tr>`
  );
  return `<div class="scroll"><table>${rows.join("")}</table></div>`;
}

function finding(
  { severity, title, arithmetic, advice, source }: Finding,
): string {
  const mark = `<b class="${isBad(severity) ? "bad" : "d"}">${
    MARKS[severity]
  }</b>`;
  const lines = [
    ...arithmetic === undefined
      ? []
      : [`<p class="d">${escapeMarkup(arithmetic)}</p>`],
    ...advice.map(change),
    ...source === undefined ? [] : [link(source)],
  ];
  return `<details${severity === "ok" ? "" : ' open=""'}><summary>${mark} ${
    escapeMarkup(title)
  }</summary>${lines.join("")}</details>`;
}

function change({ text }: Advice): string {
  return `<p>→ ${escapeMarkup(text)}</p>`;
}

/** A source as a link, if it is one. */
function link(source: string): string {
  const text = escapeMarkup(source);
  return /^https:\/\//.test(source)
    ? `<p class="d"><a href="${text}">${text}</a></p>`
    : `<p class="d">${text}</p>`;
}
