import { inWords } from "../durations.ts";
import {
  type Diagnosis,
  type Finding,
  type Severity,
  sortFindings,
  worstOf,
} from "../findings.ts";
import {
  enforcementFindings,
  enforcementVerdict,
} from "./enforcement_findings.ts";
import { describeSettings } from "./fingerprint.ts";
import { lifetimeFindings } from "./lifetime_findings.ts";
import type { ProbeMeasurements } from "./measurements.ts";
import type { ProbeSetup } from "./options.ts";
import { peerFindings } from "./peer_findings.ts";
import type { Presence } from "./services.ts";
import { quoted } from "./words.ts";

/** What a probe has found, for people and for programs. */
export interface ProbeReport extends Diagnosis {
  /** Whether all was measured that was asked for; not if it was interrupted. */
  readonly isComplete: boolean;
  /** What was measured. */
  readonly measured: ProbeMeasurements;
}

/** Says what measurements mean. */
export function reportOf(
  setup: ProbeSetup,
  measured: ProbeMeasurements,
  isComplete: boolean,
): ProbeReport {
  const findings = sortFindings([
    ...(isComplete ? [] : [INTERRUPTED]),
    ...peerFindings(measured),
    ...enforcementFindings(setup, measured),
    ...lifetimeFindings(measured),
  ]);
  const severity = worstOf(findings);
  return {
    subject: `${setup.target}, probed`,
    severity,
    verdict: verdictOf(setup, measured, findings, severity),
    facts: factsOf(setup, measured),
    findings,
    isComplete,
    measured,
  };
}

const INTERRUPTED: Finding = {
  id: "interrupted",
  severity: "info",
  title: "The probe was interrupted: this is what was known by then",
  advice: [],
};

function verdictOf(
  setup: ProbeSetup,
  measured: ProbeMeasurements,
  findings: readonly Finding[],
  severity: Severity,
): string {
  const [worst] = findings;
  if (severity === "error" && worst !== undefined) return worst.title;
  const { hop, latency } = measured;
  const who = hop?.kind === "proxy"
    ? "This measures a proxy, not the server behind it: "
    : "";
  const pings = latency?.pings === undefined
    ? "no PING was sent yet"
    : `PINGs are answered in ${inWords(latency.pings.p50)}`;
  return `${who}${pings}${enforcementVerdict(setup, measured)}`;
}

function factsOf(
  { target }: ProbeSetup,
  measured: ProbeMeasurements,
): [name: string, value: string][] {
  const { peer, alpn, connectedIn, settings, windowIncrement } = measured;
  const { stack, latency, services, headers, streamMethod } = measured;
  const facts: [string, string][] = [
    ["target", `${target} (${peer})`],
    [
      "connection",
      `${alpn === undefined ? "HTTP/2 without TLS" : "TLS, ALPN h2"}, made in ${
        inWords(connectedIn)
      }`,
    ],
    ["SETTINGS", describeSettings(settings)],
    ["stack", stack?.name ?? "not one that is known by its SETTINGS"],
  ];
  if (windowIncrement > 0) {
    facts.push(["window", `${65_535 + windowIncrement} octets`]);
  }
  const server = headers.find(([name]) => name === "server");
  if (server !== undefined) facts.push(["server", quoted(server[1])]);
  if (latency?.pings !== undefined) {
    const { p50, p90, max, count } = latency.pings;
    facts.push([
      "PING",
      `${inWords(p50)}, 90 % within ${inWords(p90)}, at most ${
        inWords(max)
      } (${count})`,
    ]);
  }
  if (latency?.calls !== undefined) {
    const { p50, p90, max, count } = latency.calls;
    facts.push([
      "call",
      `${inWords(p50)}, 90 % within ${inWords(p90)}, at most ${
        inWords(max)
      } (${count})`,
    ]);
  }
  if (services !== undefined) {
    const { check, watch, reflection, reflectionAlpha } = services;
    facts.push(
      ["health", `Check ${shown(check)}, Watch ${shown(watch)}`],
      [
        "reflection",
        `v1 ${shown(reflection)}, v1alpha ${shown(reflectionAlpha)}`,
      ],
    );
  }
  if (streamMethod !== undefined) facts.push(["held open", streamMethod]);
  return facts;
}

function shown(presence: Presence): string {
  return presence.kind === "absent" ? "absent" : presence.answer;
}
