import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import type { Fate, GoawayManners } from "./lifetime.ts";
import type { ProbeMeasurements } from "./measurements.ts";
import { goawayWords } from "./words.ts";

const A9 =
  "https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md";

/** What became of silent connections, and what that means. */
export function lifetimeFindings(
  { lifetimes }: ProbeMeasurements,
): Finding[] {
  if (lifetimes === undefined) return [];
  const { waited, idle, withStream, manners } = lifetimes;
  return [
    ...fateFindings("lifetime-idle", "without a call", waited, idle),
    ...fateFindings(
      "lifetime-stream",
      "with a silent call",
      waited,
      withStream,
    ),
    ...mannersFindings(manners),
  ];
}

function fateFindings(
  id: string,
  words: string,
  waited: number,
  fate: Fate | undefined,
): Finding[] {
  const subject = `connection ${words}`;
  switch (fate?.kind) {
    case undefined:
      return [];
    case "alive": {
      const title = `A ${subject} lived through ${
        comparableDuration(waited)
      } of silence`;
      return [{ id, severity: "ok", title, advice: [] }];
    }
    case "retired": {
      const { after, goaway: { code, debug } } = fate;
      const title = `The server retires a ${subject} after ${
        comparableDuration(after)
      }: ${goawayWords(code, debug)}`;
      return [{ id, severity: "info", title, advice: [], source: A9 }];
    }
    case "lost":
      return [lostFinding(id, subject, fate.after, fate.why)];
  }
}

function lostFinding(
  id: string,
  subject: string,
  after: number,
  why: string,
): Finding {
  return {
    id,
    severity: "warning",
    title: `A ${subject} was lost after ${
      comparableDuration(after)
    }, without a GOAWAY: ${why}`,
    advice: [{
      end: "client",
      option: "keepalive.time",
      text: "Send a PING sooner, if the server allows it and what forgets" +
        ` counts PINGs: keepalive.time below ${comparableDuration(after)}`,
    }],
    source: A9,
  };
}

function* mannersFindings(
  manners: GoawayManners | undefined,
): Generator<Finding> {
  if (manners === undefined) return;
  const { isAnnounced, hasBarrier, finalAfter, streamLived, hasEnded } =
    manners;
  const isGood = isAnnounced && hasBarrier;
  const parts = [
    `the first ${isAnnounced ? "refuses nothing (2^31-1)" : "is final"}`,
    hasBarrier ? "a PING follows" : "no PING follows",
    finalAfter === undefined
      ? "no second GOAWAY"
      : `the second ${comparableDuration(finalAfter)} later`,
    `the call ${hasEnded ? "ended" : "still ran"} ${
      comparableDuration(streamLived)
    } later`,
  ];
  yield {
    id: "goaway-manners",
    severity: isGood ? "ok" : "warning",
    title: isGood
      ? "Connections are retired in two phases: no call is lost"
      : "Connections are retired in one phase: calls that are under way to the server may be refused, and must be retried",
    arithmetic: parts.join(", "),
    advice: [],
    source: "https://www.rfc-editor.org/rfc/rfc9113#section-6.8",
  };
}
