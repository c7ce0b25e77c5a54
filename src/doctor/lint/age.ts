import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import { type Case, change, type Rule } from "./case.ts";

const A9 =
  "https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md";

/** Whether connections that are retired may finish what runs on them. */
export const age: Rule = (of) => {
  const { values, stack } = of.server;
  const { maxConnectionAge = Infinity } = values;
  if (maxConnectionAge === Infinity) return [];
  if (stack.name === "tonic") return withTonic(of);
  return [...grace(of, maxConnectionAge), ...tooYoung(of, maxConnectionAge)];
};

function grace(of: Case, maxConnectionAge: number): Finding[] {
  const { server, deadline, rtt } = of;
  const { maxConnectionAgeGrace: grace = Infinity } = server.values;
  const least = Math.max(1_000, 2 * rtt);
  if (grace === Infinity) {
    return [{
      id: "age-without-grace",
      severity: "info",
      title:
        "Streams that do not end keep old connections for ever: the age has no grace",
      arithmetic: `GOAWAY after ${
        comparableDuration(maxConnectionAge)
      }, closed never`,
      advice: change(server, "maxConnectionAgeGrace", 300_000),
      source: "https://github.com/grpc/grpc-go/issues/6232",
    }];
  }
  if (grace < least) {
    return [{
      id: "short-grace",
      severity: "error",
      title:
        "Calls that are on their way when a connection retires are cut off as UNAVAILABLE",
      arithmetic: `grace ${comparableDuration(grace)} < max(1 s, 2 RTT) ${
        comparableDuration(least)
      }`,
      advice: change(server, "maxConnectionAgeGrace", 30_000),
      source: "https://github.com/grpc/grpc-go/issues/6019",
    }];
  }
  if (deadline !== Infinity && deadline > grace) {
    return [{
      id: "short-grace",
      severity: "warning",
      title: "Calls may last longer than a connection that retires",
      arithmetic: `grace ${comparableDuration(grace)} < deadline ${
        comparableDuration(deadline)
      }`,
      advice: change(server, "maxConnectionAgeGrace", deadline),
      source: "https://github.com/grpc/grpc-go/issues/6019",
    }];
  }
  return [{
    id: "age",
    severity: "ok",
    title: `Connections retire after ${
      comparableDuration(maxConnectionAge)
    }, and calls have ${comparableDuration(grace)} to finish`,
    advice: [],
    source: A9,
  }];
}

/** Connections that are dialled anew more often than they are watched. */
function tooYoung(of: Case, maxConnectionAge: number): Finding[] {
  if (maxConnectionAge >= 60_000) return [];
  return [{
    id: "short-age",
    severity: "warning",
    title: "Connections retire so often that clients are always connecting",
    arithmetic: `maxConnectionAge ${
      comparableDuration(maxConnectionAge)
    } < 60 s`,
    advice: change(of.server, "maxConnectionAge", 1_800_000),
    source: A9,
  }];
}

function withTonic({ server }: Case): Finding[] {
  const { maxConnectionAge = Infinity, maxConnectionAgeGrace = Infinity } =
    server.values;
  return [{
    id: "age-kills",
    severity: maxConnectionAgeGrace === Infinity ? "warning" : "error",
    title: maxConnectionAgeGrace === Infinity
      ? "tonic retires all connections of the same age together: it has no jitter"
      : "tonic sends no GOAWAY when a grace is set: it ends the connection and its calls",
    arithmetic: `max_connection_age ${comparableDuration(maxConnectionAge)}`,
    advice: [{
      end: "server",
      text:
        "Retire connections in the load balancer, and let clients retry UNAVAILABLE",
    }],
    source: "https://github.com/grpc/grpc-rust/issues/2877",
  }];
}
