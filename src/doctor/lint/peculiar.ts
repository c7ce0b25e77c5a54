import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import { change, type Rule } from "./case.ts";

/** The longest time that a timer of JavaScript takes: it fires at once above. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** gRPC Core has timers and limits beside those that one sets. */
export const core: Rule = ({ client, time }) => {
  const { maxPingsWithoutData = 0, pingTimeout, timeout = 0 } = client.values;
  const found: Finding[] = [];
  if (time < 60_000 && maxPingsWithoutData > 0) {
    found.push({
      id: "pings-throttled",
      severity: "info",
      title: "PINGs without data in between are sent once a minute only",
      arithmetic: `${maxPingsWithoutData} PINGs at ${
        comparableDuration(time)
      }, then one every 60 s`,
      advice: change(client, "maxPingsWithoutData", 0),
      source:
        "https://github.com/grpc/proposal/blob/master/L116-core-loosen-max-pings-without-data.md",
    });
  }
  if (
    time !== Infinity && pingTimeout !== undefined && pingTimeout > timeout
  ) {
    found.push({
      id: "hidden-ping-timeout",
      severity: "info",
      title:
        "An answer that does not come while other octets do is waited for longer",
      arithmetic: `grpc.http2.ping_timeout_ms ${
        comparableDuration(pingTimeout)
      } > grpc.keepalive_timeout_ms ${comparableDuration(timeout)}`,
      advice: change(client, "pingTimeout", timeout),
      source: "https://github.com/grpc/grpc/issues/38282",
    });
  }
  return found;
};

/** Durations that were meant in another unit. */
export const units: Rule = ({ client, server }) =>
  [client, server].flatMap(({ end, stack, notes }) =>
    stack.name !== "grpc-go" ? [] : notes
      .filter(({ id, arithmetic = "" }) =>
        id === "raised" && /^[\d.]+ ns|^0\.0\d* ms/.test(arithmetic)
      )
      .map(({ advice }): Finding => ({
        id: "unit-mistake",
        severity: "error",
        title:
          `A number without a unit is nanoseconds in Go, and was hardly meant so at the ${end}`,
        advice,
        source: "https://github.com/grpc/grpc-go/issues/5308",
      }))
  );

/** Timers of JavaScript that overflow. */
export const timers: Rule = ({ client, server }) =>
  [client, server].flatMap((setup): Finding[] => {
    const { time = Infinity } = setup.values;
    if (setup.stack.name !== "grpc-js") return [];
    if (time === Infinity || time <= LONGEST_TIMER) return [];
    return [{
      id: "timer-overflow",
      severity: "error",
      title: "A timer of JavaScript that is so long fires at once",
      arithmetic: `${time} ms > ${LONGEST_TIMER} ms`,
      advice: setup.end === "client"
        ? change(client, "time", Infinity)
        : change(server, "time", Infinity),
      source: "https://github.com/grpc/grpc/issues/16038",
    }];
  });

/** What grpc-js meets on Deno, whose node:http2 it stands on. */
export const nodeHttp2: Rule = ({ client, server }) => {
  if (client.stack.name !== "grpc-js") return [];
  const { maxConnectionAge = Infinity, maxConnectionIdle = Infinity } =
    server.values;
  const isRetired = Math.min(maxConnectionAge, maxConnectionIdle) !== Infinity;
  const found: Finding[] = [{
    id: "grpc-js-reconnects",
    severity: "info",
    title:
      "On Deno before 2.7, grpc-js does not connect again after a restart of the server",
    advice: [{ end: "client", text: "Use Deno 2.9 or later" }],
    source: "https://github.com/denoland/deno/issues/29115",
  }, {
    id: "grpc-js-pings",
    severity: "info",
    title:
      "grpc-js sends its PINGs at the interval whatever is read, and errors of a PING are easily missed",
    advice: [],
    source: "https://github.com/grpc/grpc-node/issues/2562",
  }];
  if (!isRetired) return found;
  return [{
    id: "grpc-js-goaway",
    severity: "warning",
    title:
      "On Deno, a GOAWAY that closes an idle session of grpc-js can abort the process",
    arithmetic: `the server retires connections after ${
      comparableDuration(Math.min(maxConnectionAge, maxConnectionIdle))
    }`,
    advice: [{
      end: "client",
      text: "Use a client that does not stand on node:http2",
    }],
    source: "https://github.com/denoland/deno/issues/36788",
  }, ...found];
};

/** How long a client waits when the network is back, or how hard it tries. */
export const backoff: Rule = ({ client }) => {
  const { maxBackoff } = client.values;
  const source =
    "https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md";
  if (client.stack.name === "tonic") {
    return [{
      id: "no-backoff",
      severity: "info",
      title:
        "tonic connects again without a pause: a server that is down sees every call as an attempt",
      advice: [],
      source,
    }];
  }
  if (maxBackoff === 0) {
    return [{
      id: "no-backoff",
      severity: "error",
      title:
        "The client connects again without a pause: its largest backoff is 0",
      arithmetic: "fields of ConnectParams that are left out are 0",
      advice: change(client, "maxBackoff", 120_000),
      source,
    }];
  }
  if (maxBackoff === undefined || maxBackoff <= 120_000) return [];
  return [{
    id: "long-backoff",
    severity: "warning",
    title:
      "When the network is back, calls fail until the next attempt to connect",
    arithmetic: `largest backoff ${comparableDuration(maxBackoff)} > 120 s`,
    advice: [
      ...change(client, "maxBackoff", 30_000),
      { end: "client", text: "Reset the backoff when the network is back" },
    ],
    source: "https://github.com/grpc/grpc-java/issues/4011",
  }];
};
