import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import { type Case, change, firstProxy, type Rule, type Told } from "./case.ts";
import {
  advisedTime,
  type Demand,
  demandOf,
  suitable,
  THROTTLED,
} from "./limits.ts";

const A8 =
  "https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md";

/** Without a stream, PINGs must lie so far apart if they are not permitted. */
const IDLE_MIN_TIME = 7_200_000;

/** Whether the server takes the PINGs of the client for too many. */
export const policy: Rule = (of) => {
  if (of.time === Infinity) return [];
  if (of.told !== undefined) {
    const told = heeded(of, of.told);
    return firstProxy(of) === Infinity ? [told] : [told, answeredByProxy(of)];
  }
  if (firstProxy(of) !== Infinity) return [answeredByProxy(of)];
  const demand = demandOf(of);
  if (demand.minTime === 0) return [unpoliced(of)];
  return [interval(of, demand), ...withoutStream(of)];
};

/** The server tells what it allows, and the client keeps to it. */
function heeded(of: Case, told: Told): Finding {
  const { minTime = 0 } = of.server.values;
  const isSlower = of.time > told.time;
  const isStiller = told.permitWithoutStream &&
    !of.client.values.permitWithoutStream;
  const changes = [
    ...isSlower ? [`waits ${comparableDuration(of.time)} between PINGs`] : [],
    ...isStiller ? ["sends none while no call is active"] : [],
  ];
  return {
    id: "policy-told",
    severity: changes.length === 0 ? "ok" : "info",
    title: changes.length === 0
      ? "The server tells its policy, and the client keeps to it anyway"
      : `The server tells its policy, so the client ${changes.join(" and ")}`,
    arithmetic: `interval ${comparableDuration(told.time)}, minTime ${
      comparableDuration(minTime)
    }`,
    advice: [],
    source: A8,
  };
}

function interval(of: Case, demand: Demand): Finding {
  const { minTime, tolerance, distance } = demand;
  const slack = of.time - (minTime - tolerance);
  const arithmetic = `${comparableDuration(of.time)} ${
    slack < distance ? "<" : ">="
  } minTime ${comparableDuration(minTime)}${
    tolerance === 0 ? "" : ` - tolerance ${comparableDuration(tolerance)}`
  } + max(1 s, 5 %, 2 RTT) ${comparableDuration(distance)}`;
  if (slack < 0) return tooMany(of, minTime);
  if (slack >= distance) {
    return {
      id: "too-many-pings",
      severity: "ok",
      title: "The server allows PINGs as often as the client sends them",
      arithmetic,
      advice: [],
      source: A8,
    };
  }
  const isHarmless = of.isDrawn && slack >= 2 * of.rtt;
  return {
    id: "close-to-minimum",
    severity: isHarmless ? "info" : "warning",
    title: isHarmless
      ? "The shortest default interval is just above the server's minimum"
      : "The interval is so near the server's minimum that PINGs can come too early",
    arithmetic,
    advice: isHarmless ? [] : slower(of),
    source: "https://github.com/grpc/grpc/issues/28830",
  };
}

function tooMany(of: Case, minTime: number): Finding {
  const { maxPingStrikes = 2 } = of.server.values;
  const pings = maxPingStrikes + 2;
  const { stack } = of.client;
  const doublings = Math.ceil(Math.log2(minTime / of.time));
  const until = stack.habits.slowsDown
    ? `the channel doubles its interval, ${doublings} disconnect${
      doublings === 1 ? "" : "s"
    } until it is long enough`
    : `${stack.title} never slows down`;
  return {
    id: "too-many-pings",
    severity: "error",
    title: "The server ends connections with too_many_pings",
    arithmetic: `${comparableDuration(of.time)} < minTime ${
      comparableDuration(minTime)
    }: PING ${pings} gets GOAWAY, after ${
      comparableDuration(pingTime(of, pings))
    } of silence; ${until}`,
    advice: slower(of),
    source: A8,
  };
}

/** When so many PINGs were sent in silence; gRPC Core slows down after some. */
function pingTime({ client, time }: Case, count: number): number {
  const { maxPingsWithoutData = 0 } = client.values;
  const fast = maxPingsWithoutData === 0
    ? count
    : Math.min(count, maxPingsWithoutData);
  return fast * time + (count - fast) * Math.max(time, THROTTLED);
}

