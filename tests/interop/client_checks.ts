import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
} from "@std/assert";
import type { ClientSessionOptions } from "../../src/session/mod.ts";
import type { CloseReason } from "../../mod.ts";
import { ErrorCode } from "../../src/frames/mod.ts";
import { PATIENCE } from "./event_log.ts";
import { dialHolding, dialPeer, type OurClient } from "./our_client.ts";
import {
  type Check,
  type CloseMode,
  milliseconds,
  SLACK,
  type Subject,
} from "./stack.ts";

/** The shortest time between PINGs that a server allows here. */
const MIN_TIME = 150;

/** PINGs to send at that interval. */
const PINGS = 8;

/** How long a connection may be idle, and how long the streams of an old one are left. */
const LIMIT = 500;

/** How long a connection may live, on which a stream is to be open before that. */
const AGE = 4 * LIMIT;

/** The share of a limit that must have passed: gRFC A9 has 10 % of jitter, and gRPC Core is early by a little. */
const EARLIEST = 0.8;

/** grpc-go gives the client this long to close, after the grace. */
const CLOSE_WAIT = 1_000;

const WATCHFUL = { time: 200, timeout: 600 };

/** What our client promises against a server of another stack. */
export const clientChecks: readonly Check[] = [
  { name: "PINGs come back", run: pingsComeBack },
  { name: "PINGs at the edge of its policy are welcome", run: welcome },
  {
    name: "so they are while a stream is open, if only then",
    run: welcomeWithStream,
  },
  {
    name: "PINGs just below the edge are too many",
    run: (subject) => shownOut(subject, { minTime: 400, time: 340 }),
  },
  {
    name: "PINGs far below the edge are too many",
    run: (subject) => shownOut(subject, { minTime: 60_000, time: 20 }),
  },
  { name: "its PINGs are answered while a stream is open", run: answered },
  { name: "its graceful stop lets a stream finish", run: gracefulStop },
  {
    name: "its max-connection-idle is told as such",
    needs: "maxIdle",
    run: maxIdle,
  },
  {
    name: "its max-connection-age cuts a stream off",
    needs: "maxAge",
    run: maxAge,
  },
  { name: "frozen, it is noticed within time + timeout", run: frozen },
  { name: "killed, it is noticed at once", run: killed },
];

async function pingsComeBack(subject: Subject): Promise<string> {
  await using server = await subject.server();
  await using client = await dialPeer(server);
  const rtts: number[] = [];
  for (let n = 0; n < subject.stack.freePings; n++) {
    rtts.push(await client.transport.ping());
  }
  assert(rtts.every((rtt) => rtt > 0 && rtt < SLACK), `${rtts}`);
  await client.transport.close();
  assertEquals((await client.untilClosed()).kind, "local-close");
  return `in ${milliseconds(Math.min(...rtts))}`;
}

async function welcome(subject: Subject): Promise<string> {
  await using server = await subject.server({
    minTime: MIN_TIME,
    permitWithoutStream: true,
  });
  await using client = await dialPeer(server, pinging(MIN_TIME));
  return await keepsPinging(client);
}

async function welcomeWithStream(subject: Subject): Promise<string> {
  await using server = await subject.server({ minTime: MIN_TIME });
  await using client = await dialHolding(server, {
    keepalive: { time: MIN_TIME, minimumTime: 0 },
  });
  return await keepsPinging(client);
}

async function keepsPinging(client: OurClient): Promise<string> {
  await client.untilAcked(PINGS);
  const { log, transport } = client;
  assertEquals(log.count("goaway-received"), 0);
  assertEquals(transport.state.kind, "open");
  const { keepAlivesSent, keepAlivesAcked } = transport.counters();
  assertLessOrEqual(keepAlivesSent - keepAlivesAcked, 1);
  return `${keepAlivesAcked} PINGs`;
}

async function shownOut(
  subject: Subject,
  { minTime, time }: { minTime: number; time: number },
): Promise<string> {
  await using server = await subject.server({
    minTime,
    permitWithoutStream: true,
  });
  await using client = await dialPeer(server, pinging(time));
  if (!subject.stack.showsOut) {
    await keepsPinging(client);
    return "has no policy";
  }
  assertToldBy(await client.untilClosed(), {
    code: ErrorCode.ENHANCE_YOUR_CALM,
    debug: "too_many_pings",
  });
  const count = client.log.count("ping-sent");
  // More than one above only if some of them came late, and were no strikes.
  assertGreaterOrEqual(count, subject.stack.freePings + 1);
  return `PING no. ${count}`;
}

