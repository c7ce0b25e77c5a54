import { comparableDuration } from "../../options/mod.ts";
import { type Diagnosis, sortFindings, worstOf } from "../findings.ts";
import type { Finding } from "../findings.ts";
import type { Hop } from "../path/mod.ts";
import { age } from "./age.ts";
import { type Case, type LintOptions, readCase, type Rule } from "./case.ts";
import { deadClient, deadServer, freezes, timeouts } from "./detection.ts";
import { hops } from "./hops.ts";
import { backoff, core, nodeHttp2, timers, units } from "./peculiar.ts";
import { bandwidthProbes, policy, proxyPings } from "./policy.ts";
import { proxies } from "./proxies.ts";

/** All rules; of findings that are equally bad, the first is told first. */
const RULES: readonly Rule[] = [
  units,
  hops,
  policy,
  proxyPings,
  proxies,
  timeouts,
  deadServer,
  age,
  backoff,
  timers,
  bandwidthProbes,
  freezes,
  nodeHttp2,
  core,
  deadClient,
];

/** What is to be mended before all else. */
const FIRST = "only-the-server-can-ping";

/**
 * Examines the options of a client and a server and the path between them,
 * without a network: whether the server strikes the client's PINGs, whether
 * something on the path forgets earlier than anyone sends, whether proxies cut
 * silent streams, how late a dead peer is noticed.
 *
 * @example A client that is too eager
 * ```ts
 * import { lint } from "@keepalive/grpc/doctor";
 *
 * const { severity, findings } = lint({
 *   client: { stack: "grpc-go", Time: "10s" },
 *   server: { stack: "grpc-java", permitKeepAliveTime: "5m" },
 *   path: "aws-nlb",
 * });
 * console.log(severity, findings[0].title);
 * // error The server ends connections with too_many_pings
 * console.log(findings[0].advice[0].text);
 * // ClientParameters.Time: "315s" at the client (grpc-go)
 * ```
 *
 * @throws {TypeError} If a key or a preset is unknown, with the nearest known
 * one, or a value is of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function lint(options: LintOptions = {}): Diagnosis {
  const of = readCase(options);
  const found = [
    ...of.client.notes,
    ...of.server.notes,
    ...RULES.flatMap((rule) => rule(of)),
  ];
  const findings = sortFindings([
    ...found.filter(({ id }) => id === FIRST),
    ...found.filter(({ id }) => id !== FIRST),
  ]);
  return {
    subject: `${of.client.stack.title} to ${of.server.stack.title}${
      of.hops.length === 0
        ? ""
        : ` through ${of.hops.map(({ title }) => title).join(", ")}`
    }`,
    severity: worstOf(findings),
    verdict: verdictOf(findings),
    facts: [
      ["Client", client(of)],
      ["Server", server(of)],
      ...of.hops.map((each) => ["Path", hop(each)] as const),
      ["Calls", calls(of)],
    ],
    findings,
  };
}

function verdictOf(findings: readonly Finding[]): string {
  const [worst] = findings;
  const count = (severity: string) =>
    findings.filter((each) => each.severity === severity).length;
  const errors = count("error");
  const warnings = count("warning");
  if (errors === 0 && warnings === 0) return "Nothing is wrong.";
  const counts = [
    errors === 0 ? "" : `${errors} error${errors === 1 ? "" : "s"}`,
    warnings === 0 ? "" : `${warnings} warning${warnings === 1 ? "" : "s"}`,
  ].filter((each) => each !== "");
  return `${counts.join(", ")}: ${worst.title}.`;
}

function client({ client, time, longestTime, heartbeat }: Case): string {
  const { timeout = Infinity, permitWithoutStream } = client.values;
  if (time === Infinity) return `${client.stack.title}, no PINGs`;
  const range = time === longestTime
    ? comparableDuration(time)
    : `${time / 1_000} to ${comparableDuration(longestTime)}`;
  return `${client.stack.title}, PING after ${range}${
    permitWithoutStream ? "" : " during calls"
  }, timeout ${comparableDuration(timeout)}${
    heartbeat === Infinity ? "" : `, heartbeat ${comparableDuration(heartbeat)}`
  }`;
}

function server({ server }: Case): string {
  const { time = Infinity, minTime, permitWithoutStream } = server.values;
  const policy = minTime === undefined
    ? "no enforcement"
    : `minTime ${comparableDuration(minTime)}${
      permitWithoutStream ? "" : ", 2 h without a call"
    }`;
  return `${server.stack.title}, ${policy}, ${
    time === Infinity ? "no PINGs" : `PING after ${comparableDuration(time)}`
  }`;
}

function hop({ title, layer, idle, silenceOf, countsPings }: Hop): string {
  return `${title}, layer ${layer}, ${
    idle === Infinity
      ? "no limit of silence"
      : `${comparableDuration(idle)} of silence of a ${silenceOf}`
  }${countsPings ? "" : ", PINGs do not count"}`;
}

function calls({ silence, deadline, rtt, freezes }: Case): string {
  return [
    `silent for ${
      silence === undefined ? "any time" : comparableDuration(silence)
    }`,
    `deadline ${deadline === Infinity ? "none" : comparableDuration(deadline)}`,
    `RTT up to ${comparableDuration(rtt)}`,
    ...freezes ? ["the process may freeze"] : [],
  ].join(", ");
}
