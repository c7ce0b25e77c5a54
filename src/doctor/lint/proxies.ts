import { comparableDuration } from "../../options/mod.ts";
import type { Advice, Finding } from "../findings.ts";
import type { Hop } from "../path/mod.ts";
import { type Case, change, type Rule } from "./case.ts";
import { LAG, marginOf } from "./limits.ts";

/** The share of the limit within which a heartbeat has to come. */
const SHARE = 0.8;

/** What proxies that end HTTP/2 do with streams and connections. */
export const proxies: Rule = (of) => {
  const ends = of.hops.filter(({ layer }) => layer === 7);
  return [
    ...notSpoken(of, ends),
    ...ends.flatMap((hop) => [
      ...silence(of, hop),
      ...connections(hop),
      ...lifetimes(hop),
    ]),
  ];
};

/** A heartbeat that only one end knows is never sent. */
function notSpoken(of: Case, ends: readonly Hop[]): Finding[] {
  const { client, server } = of;
  if (!client.values.heartbeat || of.heartbeat !== Infinity) return [];
  return [{
    id: "heartbeat-not-spoken",
    severity: ends.length > 0 ? "error" : "warning",
    title: `${server.stack.title} does not answer heartbeats, so none are sent`,
    advice: [
      ...change(server, "heartbeats", true),
      ...recipe(Math.min(...ends.map(({ idle }) => idle), 75_000)),
    ],
    source: server.stack.source,
  }];
}

/** Whether the proxy hears something on each stream in time. */
function silence(of: Case, hop: Hop): Finding[] {
  const { idle, silenceOf } = hop;
  if (silenceOf === "connection" || idle === Infinity) return [];
  if (of.heartbeat !== Infinity) return [withHeartbeat(of, hop)];
  const known = of.silence;
  if (known === undefined) return [cuts(of, hop, "warning")];
  const due = known + LAG + of.rtt;
  if (due > idle) return [cuts(of, hop, "error")];
  const isKept = due + marginOf(hop) <= idle;
  return [{
    id: isKept ? "stream-kept" : "stream-margin",
    severity: isKept ? "ok" : "warning",
    title: isKept
      ? `Streams are never silent for as long as ${hop.title} waits`
      : `Streams are silent for almost as long as ${hop.title} waits`,
    arithmetic: `silence ${comparableDuration(known)} + lag 1 s + RTT ${
      comparableDuration(of.rtt)
    } + margin ${comparableDuration(marginOf(hop))} = ${
      comparableDuration(due + marginOf(hop))
    } ${isKept ? "<=" : ">"} ${comparableDuration(idle)}`,
    advice: isKept ? [] : mends(of, hop),
    source: hop.source,
  }];
}

function withHeartbeat(of: Case, hop: Hop): Finding {
  const { heartbeat } = of;
  const bound = SHARE * hop.idle;
  const isKept = heartbeat <= bound;
  return {
    id: isKept ? "stream-kept" : "heartbeat-too-slow",
    severity: isKept ? "ok" : heartbeat < hop.idle ? "warning" : "error",
    title: isKept
      ? `Heartbeats keep streams open through ${hop.title}`
      : `Heartbeats come too seldom for ${hop.title}`,
    arithmetic: `heartbeat ${comparableDuration(heartbeat)} ${
      isKept ? "<=" : ">"
    } 0.8 × ${comparableDuration(hop.idle)} = ${comparableDuration(bound)}`,
    advice: isKept ? [] : mends(of, hop),
    source: hop.source,
  };
}

function cuts(of: Case, hop: Hop, severity: "error" | "warning"): Finding {
  const known = of.silence === undefined
    ? `limit ${
      comparableDuration(hop.idle)
    } of each stream, and PINGs are none of its octets`
    : `silence ${comparableDuration(of.silence)} + lag 1 s + RTT ${
      comparableDuration(of.rtt)
    } > ${comparableDuration(hop.idle)}, and PINGs do not count`;
  return {
    id: "streams-cut",
    severity,
    title: `${hop.title} ends streams that are silent for ${
      comparableDuration(hop.idle)
    }; no PING keeps them open`,
    arithmetic: known,
    advice: mends(of, hop),
    source: hop.source,
  };
}

/** A heartbeat that is fast enough, or a proxy with more patience. */
function mends(of: Case, hop: Hop): Advice[] {
  const interval = Math.floor(Math.min(45_000, SHARE * hop.idle) / 1_000) *
    1_000;
  const { minHeartbeat = 0, heartbeats } = of.server.values;
  const isSpoken = heartbeats && interval >= minHeartbeat;
  const own = isSpoken ? change(of.client, "heartbeat", interval) : [];
  const raise: Advice[] = hop.settable === undefined ? [] : [{
    end: "path",
    option: hop.name,
    text:
      `Raise the limit of ${hop.title} to the longest silence: ${hop.settable}`,
  }];
  return [...(own.length > 0 ? own : recipe(hop.idle)), ...raise];
}

function recipe(idle: number): Advice[] {
  return [{
    end: "server",
    text: `Send a small message of the application on silent streams every ${
      comparableDuration(Math.floor(SHARE * idle / 1_000) * 1_000)
    }`,
  }];
}

/** Connections without a stream are closed politely. */
function connections(hop: Hop): Finding[] {
  if (hop.silenceOf !== "connection" || hop.idle === Infinity) return [];
  return [{
    id: "idle-connections-closed",
    severity: "info",
    title: `${hop.title} closes connections that have no call for ${
      comparableDuration(hop.idle)
    }${
      hop.countsPings
        ? ", unless there are PINGs"
        : ", whether PINGs come or not"
    }`,
    advice: [],
    source: hop.source,
  }];
}

/** What lasts only so long, whatever it does. */
function lifetimes(hop: Hop): Finding[] {
  const { streamLifetime, connectionLifetime, settable, title } = hop;
  const found: Finding[] = [];
  if (streamLifetime !== undefined && streamLifetime !== Infinity) {
    found.push({
      id: "stream-lifetime",
      severity: "warning",
      title: `${title} ends each stream after ${
        comparableDuration(streamLifetime)
      }, whatever happens on it`,
      arithmetic: `lifetime ${comparableDuration(streamLifetime)}`,
      advice: [{
        end: "path",
        option: hop.name,
        text: `Raise it for streams (${
          hop.note ?? settable ?? "where it is set"
        }), and begin those again that end`,
      }],
      source: hop.source,
    });
  }
  if (connectionLifetime !== undefined) {
    found.push({
      id: "connection-lifetime",
      severity: "info",
      title: `${title} retires each connection after ${
        comparableDuration(connectionLifetime)
      } with GOAWAY; a channel follows`,
      advice: [],
      source: hop.source,
    });
  }
  return found;
}
