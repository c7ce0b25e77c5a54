/** How a case of h2spec ended. */
export interface CaseResult {
  /** Group and section, such as `http2/6.5.3`. */
  readonly section: string;
  /** Which case of the section it is, from 1. */
  readonly number: number;
  /** What is sent to the server. */
  readonly title: string;
  /** How it ended. */
  readonly outcome: "passed" | "skipped" | "failed";
  /** What came instead, of a case that failed. */
  readonly detail: string;
}

const CASE =
  /<testcase package="([^"]*)" classname="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g;

const ENTITIES: Readonly<Record<string, string>> = {
  "&#34;": '"',
  "&quot;": '"',
  "&#39;": "'",
  "&apos;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
};

/** Reads the JUnit report of h2spec. */
export function parseReport(xml: string): CaseResult[] {
  const counts = new Map<string, number>();
  return [...xml.matchAll(CASE)].map(([, section, title, inside]) => {
    const number = (counts.get(section) ?? 0) + 1;
    counts.set(section, number);
    return {
      section,
      number,
      title: unescape(title),
      outcome: outcomeOf(inside),
      detail: unescape(inside.replace(/<\/?\w+>/g, " ")).replace(/\s+/g, " ")
        .trim(),
    };
  });
}

function outcomeOf(inside: string): CaseResult["outcome"] {
  if (/<(failure|error)[ >/]/.test(inside)) return "failed";
  return /<skipped[ >/]/.test(inside) ? "skipped" : "passed";
}

function unescape(text: string): string {
  return text.replace(/&[#\w]+;/g, (entity) => ENTITIES[entity] ?? entity);
}
