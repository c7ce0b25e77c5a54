import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import type { Hop } from "../path/mod.ts";
import { type Case, change, firstProxy, lastProxy, type Rule } from "./case.ts";
import {
  advisedTime,
  demandOf,
  latest,
  longestFor,
  marginOf,
  suitable,
  THROTTLED,
} from "./limits.ts";

/** What keeps a hop from forgetting, and how often it does. */
interface Keeper {
  readonly who: "client" | "server" | "heartbeats" | "nobody";
  readonly interval: number;
}

/** What each of them sends. */
const WHAT: Readonly<Record<Keeper["who"], string>> = {
  client: "PING",
  server: "PING of the server",
  heartbeats: "heartbeat",
  nobody: "nothing",
};

/** Whether each hop that forwards TCP sees something in time. */
export const hops: Rule = (of) =>
  of.hops.flatMap((hop, index) => {
    if (!hop.countsPings || hop.layer !== 4 || hop.idle === Infinity) return [];
    const active = whileActive(of, hop, index);
    return active.severity === "error"
      ? [active]
      : [active, ...whileIdle(of, hop, index)];
  });

function keeper(
  of: Case,
  index: number,
  client: number,
  heartbeat: number,
): Keeper {
  const { time: server = Infinity } = of.server.values;
  const keepers: Keeper[] = [
    { who: "client", interval: index <= firstProxy(of) ? client : Infinity },
    { who: "server", interval: index >= lastProxy(of) ? server : Infinity },
    { who: "heartbeats", interval: heartbeat },
  ];
  const nobody: Keeper = { who: "nobody", interval: Infinity };
  return keepers.reduce(
    (best, each) => each.interval < best.interval ? each : best,
    nobody,
  );
}

/** The longest interval of the client's PINGs while a call is active. */
function clientInterval({ client, longestTime }: Case): number {
  const { maxPingsWithoutData = 0 } = client.values;
  return maxPingsWithoutData > 0
    ? Math.max(longestTime, THROTTLED)
    : longestTime;
}

function whileActive(of: Case, hop: Hop, index: number): Finding {
  const { who, interval } = keeper(
    of,
    index,
    clientInterval(of),
    of.heartbeat,
  );
  const margin = marginOf(hop);
  const { silence = Infinity } = of;
  const due = Math.min(silence, latest(interval, of));
  const isKept = due + margin <= hop.idle;
  const arithmetic = silence <= latest(interval, of)
    ? `silence ${comparableDuration(silence)} + margin ${
      comparableDuration(margin)
    }`
    : `${WHAT[who]} after ${comparableDuration(interval)} + lag 1 s + RTT ${
      comparableDuration(of.rtt)
    } + margin ${comparableDuration(margin)}`;
  const line = who === "nobody" && silence === Infinity
    ? `nothing is sent, limit ${comparableDuration(hop.idle)}`
    : `${arithmetic} = ${comparableDuration(due + margin)} ${
      isKept ? "<=" : ">"
    } ${comparableDuration(hop.idle)}`;
  if (isKept) {
    return {
      id: "hop-kept",
      severity: "ok",
      title: `${hop.title} sees something in time while a call is active`,
      arithmetic: line,
      advice: [],
      source: hop.source,
    };
  }
  const minTime = demandOf(of).minTime;
  const isOfBoth = index <= firstProxy(of) && index >= lastProxy(of);
  if (isOfBoth && minTime > hop.idle - margin) {
    return onlyTheServer(of, hop, minTime, due > hop.idle);
  }
  return due > hop.idle
    ? forgets(of, hop, index, line)
    : thin(of, hop, index, line, hop.idle - due, who);
}

/** The minimum of the server and the limit of a hop leave no room between. */
function onlyTheServer(
  of: Case,
  hop: Hop,
  minTime: number,
  isForgotten: boolean,
): Finding {
  return {
    id: "only-the-server-can-ping",
    severity: isForgotten ? "error" : "warning",
    title: isForgotten
      ? `${hop.title} forgets before the server allows a PING of the client: only the server can keep the connection`
      : `${hop.title} forgets soon after the server allows a PING of the client: only the server can keep the connection with a margin`,
    arithmetic: `minTime ${comparableDuration(minTime)} > limit ${
      comparableDuration(hop.idle)
    } - margin ${comparableDuration(marginOf(hop))}`,
    advice: [
      ...change(
        of.server,
        "time",
        seconds(longestFor(hop, of)),
        "as PINGs of a server are never policed",
      ),
      ...change(of.server, "minTime", seconds(longestFor(hop, of) / 2)),
    ],
    source: hop.source,
  };
}