/** A longer interval, or a server that asks for less. */
function slower(of: Case): Finding["advice"] {
  const { from, to } = suitable(of);
  const atServer = change(
    of.server,
    "minTime",
    Math.max(1_000, Math.floor(of.time / 1_100) * 1_000),
    "if the server is yours",
  );
  if (to < from) return atServer;
  return [...change(of.client, "time", advisedTime(of)), ...atServer];
}

/** PINGs while no call is active have a rule of their own. */
function withoutStream(of: Case): Finding[] {
  const { client, server } = of;
  if (!client.values.permitWithoutStream || of.time >= IDLE_MIN_TIME) return [];
  if (server.values.permitWithoutStream) return [];
  const { maxPingStrikes = 2 } = server.values;
  const pings = maxPingStrikes + 2;
  return [{
    id: "permit-without-stream",
    severity: "error",
    title:
      "The client sends PINGs while no call is active, and the server does not permit it",
    arithmetic: `without a call ${comparableDuration(of.time)} < ${
      comparableDuration(IDLE_MIN_TIME)
    }: PING ${pings} gets GOAWAY, after ${
      comparableDuration(pingTime(of, pings))
    }`,
    advice: [
      ...change(client, "permitWithoutStream", false),
      ...change(
        server,
        "permitWithoutStream",
        true,
        "if the server is yours",
      ),
    ],
    source: A8,
  }];
}

function unpoliced({ server }: Case): Finding {
  const isCounted = server.values.maxPingStrikes === 0;
  return {
    id: "no-enforcement",
    severity: "info",
    title: isCounted
      ? "The server counts strikes and disconnects nobody"
      : `${server.stack.title} does not police PINGs, so no interval is too short`,
    advice: [],
    source: server.stack.source,
  };
}

function answeredByProxy(of: Case): Finding {
  const proxy = of.hops[firstProxy(of)];
  const { heartbeatTimeout = Infinity } = of.client.values;
  const within = of.heartbeat + heartbeatTimeout;
  if (within !== Infinity) {
    return {
      id: "dead-backend",
      severity: "ok",
      title:
        `Heartbeats notice a server that is gone behind ${proxy.title}, within ${
          comparableDuration(within)
        }`,
      arithmetic: `heartbeat ${comparableDuration(of.heartbeat)} + timeout ${
        comparableDuration(heartbeatTimeout)
      }`,
      advice: [],
      source: "https://github.com/envoyproxy/envoy/issues/2086",
    };
  }
  return {
    id: "proxy-answers-pings",
    severity: "info",
    title:
      `${proxy.title} answers the PINGs of the client: they do not reach the server, and do not notice when it is gone`,
    advice: [],
    source: "https://github.com/envoyproxy/envoy/issues/2086",
  };
}

/** A proxy that sends PINGs by itself is a client, too. */
export const proxyPings: Rule = (of) => {
  const { minTime = 0, maxPingStrikes = 0 } = of.server.values;
  const proxy = of.hops.findLast(({ layer }) => layer === 7);
  const { pings = Infinity } = proxy ?? {};
  if (proxy === undefined || maxPingStrikes === 0 || pings >= minTime) {
    return [];
  }
  return [{
    id: "proxy-pings",
    severity: "error",
    title: `The server ends connections of ${proxy.title} with too_many_pings`,
    arithmetic: `PINGs every ${comparableDuration(pings)} < minTime ${
      comparableDuration(minTime)
    }`,
    advice: [
      ...change(of.server, "minTime", Math.max(1, Math.floor(pings * 0.8))),
      ...change(of.server, "permitWithoutStream", true),
    ],
    source: proxy.source,
  }];
};

/** PINGs that measure bandwidth are counted as well. */
export const bandwidthProbes: Rule = ({ client, server, hops }) => {
  const { maxPingStrikes = 0, minTime = 0 } = server.values;
  const isStrict = maxPingStrikes === 1 && minTime > 0;
  const isReached = hops.every(({ layer }) => layer === 4);
  if (!isStrict || !isReached || !client.stack.habits.probesBandwidth) {
    return [];
  }
  return [{
    id: "bandwidth-probes",
    severity: "warning",
    title:
      "PINGs with which the client measures bandwidth count as well, and one strike is soon reached",
    arithmetic: `${maxPingStrikes} strike allowed, 2 are usual`,
    advice: change(server, "maxPingStrikes", 2),
    source: "https://github.com/grpc/grpc/issues/17667",
  }];
};
