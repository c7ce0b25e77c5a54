import { comparableDuration } from "../../options/mod.ts";
import type { Advice, Finding } from "../findings.ts";
import {
  type EnforcementResult,
  type GapSample,
  likelyMinTime,
  type RuleResult,
} from "./enforcement/mod.ts";
import type { ProbeMeasurements } from "./measurements.ts";
import type { ProbeSetup } from "./options.ts";

const A8 =
  "https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md";

/** What the measurement of too many PINGs means. */
export function enforcementFindings(
  setup: ProbeSetup,
  { enforcement, latency }: ProbeMeasurements,
): Finding[] {
  if (!setup.allowKicks) return [NOT_MEASURED];
  if (enforcement === undefined) return [];
  const slowest = latency?.pings?.max ?? 0;
  const { withStream, withoutStream } = enforcement;
  const tell = setup.time === undefined ? ruleFinding : timeFinding;
  const rules: Finding[] = [];
  if (withStream === undefined) rules.push(NO_STREAM);
  else rules.push(tell(setup, WITH, withStream, slowest, enforcement));
  rules.push(tell(setup, WITHOUT, withoutStream, slowest, enforcement));
  return [...rules, ...kicksFindings(enforcement)];
}

/** The same in a few words, for the end of a verdict. */
export function enforcementVerdict(
  { time }: ProbeSetup,
  { enforcement }: ProbeMeasurements,
): string {
  if (enforcement === undefined) return "";
  const { withStream, withoutStream, permitWithoutStream } = enforcement;
  if (time !== undefined) return timeVerdict(time, enforcement);
  const rule = withStream ?? withoutStream;
  if (rule.kind === "unknown") return "";
  if (rule.kind === "none") return ", and it counts none as too many";
  const also = permitWithoutStream === false ? ", and none without a call" : "";
  return `, ${needed(rule)} must lie between them${also}`;
}

function timeVerdict(
  time: number,
  { withStream, withoutStream }: EnforcementResult,
): string {
  const allowed = [
    ...(isAllowed(withStream) ? ["beside a call"] : []),
    ...(isAllowed(withoutStream) ? ["without a call"] : []),
  ];
  if (allowed.length === 0) return "";
  return `, and one every ${comparableDuration(time)} is allowed ${
    allowed.join(" and ")
  }`;
}

function isAllowed(rule: RuleResult | undefined): boolean {
  return rule?.kind === "none" ||
    rule?.kind === "enforced" && rule.atMost !== Infinity;
}

const NOT_MEASURED: Finding = {
  id: "enforcement",
  severity: "info",
  title: "Which PINGs are too many for the server was not measured",
  advice: [{
    end: "client",
    option: "allowKicks",
    value: true,
    text: "Allow the probe to have connections of its own closed for it, two" +
      " for each rule: allowKicks, or --allow-kicks",
  }],
  source: A8,
};

const NO_STREAM: Finding = {
  id: "enforcement-with-stream",
  severity: "info",
  title: "PINGs beside a call were not measured: no method can be held open",
  advice: [{
    end: "client",
    option: "streamMethod",
    text: "Name a method that waits for messages: streamMethod, or --stream",
  }],
  source: A8,
};

interface Which {
  readonly id: string;
  readonly words: string;
}

const WITH: Which = { id: "enforcement-with-stream", words: "beside a call" };

const WITHOUT: Which = {
  id: "enforcement-without-stream",
  words: "without a call",
};

