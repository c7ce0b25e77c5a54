import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "@std/assert";
import { ErrorCode } from "../../src/frames/mod.ts";
import { untilGoaway, untilHeld, untilLost } from "./client_log.ts";
import { EventLog, PATIENCE } from "./event_log.ts";
import { OurServer } from "./our_server.ts";
import type { PeerClientFlags, PeerEvent } from "./peers/mod.ts";
import { type Check, milliseconds, SLACK, type Subject } from "./stack.ts";

const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;

/** How long a connection may be idle, or live, and how long its streams are left. */
const LIMIT = 400;

const WATCHFUL = { time: 150, timeout: 600, minimumTime: 0 };

/** What our server promises to a client of another stack. */
export const serverChecks: readonly Check[] = [
  {
    name: "too many PINGs: shown out at the 4th, it comes back",
    run: shownOut,
  },
  { name: "PINGs at the edge of our policy are welcome", run: welcome },
  {
    name: "so they are while a stream is open, if only then",
    run: welcomeWithStream,
  },
  { name: "its calls get UNIMPLEMENTED", run: unimplemented },
  { name: "our shutdown lets a stream finish", run: shutdown },
  { name: "our shutdown cuts a stream off after the grace", run: shutdownCuts },
  {
    name: "our max-connection-idle sends it away, it comes back",
    run: maxIdle,
  },
  {
    name: "our max-connection-age cuts a stream off, it comes back",
    run: maxAge,
  },
  { name: "frozen, it is noticed within time + timeout", run: frozen },
  { name: "killed, it is noticed at once", run: killed },
];

