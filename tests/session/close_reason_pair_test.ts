import { assertEquals } from "@std/assert";
import { ErrorCode, MAX_UINT31 } from "../../src/frames/mod.ts";
import {
  type ClientSessionOptions,
  isGraceful,
  type ServerSessionOptions,
} from "../../src/session/mod.ts";
import { FIELDS } from "../harness/scripted_peer.ts";
import { steadyLink, VirtualPair } from "../harness/virtual_pair.ts";
import { hangUp, reasonOf } from "./close_reason_support.ts";

/** Two ends, 10 ms apart, that have shaken hands by 20 ms. */
function connect(options: {
  client?: ClientSessionOptions;
  server?: ServerSessionOptions;
} = {}): VirtualPair {
  const pair = new VirtualPair({ ...options, link: steadyLink(10) });
  pair.runTo(100);
  return pair;
}

function openStream(pair: VirtualPair): void {
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
  pair.runTo(pair.now + 20);
}

Deno.test("local-close of the client: the server hears its GOAWAY", () => {
  const pair = connect();
  pair.runTo(1_000);
  pair.command(({ client }, now) => client.close(now));
  assertEquals(reasonOf(pair.client), {
    kind: "local-close",
    by: "local",
    code: ErrorCode.NO_ERROR,
    debug: "client transport shutdown",
    message: "the connection was closed here",
    at: 1_000,
    lastReadAt: 20,
    lastPings: [],
  });
  pair.runTo(1_010);
  hangUp(pair);
  const goaway = {
    lastStreamId: 0,
    code: ErrorCode.NO_ERROR,
    debug: "client transport shutdown",
  };
  assertEquals(reasonOf(pair.server), {
    kind: "goaway",
    by: "peer",
    code: ErrorCode.NO_ERROR,
    debug: "client transport shutdown",
    message:
      'received goaway: code: NO_ERROR, debug data: "client transport shutdown"',
    at: 1_010,
    lastReadAt: 1_010,
    lastPings: [],
    goaway,
  });
  assertEquals(isGraceful(reasonOf(pair.client)), true);
  assertEquals(isGraceful(reasonOf(pair.server)), true);
});

Deno.test("local-close of the server: the client hears its GOAWAY, with the last stream", () => {
  const pair = connect();
  openStream(pair);
  pair.command(({ server }, now) => server.close(now));
  const { kind, by, code, debug, goaway } = reasonOf(pair.server);
  assertEquals([kind, by, code, debug, goaway], [
    "local-close",
    "local",
    ErrorCode.NO_ERROR,
    "server transport shutdown",
    undefined,
  ]);
  pair.runTo(200);
  hangUp(pair);
  const heard = reasonOf(pair.client);
  assertEquals([heard.kind, heard.by, heard.code], ["goaway", "peer", 0]);
  assertEquals(heard.goaway, {
    lastStreamId: 1,
    code: ErrorCode.NO_ERROR,
    debug: "server transport shutdown",
  });
  assertEquals(
    heard.message,
    'closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, debug data: "server transport shutdown"',
  );
});

Deno.test("drained: the server by itself, the client by its GOAWAY", () => {
  const pair = connect({ server: { keepalive: { maxConnectionIdle: 500 } } });
  pair.runTo(530);
  hangUp(pair);
  const server = reasonOf(pair.server);
  const [{ purpose, sentAt, rtt }] = server.lastPings;
  assertEquals([purpose, sentAt, rtt], ["drain", 510, undefined]);
  assertEquals({ ...server, lastPings: [] }, {
    kind: "drained",
    by: "local",
    code: ErrorCode.NO_ERROR,
    debug: "max_idle",
    message: "the connection was drained: max_idle",
    at: 530,
    lastReadAt: 20,
    lastPings: [],
  });
  assertEquals(reasonOf(pair.client), {
    kind: "goaway",
    by: "peer",
    code: ErrorCode.NO_ERROR,
    debug: "max_idle",
    message: 'received goaway: code: NO_ERROR, debug data: "max_idle"',
    at: 520,
    lastReadAt: 520,
    lastPings: [],
    goaway: {
      lastStreamId: MAX_UINT31,
      code: ErrorCode.NO_ERROR,
      debug: "max_idle",
    },
  });
  assertEquals(isGraceful(server), true);
  assertEquals(isGraceful(reasonOf(pair.client)), true);
});

Deno.test("drained: the client by itself, the server by its GOAWAY", () => {
  const pair = connect();
  pair.command(({ client }, now) => client.drain("address removed", now));
  pair.runTo(110);
  hangUp(pair);
  const { kind, by, code, debug, message } = reasonOf(pair.client);
  assertEquals([kind, by, code, debug], [
    "drained",
    "local",
    ErrorCode.NO_ERROR,
    "client transport shutdown",
  ]);
  assertEquals(message, "the connection was drained: address removed");
  assertEquals(reasonOf(pair.server).kind, "goaway");
});

