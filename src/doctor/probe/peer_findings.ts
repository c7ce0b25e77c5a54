import { comparableDuration, duration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import type { ProbeMeasurements } from "./measurements.ts";

/** What calls and PINGs of the first connection tell. */
export function peerFindings(measured: ProbeMeasurements): Finding[] {
  return [
    ...pingFindings(measured),
    ...hopFindings(measured),
    ...policyFindings(measured),
    ...serviceFindings(measured),
  ];
}

function* pingFindings({ latency }: ProbeMeasurements): Generator<Finding> {
  if (latency === undefined) return;
  const { pings, unanswered, retired } = latency;
  if (retired !== undefined) {
    yield {
      id: "retired",
      severity: "info",
      title: `The connection was retired while it was examined: ${retired}`,
      advice: [],
    };
  }
  if (unanswered !== undefined) {
    yield {
      id: "ping-unanswered",
      severity: "error",
      title: `A PING was not answered: ${unanswered}`,
      advice: [{
        end: "path",
        text: "Every end of HTTP/2 must answer PINGs: keepalive would close" +
          " connections to this one",
      }],
      source: "https://www.rfc-editor.org/rfc/rfc9113#section-6.7",
    };
  } else if (pings !== undefined) {
    yield {
      id: "ping-answered",
      severity: "ok",
      title: `All ${pings.count} PINGs were answered, half of them within ${
        duration(pings.p50)
      }`,
      advice: [],
      source: "https://www.rfc-editor.org/rfc/rfc9113#section-6.7",
    };
  }
}

function* hopFindings({ hop }: ProbeMeasurements): Generator<Finding> {
  if (hop === undefined || hop.kind === "unseen") return;
  const isSure = hop.kind === "proxy";
  yield {
    id: "proxy",
    severity: isSure ? "warning" : "info",
    title: isSure
      ? "An HTTP/2 proxy answers: PINGs and limits measured here are those of the proxy, not of the server behind it"
      : "Something may be in between: PINGs and limits measured here may be those of a proxy",
    arithmetic: hop.evidence.join("; "),
    advice: [{
      end: "path",
      text: "Probe the server behind it from beside it as well; no PING of a" +
        " client keeps a stream open through a proxy",
    }],
    source: "https://github.com/envoyproxy/envoy/issues/2086",
  };
}

function* policyFindings(
  { policy, policyMetadata, enforcement }: ProbeMeasurements,
): Generator<Finding> {
  for (
    const [source, told, where] of [
      ["settings", policy, "SETTINGS"],
      ["metadata", policyMetadata, "metadata, from end to end"],
    ] as const
  ) {
    if (told === undefined) continue;
    const { minTime, permitWithoutStream, idleLimit } = told;
    const without = permitWithoutStream ? "the same" : "two hours";
    yield {
      id: `policy-${source}`,
      severity: "info",
      title: `The server tells its policy in ${where}: ${
        comparableDuration(minTime)
      } between PINGs, ${without} without a call`,
      ...(idleLimit === Infinity ? {} : {
        arithmetic: `the path bears ${
          comparableDuration(idleLimit)
        } of silence`,
      }),
      advice: [],
    };
  }
  const rule = enforcement?.withStream;
  const told = policyMetadata ?? policy;
  if (told === undefined || rule?.kind !== "enforced") return;
  if (rule.above === 0 || told.minTime > rule.above) return;
  yield {
    id: "policy-untrue",
    severity: "error",
    title: "The server closes connections that keep to the policy it tells",
    arithmetic: `${comparableDuration(told.minTime)} is told, and ${
      comparableDuration(rule.above)
    } between PINGs was too little`,
    advice: [{
      end: "server",
      text: "Let what tells the policy and what enforces it be the same",
    }],
  };
}

function* serviceFindings({ services }: ProbeMeasurements): Generator<Finding> {
  if (services === undefined) return;
  const { check } = services;
  if (check.kind === "absent") {
    yield {
      id: "health",
      severity: "info",
      title: "The server has no grpc.health.v1.Health",
      advice: [{
        end: "server",
        text: "Add the health service: load balancers and clients ask it",
      }],
      source: "https://github.com/grpc/grpc/blob/master/doc/health-checking.md",
    };
  } else if (check.answer !== "SERVING") {
    yield {
      id: "health",
      severity: "warning",
      title: `The health service does not say SERVING: ${check.answer}`,
      advice: [],
      source: "https://github.com/grpc/grpc/blob/master/doc/health-checking.md",
    };
  } else {
    yield {
      id: "health",
      severity: "ok",
      title: "The health service says SERVING",
      advice: [],
      source: "https://github.com/grpc/grpc/blob/master/doc/health-checking.md",
    };
  }
}