/** What was found about one rule. */
function ruleFinding(
  _setup: ProbeSetup,
  which: Which,
  rule: RuleResult,
  slowest: number,
  { permitWithoutStream }: EnforcementResult,
): Finding {
  const { id, words } = which;
  const finding = { id, severity: "info" as const, advice: [], source: A8 };
  if (rule.kind === "unknown") {
    return {
      ...finding,
      title: `PINGs ${words} could not be measured: ${rule.why}`,
    };
  }
  if (rule.kind === "none") {
    return {
      ...finding,
      title: `PINGs ${words} are not counted: ${rule.pings} of them, ${
        comparableDuration(rule.pace)
      } apart, were all answered`,
    };
  }
  const isForbidden = which === WITHOUT && permitWithoutStream === false;
  return {
    ...finding,
    title: isForbidden
      ? `PINGs ${words} are not permitted: two hours must lie between them`
      : `Between PINGs ${words} must lie ${needed(rule)}`,
    arithmetic: tried(rule.kickedBy, rule.samples),
    advice: isForbidden ? [FORBIDDEN] : adviceOf(rule.atMost, slowest),
  };
}

const FORBIDDEN: Advice = {
  end: "client",
  option: "keepalive.permitWithoutStream",
  value: false,
  text: "Send no PINGs without a call: keepalive.permitWithoutStream false",
};

/** Whether the time that was asked about is allowed. */
function timeFinding(
  { time = 0 }: ProbeSetup,
  { id, words }: Which,
  rule: RuleResult,
): Finding {
  const every = `A PING every ${comparableDuration(time)} ${words}`;
  const finding = { id, advice: [], source: A8 };
  if (rule.kind === "unknown") {
    return {
      ...finding,
      severity: "info",
      title: `${every}: it could not be told, ${rule.why}`,
    };
  }
  if (rule.kind === "none") {
    return {
      ...finding,
      severity: "ok",
      title: `${every} is allowed: it counts no PINGs`,
    };
  }
  const arithmetic = tried(rule.kickedBy, rule.samples);
  if (isAllowed(rule)) {
    return {
      ...finding,
      severity: "ok",
      title: `${every} is allowed`,
      arithmetic,
    };
  }
  return {
    ...finding,
    severity: id === WITH.id ? "error" : "warning",
    title: `${every} ends connections with too_many_pings`,
    arithmetic,
    advice: [
      id === WITH.id
        ? {
          end: "client",
          option: "keepalive.time",
          text:
            "Choose a longer keepalive.time, or have the server's minimum lowered",
        }
        : FORBIDDEN,
    ],
  };
}

function* kicksFindings({ kicks }: EnforcementResult): Generator<Finding> {
  if (kicks === 0) return;
  yield {
    id: "kicks-provoked",
    severity: "info",
    title: `${kicks} GOAWAY${
      kicks === 1 ? "" : "s"
    } too_many_pings provoked, on connections of the probe's own`,
    advice: [],
  };
}

/** The time that is needed, such as `at least 300 s (between 242 s and 303 s)`. */
function needed(
  rule: { readonly above: number; readonly atMost: number },
): string {
  const { above, atMost } = rule;
  if (atMost === Infinity) return `more than ${comparableDuration(above)}`;
  if (above === 0) return `at most ${comparableDuration(atMost)}`;
  const likely = likelyMinTime(rule);
  const bracket = `more than ${comparableDuration(above)}, at most ${
    comparableDuration(atMost)
  }`;
  return likely === undefined
    ? bracket
    : `${bracket} (probably ${comparableDuration(likely)})`;
}

function tried(kickedBy: number, samples: readonly GapSample[]): string {
  const each = samples.map(({ gap, outcome, why }) =>
    `${comparableDuration(gap)} ${why ?? outcome}`
  );
  return `quick PING ${kickedBy} was too many; ${each.join(", ")}`;
}

/**
 * A time that is never too short: what the path adds to one PING and not to the
 * next has to be allowed for.
 */
function adviceOf(atMost: number, slowest: number): Advice[] {
  if (atMost === Infinity) return [];
  const time = atMost + Math.max(1_000, 0.05 * atMost, 2 * slowest);
  const value = Math.ceil(time / 100) * 100;
  return [{
    end: "client",
    option: "keepalive.time",
    value,
    text: `Let at least ${
      comparableDuration(value)
    } lie between PINGs: keepalive.time`,
  }];
}