Deno.test("grace-over: the server cuts off, the client knows that it was told before", () => {
  const pair = connect({
    server: {
      keepalive: { maxConnectionAge: 1_000, maxConnectionAgeGrace: 500 },
    },
  });
  openStream(pair);
  pair.runTo(2_000);
  const server = reasonOf(pair.server);
  assertEquals(
    [server.kind, server.by, server.code, server.debug, server.at],
    ["grace-over", "local", ErrorCode.NO_ERROR, "max_age", 1_510],
  );
  assertEquals(server.message, "the grace after maxConnectionAge is over");
  assertEquals(isGraceful(server), false);
  hangUp(pair);
  const client = reasonOf(pair.client);
  assertEquals([client.kind, client.by, client.code, client.debug], [
    "goaway",
    "peer",
    ErrorCode.NO_ERROR,
    "max_age",
  ]);
  assertEquals(client.goaway?.lastStreamId, 1);
});

Deno.test("20 KC-close-error-text: keepalive-timeout of the client, in grpc-go's words", () => {
  const pair = connect({
    client: {
      keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
    },
    server: { enforcement: { advertise: false } },
  });
  pair.cut();
  pair.runTo(20_000);
  assertEquals(reasonOf(pair.client), {
    kind: "keepalive-timeout",
    by: "local",
    code: ErrorCode.NO_ERROR,
    debug:
      "client transport shutdown: keepalive ping failed to receive ACK within timeout",
    message: "keepalive ping failed to receive ACK within timeout",
    at: 11_020,
    lastReadAt: 20,
    lastPings: [{ purpose: "keepalive", id: 1, sentAt: 10_020 }],
  });
  assertEquals(isGraceful(reasonOf(pair.client)), false);
});

Deno.test("20 KC-close-error-text: with a prior GOAWAY it is part of the sentence", () => {
  const pair = connect({
    client: { keepalive: { time: 10_000, timeout: 1_000 } },
    server: {
      keepalive: { maxConnectionAge: 1_000 },
      enforcement: { advertise: false },
    },
  });
  openStream(pair);
  pair.runTo(2_000);
  pair.cut();
  pair.runTo(20_000);
  const { kind, message, goaway } = reasonOf(pair.client);
  assertEquals(kind, "keepalive-timeout");
  assertEquals(
    message,
    'closing transport due to: connection error: desc = "keepalive ping failed to receive ACK within timeout", received prior goaway: code: NO_ERROR, debug data: "max_age"',
  );
  assertEquals(goaway?.debug, "max_age");
});

Deno.test("keepalive-timeout of the server: no GOAWAY, so the client reads the end of the socket", () => {
  const pair = connect({
    server: { keepalive: { time: 5_000, timeout: 500 } },
  });
  pair.cut();
  pair.runTo(6_000);
  const server = reasonOf(pair.server);
  assertEquals([server.kind, server.by, server.debug, server.at], [
    "keepalive-timeout",
    "local",
    "",
    5_520,
  ]);
  assertEquals(
    server.message,
    "keepalive ping failed to receive ACK within timeout",
  );
  const sent = pair.serverEvents.map(({ type }) => type);
  assertEquals(sent.includes("goaway-sent"), false);
  hangUp(pair);
  const client = reasonOf(pair.client);
  assertEquals([client.kind, client.goaway], ["end-of-stream", undefined]);
});

Deno.test("too-many-pings: the server shows out, the client hears why", () => {
  const pair = connect();
  for (let i = 0; i < 4; i++) {
    pair.command(({ client }, now) => client.ping(now));
  }
  pair.runTo(130);
  const server = reasonOf(pair.server);
  assertEquals(
    [server.kind, server.by, server.code, server.debug],
    ["too-many-pings", "local", ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings"],
  );
  assertEquals(
    server.message,
    "the client sent PINGs more often than the enforcement policy allows",
  );
  const client = reasonOf(pair.client);
  assertEquals(
    [client.kind, client.by, client.code, client.debug],
    ["goaway", "peer", ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings"],
  );
  assertEquals(
    client.message,
    'received goaway: code: ENHANCE_YOUR_CALM, debug data: "too_many_pings"',
  );
  assertEquals(client.lastPings.map(({ rtt }) => rtt), [20, 20, 20, 20]);
  assertEquals(isGraceful(server), false);
  assertEquals(isGraceful(client), false);
});