async function answered(subject: Subject): Promise<string> {
  const { serverTime, serverPings } = subject.stack;
  await using server = await subject.server({
    keepaliveTime: serverTime,
    keepaliveTimeout: 10_000,
  });
  await using client = await dialHolding(server);
  await client.log.until(
    `${serverPings} PINGs`,
    () => client.log.count("ping-received") >= serverPings || undefined,
    serverPings * serverTime + PATIENCE,
  );
  assertEquals(client.transport.state.kind, "open");
  assertEquals(client.log.count("goaway-received"), 0);
  return `${client.log.count("ping-received")} PINGs`;
}

async function gracefulStop(subject: Subject): Promise<string> {
  await using server = await subject.server();
  await using client = await dialHolding(server, {}, "finish");
  const begun = performance.now();
  server.signal("SIGTERM");
  assertToldBy(await client.untilClosed(), subject.stack.gracefulStop);
  const took = performance.now() - begun;
  assertLessOrEqual(took, SLACK);
  assertGreaterOrEqual(client.log.count("data"), 2);
  const isTrailers = ({ type, ...event }: { type: string }) =>
    type === "headers" && "endStream" in event && event.endStream;
  assert(client.log.events.some(isTrailers), "The stream got no trailers");
  const { success } = await server.status;
  assert(success, "The server did not stop well");
  return `in ${milliseconds(took)}`;
}

async function maxIdle(subject: Subject): Promise<string> {
  await using server = await subject.server({ maxConnectionIdle: LIMIT });
  const begun = performance.now();
  await using client = await dialPeer(server);
  const reason = await client.untilClosed();
  assertToldBy(reason, subject.stack.maxIdle!);
  const idle = reason.at - begun;
  const limit = Math.max(LIMIT, subject.stack.shortestLimit ?? 0);
  assertGreaterOrEqual(idle, EARLIEST * limit);
  assertLessOrEqual(idle, limit + SLACK);
  return `after ${milliseconds(idle)}`;
}

async function maxAge(subject: Subject): Promise<string> {
  await using server = await subject.server({
    maxConnectionAge: AGE,
    maxConnectionAgeGrace: LIMIT,
  });
  const begun = performance.now();
  await using client = await dialHolding(server);
  const draining = await client.until("draining");
  assertEquals(draining.reason, subject.stack.maxAge!.debug);
  const reason = await client.untilClosed();
  assertToldBy(reason, subject.stack.maxAge!);
  assertGreaterOrEqual(reason.at - begun, EARLIEST * (AGE + LIMIT));
  const grace = reason.at - draining.at;
  assertLessOrEqual(grace, LIMIT + CLOSE_WAIT + SLACK);
  assertGreaterOrEqual(client.log.count("data"), 2);
  return `grace ${milliseconds(grace)}`;
}

async function frozen(subject: Subject): Promise<string> {
  const { time, timeout } = WATCHFUL;
  await using server = await subject.server({
    minTime: time,
    permitWithoutStream: true,
  });
  await using client = await dialPeer(server, {
    keepalive: { ...pinging(time).keepalive, timeout },
  });
  await client.untilAcked(2);
  const begun = performance.now();
  server.signal("SIGSTOP");
  const reason = await client.untilClosed();
  const took = performance.now() - begun;
  assertEquals(reason.kind, "keepalive-timeout");
  assertGreaterOrEqual(reason.at - reason.lastReadAt, time + timeout);
  assertLessOrEqual(took, time + timeout + SLACK);
  return `in ${milliseconds(took)}`;
}

async function killed(subject: Subject): Promise<string> {
  await using server = await subject.server();
  await using client = await dialHolding(server);
  const begun = performance.now();
  server.signal("SIGKILL");
  const { kind } = await client.untilClosed();
  const took = performance.now() - begun;
  assert(kind === "end-of-stream" || kind === "socket-error", kind);
  assertLessOrEqual(took, SLACK);
  return `in ${milliseconds(took)}`;
}

function pinging(time: number): ClientSessionOptions {
  return {
    keepalive: {
      time,
      timeout: 10_000,
      minimumTime: 0,
      permitWithoutStream: true,
    },
  };
}

function assertToldBy(reason: CloseReason, { code, debug }: CloseMode): void {
  const { kind, by } = reason;
  assertEquals({ kind, by, code: reason.code, debug: reason.debug }, {
    kind: "goaway",
    by: "peer",
    code,
    debug,
  });
}