function forgets(of: Case, hop: Hop, index: number, line: string): Finding {
  const { then } = hop;
  const end = then === "silent"
    ? "forgets the connection without a word"
    : then === "reset"
    ? "forgets the connection, and resets it with the next packet"
    : "ends the connection";
  return {
    id: "hop-forgets",
    severity: "error",
    title: `${hop.title} ${end} while a call is silent`,
    arithmetic: line,
    advice: oftener(of, hop, index),
    source: hop.source,
  };
}

function thin(
  of: Case,
  hop: Hop,
  index: number,
  line: string,
  slack: number,
  who: Keeper["who"],
): Finding {
  const isHarmless = of.isDrawn && who === "client" && slack >= 5_000;
  return {
    id: "hop-margin",
    severity: isHarmless ? "info" : "warning",
    title: `${hop.title} sees a PING only ${
      comparableDuration(slack)
    } before it forgets`,
    arithmetic: line,
    advice: isHarmless ? [] : oftener(of, hop, index),
    source: hop.source,
  };
}

/** A shorter interval, or a hop with more patience. */
function oftener(of: Case, hop: Hop, index: number): Finding["advice"] {
  const { from, to } = suitable(of);
  const isReached = index <= firstProxy(of);
  const atServer = index >= lastProxy(of)
    ? change(of.server, "time", seconds(longestFor(hop, of)))
    : isReached
    ? change(of.server, "minTime", seconds(to / 2))
    : [];
  const raise = hop.settable === undefined ? [] : [{
    end: "path" as const,
    option: hop.name,
    text: `Raise the limit of ${hop.title}: ${hop.settable}`,
  }];
  const first = isReached && from <= to
    ? change(
      of.client,
      "time",
      advisedTime({ ...of, time: Math.max(of.time, to) }),
    )
    : atServer;
  return [...first, ...raise];
}

/** Connections without a call are another matter. */
function whileIdle(of: Case, hop: Hop, index: number): Finding[] {
  const { client, server } = of;
  const pinged = client.values.permitWithoutStream
    ? clientInterval(of)
    : Infinity;
  const { interval } = keeper(of, index, pinged, Infinity);
  const closed = Math.min(
    client.values.idleTimeout ?? Infinity,
    server.values.maxConnectionIdle ?? Infinity,
  );
  const due = Math.min(latest(interval, of), closed);
  if (due <= hop.idle) return [];
  const { verifies = false, verifyAfter = Infinity } = client.values;
  const isVerified = verifies && verifyAfter < hop.idle;
  return [{
    id: "idle-connections-forgotten",
    severity: isVerified ? "info" : "warning",
    title: isVerified
      ? `${hop.title} forgets connections without a call; the first call after that verifies them before use`
      : `${hop.title} forgets connections without a call, and the next call meets a dead one`,
    arithmetic: isVerified
      ? `verifyAfter ${comparableDuration(verifyAfter)} < limit ${
        comparableDuration(hop.idle)
      }`
      : `nothing is sent for ${
        due === Infinity ? "ever" : comparableDuration(due)
      } > limit ${comparableDuration(hop.idle)}`,
    advice: isVerified ? [] : [
      ...change(server, "maxConnectionIdle", seconds(hop.idle - marginOf(hop))),
      ...permits(of, hop),
    ],
    source: hop.source,
  }];
}

function permits(of: Case, hop: Hop): Finding["advice"] {
  if (of.time > longestFor(hop, of)) return [];
  return [
    ...change(of.client, "permitWithoutStream", true, "or else this"),
    ...change(of.server, "permitWithoutStream", true, "and with it this"),
  ];
}

function seconds(milliseconds: number): number {
  return Math.max(1_000, Math.floor(milliseconds / 1_000) * 1_000);
}