/** The policy is the default one: a PING in five minutes, and only with a stream. */
async function shownOut(subject: Subject): Promise<string> {
  const { clientTime, slowsDown, callsFirst } = subject.stack;
  const patience = 5 * clientTime + PATIENCE;
  await using server = new OurServer();
  await using client = subject.client({
    target: server.target,
    ...pinging(clientTime),
    permitWithoutStream: true,
  });
  const log = EventLog.of(client);
  const { kind, code, debug } = await server.untilClosed(1, patience);
  assertEquals({ kind, code, debug }, {
    kind: "too-many-pings",
    code: ErrorCode.ENHANCE_YOUR_CALM,
    debug: "too_many_pings",
  });
  // The response to a call forgives the PING that came before it.
  const forgiven = callsFirst ? 1 : 0;
  const { length } = server.events(1, "ping-received");
  assertGreaterOrEqual(length, 4);
  assertLessOrEqual(length, 4 + forgiven);
  const strikes = server.events(1, "ping-strike");
  assertEquals(strikes.map(({ strikes }) => strikes), [1, 2, 3]);
  const [goaway] = server.events(1, "goaway-sent");
  assertEquals(goaway.code, ErrorCode.ENHANCE_YOUR_CALM);
  await untilGoaway(log, ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");

  const count = isSlow(clientTime) ? 1 : 3;
  await server.until(2, "ping-received", { count, patience });
  const before = shortestGap(server, 1, false);
  const after = shortestGap(server, 2, isSlow(clientTime));
  assertGreaterOrEqual(before, 0.9 * clientTime);
  if (slowsDown) assertGreaterOrEqual(after, 1.8 * clientTime);
  else assertLess(after, 1.8 * clientTime);
  return `each ${before.toFixed(0)}, then ${milliseconds(after)}`;
}

/** Whether a keepalive time is so long that one PING must do. */
function isSlow(clientTime: number): boolean {
  return clientTime > 4 * SLACK;
}

/**
 * The shortest time between two PINGs. The time before the first one counts
 * only if it is long: we may notice late that the connection is there.
 */
function shortestGap(
  server: OurServer,
  conn: number,
  countsFirst: boolean,
): number {
  const times = [
    ...server.events(conn, "established").slice(countsFirst ? 0 : 1),
    ...server.events(conn, "ping-received"),
  ].map(({ at }) => at);
  return Math.min(...times.slice(1).map((time, index) => time - times[index]));
}

async function welcome(subject: Subject): Promise<string> {
  const { clientTime } = subject.stack;
  await using server = new OurServer({
    enforcement: { minTime: clientTime, permitWithoutStream: true },
  });
  await using _client = subject.client({
    target: server.target,
    ...pinging(clientTime),
    permitWithoutStream: true,
  });
  return await isNeverStruck(server, subject);
}

async function welcomeWithStream(subject: Subject): Promise<string> {
  const { clientTime } = subject.stack;
  await using server = new OurServer({
    enforcement: { minTime: clientTime },
  }, "hold");
  await using _client = subject.client({
    target: server.target,
    ...pinging(clientTime),
    hold: true,
  });
  return await isNeverStruck(server, subject);
}

async function isNeverStruck(
  server: OurServer,
  { stack: { clientTime, clientPings: count } }: Subject,
): Promise<string> {
  const patience = count * clientTime + PATIENCE;
  await server.until(1, "ping-received", { count, patience });
  assertEquals(server.events(1, "ping-strike"), []);
  assertEquals(server.events(1, "goaway-sent"), []);
  const [{ state }] = server.listener.transports;
  assertEquals(state.kind, "open");
  return `${count} PINGs`;
}

async function unimplemented(subject: Subject): Promise<string> {
  const kinds = ["unary", "server-stream", "client-stream", "bidi"] as const;
  await using server = new OurServer();
  const calls = await Promise.all(kinds.map(async (call) => {
    await using client = subject.client({ target: server.target, call });
    return await client.waitFor("call");
  }));
  for (const conn of kinds.keys()) {
    const reason = await server.untilClosed(conn + 1);
    assertEquals(reason.code, ErrorCode.NO_ERROR, reason.message);
  }
  const told = calls.filter((call) => !isLost(call));
  for (const { method, code, message } of told) {
    assertEquals(code, UNIMPLEMENTED, `${method}: ${message}`);
  }
  assertGreaterOrEqual(told.length, 2);
  const lost = calls.length - told.length;
  return `${told.length} kinds${lost > 0 ? `, ${lost} lost by grpcio` : ""}`;
}

/**
 * The asyncio client of grpcio forgets a status that comes before its last
 * message, about half of the time (https://github.com/grpc/grpc/issues/36066).
 */
function isLost({ method, message }: PeerEvent): boolean {
  return message === "Internal error from Core" &&
    (method === "ClientStream" || method === "Bidi");
}

async function shutdown(subject: Subject): Promise<string> {
  await using server = new OurServer({}, "finish when draining");
  await using client = subject.client({ target: server.target, hold: true });
  const log = EventLog.of(client);
  await untilHeld(log);
  const begun = performance.now();
  await server.listener.shutdown();
  const took = performance.now() - begun;
  assertLessOrEqual(took, SLACK);
  assertEquals(await untilLost(log), 0);
  await untilGoaway(log, ErrorCode.NO_ERROR, "graceful_stop");
  const { kind, debug } = await server.untilClosed(1);
  assertEquals({ kind, debug }, { kind: "drained", debug: "graceful_stop" });
  return `in ${milliseconds(took)}`;
}

async function shutdownCuts(subject: Subject): Promise<string> {
  await using server = new OurServer({}, "hold");
  await using client = subject.client({ target: server.target, hold: true });
  const log = EventLog.of(client);
  await untilHeld(log);
  const begun = performance.now();
  await server.listener.shutdown({ grace: LIMIT });
  const took = performance.now() - begun;
  assertGreaterOrEqual(took, LIMIT);
  assertLessOrEqual(took, LIMIT + SLACK);
  assertEquals(await untilLost(log), subject.stack.cutOff ?? UNAVAILABLE);
  await untilGoaway(log, ErrorCode.NO_ERROR, "graceful_stop");
  return `in ${milliseconds(took)}`;
}

async function maxIdle(subject: Subject): Promise<string> {
  await using server = new OurServer({
    keepalive: { maxConnectionIdle: LIMIT },
  });
  await using client = subject.client({ target: server.target });
  const log = EventLog.of(client);
  const { kind, debug, at } = await server.untilClosed(1);
  assertEquals({ kind, debug }, { kind: "drained", debug: "max_idle" });
  await untilGoaway(log, ErrorCode.NO_ERROR, "max_idle");
  const [again] = await server.until(2, "established");
  return `after ${milliseconds(Math.max(0, again.at - at))}`;
}

async function maxAge(subject: Subject): Promise<string> {
  await using server = new OurServer({
    keepalive: { maxConnectionAge: LIMIT, maxConnectionAgeGrace: LIMIT },
  }, "hold");
  await using client = subject.client({ target: server.target, hold: true });
  const log = EventLog.of(client);
  const { conn, reason } = await server.untilAnyClosed("grace-over");
  assertEquals(reason.debug, "max_age");
  await untilGoaway(log, ErrorCode.NO_ERROR, "max_age");
  assertEquals(await untilLost(log), subject.stack.cutOff ?? UNAVAILABLE);
  await untilHeld(log, 2);
  const [{ closeAt }] = server.events(conn, "draining");
  assertGreaterOrEqual(reason.at, closeAt);
  assertLessOrEqual(reason.at, closeAt + SLACK);
  return `late by ${milliseconds(reason.at - closeAt)}`;
}

async function frozen(subject: Subject): Promise<string> {
  await using server = new OurServer({ keepalive: WATCHFUL }, "hold");
  await using client = subject.client({ target: server.target, hold: true });
  await server.log.until(
    "three acknowledged PINGs",
    () => acknowledged(server) >= 3 || undefined,
  );
  const begun = performance.now();
  client.signal("SIGSTOP");
  const { kind, at, lastReadAt } = await server.untilClosed(1);
  const took = performance.now() - begun;
  assertEquals(kind, "keepalive-timeout");
  const limit = WATCHFUL.time + WATCHFUL.timeout;
  assertGreaterOrEqual(at - lastReadAt, limit);
  assertLessOrEqual(took, limit + SLACK);
  client.signal("SIGCONT");
  await server.until(2, "established");
  return `in ${milliseconds(took)}`;
}

function acknowledged(server: OurServer): number {
  return server.events(1, "ping-acked")
    .filter(({ purpose }) => purpose === "keepalive").length;
}

async function killed(subject: Subject): Promise<string> {
  await using server = new OurServer({}, "hold");
  await using client = subject.client({ target: server.target, hold: true });
  await untilHeld(EventLog.of(client));
  const begun = performance.now();
  client.signal("SIGKILL");
  const { kind } = await server.untilClosed(1);
  const took = performance.now() - begun;
  assert(kind === "end-of-stream" || kind === "socket-error", kind);
  assertLessOrEqual(took, SLACK);
  return `in ${milliseconds(took)}`;
}

function pinging(
  keepaliveTime: number,
): Pick<PeerClientFlags, "keepaliveTime" | "keepaliveTimeout"> {
  return { keepaliveTime, keepaliveTimeout: 20_000 };
}
