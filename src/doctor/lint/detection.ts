import { comparableDuration } from "../../options/mod.ts";
import type { Finding } from "../findings.ts";
import type { Setup } from "../stacks/mod.ts";
import { type Case, change, type Rule } from "./case.ts";
import { advisedTime, suitable } from "./limits.ts";

const A8 =
  "https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md";

/** A timeout below this ends connections to healthy peers. */
const LEAST_TIMEOUT = 1_000;

/** The same where only the answer counts, which waits behind DATA. */
const LEAST_ACK_TIMEOUT = 10_000;

/** Whether the client notices that its server is gone, and in time. */
export const deadServer: Rule = (of) => {
  const { client, time, longestTime, deadline } = of;
  const { timeout = Infinity } = client.values;
  if (time === Infinity) return [keepaliveOff(of)];
  const budget = longestTime + timeout;
  const isLate = budget > deadline;
  const line = `${comparableDuration(longestTime)} + timeout ${
    comparableDuration(timeout)
  } = ${comparableDuration(budget)}`;
  return [{
    id: isLate ? "slow-detection" : "dead-server",
    severity: isLate ? "warning" : "ok",
    title: isLate
      ? "Calls on a dead connection reach their deadline before it is noticed"
      : `A server that is gone is noticed within ${comparableDuration(budget)}`,
    arithmetic: deadline === Infinity
      ? line
      : `${line} ${isLate ? ">" : "<="} deadline ${
        comparableDuration(deadline)
      }`,
    advice: isLate ? faster(of, timeout) : [],
    source: A8,
  }];
};

function faster(of: Case, timeout: number): Finding["advice"] {
  const { from, to } = suitable(of);
  const wanted = Math.floor((of.deadline - timeout) / 1_000) * 1_000;
  if (wanted >= from && wanted <= to) return change(of.client, "time", wanted);
  return [{
    end: "client",
    text:
      `No interval that the server and the path allow is so short: the shortest is ${
        comparableDuration(from)
      }`,
  }];
}

function keepaliveOff(of: Case): Finding {
  return {
    id: "keepalive-off",
    severity: "warning",
    title:
      "The client sends no PINGs: a connection that is dead is noticed when TCP gives up",
    arithmetic: "15 to 17 min with the defaults of Linux, if anything is sent",
    advice: change(of.client, "time", advisedTime(of)),
    source: "https://github.com/grpc/grpc-go/issues/7542",
  };
}

/** Whether the server notices that a client is gone. */
export const deadClient: Rule = ({ server }) => {
  const { time = Infinity, timeout = Infinity } = server.values;
  if (time === Infinity) {
    return [{
      id: "dead-client",
      severity: "warning",
      title:
        "The server sends no PINGs: clients that are gone hold their handlers",
      advice: change(server, "time", 7_200_000),
      source: server.stack.source,
    }];
  }
  return [{
    id: "dead-client",
    severity: "info",
    title: `A client that is gone is noticed within ${
      comparableDuration(time + timeout)
    }, and holds its handlers so long`,
    arithmetic: `time ${comparableDuration(time)} + timeout ${
      comparableDuration(timeout)
    }`,
    advice: [],
    source:
      "https://github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md",
  }];
};

/** Whether a healthy peer has the time to answer, at both ends. */
export const timeouts: Rule = (of) => [
  ...timeoutOf(of, of.client, of.time),
  ...timeoutOf(of, of.server, of.server.values.time ?? Infinity),
];

function timeoutOf(
  { rtt }: Case,
  setup: Setup<"timeout">,
  time: number,
): Finding[] {
  const { end, stack } = setup;
  const { timeout = Infinity } = setup.values;
  if (time === Infinity) return [];
  const source = stack.habits.onlyAcks
    ? "https://github.com/grpc/grpc/issues/22963"
    : "https://github.com/grpc/grpc-go/issues/5308";
  if (timeout === Infinity) {
    return [{
      id: "no-timeout",
      severity: "error",
      title: `The ${end} sends PINGs and waits for ever for the answer`,
      advice: change(setup, "timeout", 20_000),
      source,
    }];
  }
  const least = Math.max(
    stack.habits.onlyAcks ? LEAST_ACK_TIMEOUT : LEAST_TIMEOUT,
    2 * rtt,
  );
  if (timeout >= least) return [];
  const isDeadly = timeout < rtt;
  return [{
    id: isDeadly ? "timeout-below-rtt" : "short-timeout",
    severity: isDeadly ? "error" : "warning",
    title: isDeadly
      ? `The ${end} ends healthy connections: no answer can be there in time`
      : stack.habits.onlyAcks
      ? `The ${end} takes a peer for dead whose answer waits behind data: only the answer counts in ${stack.title}`
      : `The ${end} takes a peer for dead after one lost packet or a busy moment`,
    arithmetic: isDeadly
      ? `timeout ${comparableDuration(timeout)} < RTT ${
        comparableDuration(rtt)
      }`
      : `timeout ${comparableDuration(timeout)} < ${comparableDuration(least)}`,
    advice: change(setup, "timeout", stack.habits.onlyAcks ? 20_000 : least),
    source,
  }];
}

/** A process that was frozen judges its peers by a clock that went on. */
export const freezes: Rule = ({ client, freezes }) => {
  if (!freezes) return [];
  const { stack } = client;
  const isNoticed = stack.habits.noticesFreezes;
  return [{
    id: "freezes",
    severity: isNoticed ? "ok" : "warning",
    title: isNoticed
      ? "After a freeze the clock is set right before a peer is judged"
      : `After a freeze ${stack.title} takes a connection for dead, or uses one that is`,
    advice: isNoticed ? [] : [{
      end: "client",
      text: "Make a new channel after a freeze, and retry UNAVAILABLE",
    }],
    source: "https://github.com/grpc/grpc-node/issues/2285",
  }];
};
