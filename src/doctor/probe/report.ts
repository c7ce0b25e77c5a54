import { duration } from "../../options/mod.ts";
import type { Spread } from "../../grpc/mod.ts";
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
import { describeSettings } from "./setting_words.ts";
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
    facts: [...peerFacts(setup, measured), ...callFacts(measured)],
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
    : `PINGs are answered in ${duration(latency.pings.p50)}`;
  return `${who}${pings}${enforcementVerdict(setup, measured)}`;
}

type Fact = readonly [name: string, value: string];

function* peerFacts(
  { target }: ProbeSetup,
  measured: ProbeMeasurements,
): Generator<Fact> {
  const { peer, alpn, connectedIn, settings, windowIncrement } = measured;
  const security = alpn === undefined ? "HTTP/2 without TLS" : "TLS, ALPN h2";
  yield ["Target", `${target} (${peer})`];
  yield ["Connection", `${security}, made in ${duration(connectedIn)}`];
  yield ["SETTINGS", describeSettings(settings)];
  yield ["Stack", measured.stack?.name ?? "none that is known by its SETTINGS"];
  if (windowIncrement >= LARGE_INCREMENT) {
    yield ["Window", `${65_535 + windowIncrement} octets for the connection`];
  }
  const server = measured.headers.find(([name]) => name === "server");
  if (server !== undefined) yield ["Server", quoted(server[1])];
}

/** Octets that are no credit for what was just received. */
const LARGE_INCREMENT = 16_384;

function* callFacts(
  { latency, services, streamMethod }: ProbeMeasurements,
): Generator<Fact> {
  if (latency?.pings !== undefined) yield ["PING", shownSpread(latency.pings)];
  if (latency?.calls !== undefined) yield ["Call", shownSpread(latency.calls)];
  if (services !== undefined) {
    const { check, watch, reflection, reflectionAlpha } = services;
    yield ["Health", `Check ${shown(check)}, Watch ${shown(watch)}`];
    yield [
      "Reflection",
      `v1 ${shown(reflection)}, v1alpha ${shown(reflectionAlpha)}`,
    ];
  }
  if (streamMethod !== undefined) yield ["Held open", streamMethod];
}

function shownSpread({ p50, p90, max, count }: Spread): string {
  return `${duration(p50)}, 90 % within ${duration(p90)}, at most ${
    duration(max)
  } (${count})`;
}

function shown(presence: Presence): string {
  return presence.kind === "absent" ? "absent" : presence.answer;
}
